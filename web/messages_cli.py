"""`flask messages …`: what another system would send, sent by hand."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from web.cli import ACTOR, as_json, told
from web.instances_cli import sent

commands = AppGroup("messages", help="Send messages and signals to cases.")
DATA = click.option(
    "--data", default="", metavar="JSON", help="What it brings: an object, such as '{\"amount\": 300}'."
)


@commands.command("send")
@click.argument("name")
@click.option(
    "--correlation", default=None, help="Which case: what the one that waits has given, such as an order's number."
)
@DATA
@click.option("--key", default=None, help="The same key sends once, however often the command is repeated.")
@ACTOR
@as_json
@told
def send(name: str, correlation: str | None, data: str, key: str | None, actor: str, as_json: bool) -> None:
    """Send the message NAME: to the instance that waits for it, else to the process that starts with it."""
    from web import sending

    sent(sending.send(name, correlation, sending.read(data), actor=actor, key=key), as_json)


@commands.command("signal")
@click.argument("name")
@DATA
@click.option("--key", default=None, help="The same key sends once, however often the command is repeated.")
@ACTOR
@as_json
@told
def signal(name: str, data: str, key: str | None, actor: str, as_json: bool) -> None:
    """Broadcast the signal NAME to every instance that waits for it and every process that starts with it."""
    from engine import messages
    from web import sending

    sent(messages.signal(name, sending.read(data), actor=actor, key=key), as_json)
