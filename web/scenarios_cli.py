"""`flask scenarios …`: play the rows of scenarios.csv and show what of the diagrams they walk."""

from __future__ import annotations

import contextvars
import json
from dataclasses import asdict
from html import escape
from pathlib import Path

import click
from flask.cli import AppGroup

from engine import drawing, scenarios

commands = AppGroup("scenarios", help="What the scenarios beside the diagrams walk.")

PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>场景覆盖</title>
<style>body{{font:15px/1.6 system-ui,"Noto Sans SC",sans-serif;margin:2rem}}
.picture{{overflow:auto;border:1px solid #cbd5e1}}
.wrong{{color:#b42318}}{style}</style><h1>场景覆盖</h1>{parts}</html>
"""


@commands.command("coverage", with_appcontext=False)
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--forms", "forms_path", type=click.Path(exists=True, file_okay=False, path_type=Path), default=scenarios.FORMS
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write a page with the counts on each diagram."
)
@click.option("--json", "as_json", is_flag=True)
def coverage(folders: tuple[Path, ...], forms_path: Path, out: Path | None, as_json: bool) -> None:
    """Play every row of the scenarios.csv in FOLDERS; exit status 1 when one fails or an element is never walked.

    A row is a line of the table beside the diagrams: what is given, the steps, what is expected. See
    processes/README.md.
    """
    import app  # noqa: F401  registers what diagrams may call

    walked = []
    for folder in folders:
        try:
            # Flask has opened a context for us: rows are played without a database, with the calendar as published.
            walked += contextvars.Context().run(scenarios.coverage, folder.resolve(), forms_path.resolve())
        except (OSError, ValueError) as error:
            raise click.ClickException(f"{folder}: {error}") from None
    if as_json:
        rows = [asdict(each) | {"diagram": str(each.diagram), "missing": each.missing} for each in walked]
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for each in walked:
            _print(each)
    if out:
        out.write_text(PAGE.format(style=drawing.STYLE, parts="".join(map(_part, walked))), encoding="utf-8")
    if any(each.missing or any(each.rows.values()) for each in walked):
        raise SystemExit(1)


def _print(walked: scenarios.Walked) -> None:
    total, missing = len(walked.counts), walked.missing
    click.echo(f"{walked.process}: {len(walked.rows)} rows walk {total - len(missing)} of {total} elements and flows")
    for element in missing:
        click.echo(f"  never walked: {element}")
    for name, wrong in walked.rows.items():
        for sentence in wrong:
            click.echo(f"  {name}: {sentence}")


def _part(walked: scenarios.Walked) -> str:
    picture = drawing.svg(walked.diagram.read_bytes(), walked.counts, walked.process)
    rows = "".join(
        f"<li{' class=wrong' if wrong else ''}>{escape(name)}{''.join(f'<br>{escape(s)}' for s in wrong)}</li>"
        for name, wrong in walked.rows.items()
    )
    done = len(walked.counts) - len(walked.missing)
    head = f"<h2>{escape(walked.process)}</h2><p>{len(walked.rows)} 个场景，覆盖 {done} / {len(walked.counts)}</p>"
    return f'{head}<div class="picture" tabindex="0">{picture}</div><ol>{rows}</ol>'
