"""`flask letters …`: the templates of letters from the terminal."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from web.cli import as_json, out, say, told

commands = AppGroup("letters", help="Letters: their templates by rule version.")
RULE = click.option("--rule", type=click.Choice(["20", "121"]), default="121", show_default=True, help="Rule version.")


@commands.command("list")
@RULE
@as_json
@told
def show(rule: str, as_json: bool) -> None:
    """The letters of a rule version's official set."""
    from engine.hotline.letters import catalogue

    forms = catalogue.forms(int(rule))
    report = {"rule": int(rule), "letters": [{"form": f.code, "name": f.name, "source": f.source} for f in forms]}
    say(report, as_json, "\n".join(f"{form.code:>5}  {form.name}  ({form.source})" for form in forms))


@commands.command("preview")
@click.argument("form")
@RULE
@click.option("--out", "path", type=click.Path(dir_okay=False, path_type=Path), required=True, help=".pdf or .docx")
@told
def preview(form: str, rule: str, path: Path) -> None:
    """Fill the template of FORM with a made-up case; FORM is the name of its file, e.g. 5 or 20-10."""
    from engine.hotline.letters import drawing, sample

    if path.suffix not in (".pdf", ".docx"):
        raise click.BadParameter("写 .pdf 或 .docx / write .pdf or .docx", param_hint="--out")
    document = sample.document(form, int(rule))
    path.write_bytes(drawing.pdf(document, sample.DAY) if path.suffix == ".pdf" else drawing.word(document))
    out.print(f"{document['title']} → {path}", markup=False)
