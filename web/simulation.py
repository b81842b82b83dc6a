"""`flask simulate year`: a year in virtual time, of real messages or drawn from a seed, on a database of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_migrate import upgrade
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import event, select

import engine
from engine import definitions
from engine.db import db
from engine.errors import Invalid
from engine.hotline import organisation, sample, synthetic, year_report
from engine.hotline.models import Order
from engine.hotline.synthetic import Arrival

group = AppGroup("simulate", help="Live through a time that is long gone, or has not come yet.")


def init_app(app: Flask, create_app: Callable[[dict[str, Any]], Flask]) -> None:
    """Add the commands; a simulation makes an application of its own with `create_app`."""
    app.extensions["banjie.create_app"] = create_app
    app.cli.add_command(group)


@group.command("year")
@click.option("--messages", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None)
@click.option("--orders", type=click.IntRange(1), default=None, help="So many, or the first of the messages.")
@click.option("--seed", default=1, show_default=True, help="The same seed lives through the same year.")
@click.option("--database", default=None, help="URL of a database for this year alone; default: a file.")
@click.option("--fresh", is_flag=True, help="Begin again, where the default file has been begun or finished before.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def year(
    messages: Path | None, orders: int | None, seed: int, database: str | None, fresh: bool, as_json: bool
) -> None:
    """Live through a year with simulated handlers, and report what became of it.

    With --messages a file of real messages is replayed at their times of arrival: a CSV with the columns id, sender,
    subject, received_at (ISO 8601) and text. Without, a year of --orders orders is drawn from the seed, as many of
    each kind as the bulletin of 2019 counts; its shares are compared with the bulletin's. A run that was killed goes on
    when the same command is given again.
    """
    if messages is None and orders is None:
        raise click.UsageError("--orders or --messages is needed")
    try:
        arrivals = sample.read_messages(messages)[:orders] if messages else synthetic.draw(orders or 0, seed)
    except (Invalid, ValueError) as error:
        raise click.ClickException(f"{getattr(error, 'zh', '文件无法读取')} ({error})") from None
    name = f"{messages.stem}-{orders or 'all'}-{seed}" if messages else f"year-{orders}-{seed}"
    url = database or _own_database(name, fresh)
    # nobody reads the letters of a simulation, and drawing them takes longer than all the rest
    app = current_app.extensions["banjie.create_app"]({"database_url": url, "draw_letters": "false"})
    with app.app_context(), Progress(console=Console(stderr=True), transient=True) as bar:
        _open(arrivals)
        line = bar.add_task("orders", total=len(arrivals))
        report = sample.live_through(
            arrivals,
            seed=seed,
            until=None if messages else date.fromisoformat(synthetic.mix()["to"]),
            prepare=lambda: _deploy(app),
            progress=lambda done, _all: bar.update(line, completed=done),
        )
        if not messages:
            report["shares"] = year_report.shares(orders or 0)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print(report)
    if any(report[name] for name in ("incidents", "faults", "timers_late", "instances_unfinished")):
        raise SystemExit(1)


def _open(arrivals: list[Arrival]) -> None:
    """Tables and units, and no orders but these. Again changes nothing."""
    if db.engine.dialect.name == "sqlite":  # a year can be lived again: a kill loses nothing, a power cut may
        event.listen(db.engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
    upgrade(str(engine.MIGRATIONS))
    ours = {arrival.fields["ext_no"] for arrival in arrivals}
    if not ours.issuperset(db.session.scalars(select(Order.ext_no))):
        raise click.ClickException("the database holds orders that are not of this year")
    organisation.seed()


def _deploy(app: Flask) -> None:
    """The processes, on the first day of the year: what the calendar begins, begins from then on."""
    settings = app.config["SETTINGS"]
    for folder in definitions.bundles(settings.processes_path):
        definitions.deploy(definitions.read_bundle(folder, settings.forms_path), author="simulation")


def _own_database(name: str, fresh: bool) -> str:
    folder = Path(current_app.instance_path) / "simulation"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.db"
    for old in folder.glob(f"{path.name}*") if fresh else ():
        old.unlink()
    return f"sqlite:///{path}"


def _print(report: dict[str, Any]) -> None:
    table = Table("what", "how many")
    for name, value in report.items():
        table.add_row(name, str(value) if not isinstance(value, dict | list) else "")
        for part, count in value.items() if isinstance(value, dict) else ():
            table.add_row(f"  {part}", json.dumps(count, ensure_ascii=False) if isinstance(count, dict) else str(count))
        for row in value if isinstance(value, list) else ():
            table.add_row(f"  {row['name']}", _share(row))
    Console().print(table)


def _share(row: dict[str, Any]) -> str:
    told = f"χ² {row['chi_square']}" if "chi_square" in row else f"{row['found']}/{row['of']} ({row['expected']:.2%})"
    return f"{told}, p = {row['chance']:.3f}" + ("" if row["within"] else " !")
