"""`flask lines …`: the exchange's counts from the terminal."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from web.cli import as_json, err, say, told

commands = AppGroup("lines", help="The hotline's telephone lines.")


@commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
@told
def take_in(file: Path, as_json: bool) -> None:
    """Take the counts of FILE (CSV or XLSX) in. The same file again changes nothing."""
    from engine.hotline import lines

    report = lines.import_file(file)
    for line in report.bad if not as_json else ():
        err.print(f"line {line.line}: {line.reason}", style="yellow", markup=False)
    counts = {"new": report.new, "changed": report.changed, "known": report.known}
    bad = [{"line": line.line, "reason": line.reason} for line in report.bad]
    text = "new {}, changed {}, known {}, bad {} / 新 {}，更正 {}，已有 {}，有误 {}"
    numbers = (*counts.values(), len(bad))
    say(counts | {"bad": bad}, as_json, text.format(*numbers, *numbers))
