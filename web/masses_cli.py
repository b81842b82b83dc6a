"""`flask mass …`: detection of mass incidents from the terminal."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup

from web.cli import as_json, err, out, say, told

commands = AppGroup("mass", help="Mass incidents.")


@commands.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
@told
def replay(file: Path, as_json: bool) -> None:
    """Put the messages of FILE (CSV or XLSX) through detection in the order they came; nothing is stored."""
    from engine import clock
    from engine.hotline.incidents_mass import replay as replaying

    messages = replaying.read(file)
    if not as_json:
        err.print(f"{len(messages)} messages / 条诉求", style="dim")
    report = replaying.run(messages)
    found = [asdict(incident) for incident in report.incidents]
    if not as_json:
        for each in report.incidents:
            names = "、".join(each.names)
            out.print(f"\n[bold]{each.level}[/] {each.people} people / 人, {len(each.orders)} orders / 件: {names}")
            out.print(f"  {clock.local(each.first):%Y-%m-%d} – {clock.local(each.last):%Y-%m-%d}")
            for level in each.levels:
                numbers = level["numbers"]
                counted = f"24 h {numbers['people_24h']}, 7 d {numbers['people_7d']}, {numbers['weekly_before']}/w"
                out.print(f"  {level['at'][:16]} → {level['level']}: {counted} {' '.join(numbers['words'])}")
            for sample in each.samples:
                out.print(f"    {sample}", markup=False)
    counts = {"messages": report.messages, "seconds": round(report.seconds, 2)}
    text = f"\n{len(found)} incidents / 起; {report.per_message_ms:.2f} ms a message / 每条"
    say(counts | {"incidents": found, "groups": report.groups}, as_json, text)
