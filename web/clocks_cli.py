"""`flask clocks …`: the clocks from the terminal."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from rich.table import Table

from web.cli import ACTOR, as_json, out, say, told

commands = AppGroup("clocks", help="Deadlines of law and service.")


@commands.command("count")
@click.argument("code")
@click.argument("start", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]))
@click.option("--rule", type=click.Choice(["20", "121"]), help="The version of the ordinance; left out: by START.")
@as_json
@told
def count(code: str, start: object, rule: str | None, as_json: bool) -> None:
    """When clock CODE ends that begins at START (Shanghai time), day by day, and when it reminds."""
    from datetime import datetime

    from engine import clock
    from engine.hotline import deadlines

    assert isinstance(start, datetime)
    found = deadlines.deadline(code, start, int(rule) if rule else None)
    table = Table("day", "count", "why")
    for day in found.days:
        table.add_row(f"{day.date:%Y-%m-%d %a}", "" if day.number is None else str(day.number), day.why)
    if not as_json:
        out.print(table)
    report = {
        "code": code,
        "rule_version": found.rule_version,
        "due": clock.local(found.operational),
        "legal": clock.local(found.due),
        "reminders": {str(step.percent): clock.local(step.at) for step in found.thresholds},
        "days": [[day.date, day.number, day.why] for day in found.days],
    }
    say(report, as_json, f"{code}: {clock.local(found.operational):%Y-%m-%d %H:%M} ({found.clock.article})")


@commands.command("recount")
@click.option("--reason", required=True, help="What has changed: it stands in the history of each case.")
@ACTOR
@as_json
@told
def recount(reason: str, actor: str, as_json: bool) -> None:
    """Count every running clock again, after a rule or the points in thresholds.csv have changed.

    A changed calendar does it by itself.
    """
    from engine.hotline import clock_changes

    moved = clock_changes.recount(actor, reason)
    say({"clocks": moved}, as_json, f"clocks counted again / 时限已重算: {moved}")
