"""`flask simulate year`: replay real messages in virtual time, on a database of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_migrate import upgrade
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

import engine
from engine import definitions
from engine.errors import Invalid
from engine.hotline import organisation, sample

group = AppGroup("simulate", help="Live through a time that is long gone, or has not come yet.")


def init_app(app: Flask, create_app: Callable[[dict[str, Any]], Flask]) -> None:
    """Add the commands; a simulation makes an application of its own with `create_app`."""
    app.extensions["banjie.create_app"] = create_app
    app.cli.add_command(group)


@group.command("year")
@click.option("--messages", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--orders", type=int, default=None, help="Only the first N messages.")
@click.option("--seed", default=1, show_default=True, help="The same seed lives through the same year.")
@click.option("--database", default=None, help="URL of an empty database; default: a new SQLite file.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def year(messages: Path, orders: int | None, seed: int, database: str | None, as_json: bool) -> None:
    """Replay the MESSAGES at their real times of arrival, with simulated handlers, and report what became of them.

    The file is a CSV with the columns id, sender, subject, received_at (ISO 8601) and text.
    """
    try:
        rows = sample.read_messages(messages)[:orders]
    except (Invalid, ValueError) as error:
        raise click.ClickException(f"{getattr(error, 'zh', '文件无法读取')} ({error})") from None
    app = current_app.extensions["banjie.create_app"]({"database_url": database or _new_database(seed)})
    with app.app_context(), Progress(console=Console(stderr=True), transient=True) as bar:
        upgrade(str(engine.MIGRATIONS))
        organisation.seed()
        settings = app.config["SETTINGS"]
        for folder in definitions.bundles(settings.processes_path):
            definitions.deploy(definitions.read_bundle(folder, settings.forms_path), author="simulation")
        line = bar.add_task("orders", total=len(rows))
        report = sample.live_through(rows, seed=seed, progress=lambda done, _all: bar.update(line, completed=done))
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print(report)
    if report["incidents"] or report["faults"] or report["timers_late"]:
        raise SystemExit(1)


def _new_database(seed: int) -> str:
    folder = Path(current_app.instance_path) / "simulation"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"year-{seed}.db"
    for old in folder.glob(f"{path.name}*"):
        old.unlink()
    return f"sqlite:///{path}"


def _print(report: dict[str, Any]) -> None:
    table = Table("what", "how many")
    for name, value in report.items():
        table.add_row(name, str(value) if not isinstance(value, dict) else "")
        for part, count in value.items() if isinstance(value, dict) else ():
            table.add_row(f"  {part}", json.dumps(count, ensure_ascii=False) if isinstance(count, dict) else str(count))
    Console().print(table)
