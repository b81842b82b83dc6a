"""`flask calendar …`: the working-day calendar from the terminal."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import click
from flask.cli import AppGroup
from rich.table import Table

from web.cli import ACTOR, as_json, out, say, told

commands = AppGroup("calendar", help="The working-day calendar.")
YEAR = click.IntRange(2004, 2100)
SOURCE = click.option("--source", required=True, help="The notice that says so: its name and number.")


@commands.command("show")
@click.argument("year", type=YEAR)
@as_json
@told
def show(year: int, as_json: bool) -> None:
    """The days of YEAR that are not as usual: holidays, make-up days, and what was entered by hand."""
    from engine import calendar

    known = calendar.current()
    entered = {entry.day for entry in calendar.entries(year)}
    draft, first = known.draft(year), date(year, 1, 1)
    days = [draft.day(first + timedelta(n)) for n in range((date(year + 1, 1, 1) - first).days)]
    unusual = [day for day in days if day.kind in ("holiday", "make_up") or day.date in entered]
    published = known.published(year)
    working = sum(day.working for day in days) if published else None  # before the notice it would be a guess
    rows = [
        {"day": d.date, "working": d.working, "statutory": d.statutory, "name": d.name, "entered": d.date in entered}
        for d in unusual
    ]
    table = Table("day", "", "name", "")
    for day in unusual:
        what = "上班" if day.working else "休息"
        table.add_row(f"{day.date:%Y-%m-%d %a}", what, day.name, "entered / 录入" if day.date in entered else "")
    if not as_json:
        out.print(table)
    state = "published / 已生效" if published else "not published / 尚未录入"
    report = {"year": year, "published": published, "working_days": working, "days": rows}
    counted = f"; working days / 工作日 {working}" if published else ""
    say(report, as_json, f"{year}: {state}{counted}")


@commands.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--year", type=YEAR, required=True)
@SOURCE
@ACTOR
@as_json
@told
def load(file: Path, year: int, source: str, actor: str, as_json: bool) -> None:
    """Enter the whole notice of a year from FILE (CSV: day,working,statutory,note) and declare it complete."""
    from engine import calendar, notices

    calendar.load(year, notices.read(file.read_bytes(), year), source=source, author=actor)
    _follow(year, actor, as_json)


@commands.command("publish")
@click.argument("year", type=YEAR)
@SOURCE
@ACTOR
@as_json
@told
def publish(year: int, source: str, actor: str, as_json: bool) -> None:
    """Declare the days entered for YEAR to be its whole notice."""
    from engine import calendar

    calendar.publish(year, source=source, author=actor)
    _follow(year, actor, as_json)


def _follow(year: int, actor: str, as_json: bool) -> None:
    from engine.hotline import calendar_changes

    done = calendar_changes.follow(actor)
    text = "{}: clocks {}, incidents retried {}, waiting {} / 时限重算 {}，异常重试成功 {}，仍待处理 {}"
    say({"year": year, **done._asdict()}, as_json, text.format(year, *done, *done))
