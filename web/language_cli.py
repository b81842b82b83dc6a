"""The analysts' language in the terminal: `flask feel` evaluates an expression, `flask decide` makes a decision."""

from __future__ import annotations

import json
import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import with_appcontext

from engine import dmn, feel, registry
from engine.errors import BanjieError

CONTEXT = click.option(
    "--context", "context", type=click.File(encoding="utf-8-sig"), help="JSON object with the variables; - is stdin."
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


@click.command("feel")
@click.argument("expression")
@CONTEXT
@AS_JSON
@with_appcontext
def evaluate(expression: str, context: Any, as_json: bool) -> None:
    """Evaluate the FEEL EXPRESSION over the variables of --context; status 1 when it is wrong."""
    variables, functions = _variables(context), _functions()
    remarks = feel.check(expression, variables, functions)
    try:
        warnings: list[str] = []
        value = feel.compile(expression, variables, functions)(variables, warnings)
    except feel.FeelError as error:
        _refuse(expression, error, as_json)
    except (BanjieError, ValueError) as error:  # a function of the house could not take what it got
        raise click.ClickException(f"{getattr(error, 'zh', '函数无法计算')} ({error})") from None
    if as_json:
        told = [{"position": r.position, "zh": r.zh, "en": r.en} for r in remarks]
        _print({"value": feel.to_json(value), "text": feel.print_value(value), "remarks": told, "warnings": warnings})
        return
    for remark in remarks:
        click.secho(pointed(expression, remark), err=True, fg="yellow")
    for warning in warnings:
        click.secho(f"null: {warning}", err=True, fg="yellow")
    click.echo(feel.print_value(value))


@click.command("decide")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("decision")
@CONTEXT
@AS_JSON
@with_appcontext
def decide(file: Path, decision: str, context: Any, as_json: bool) -> None:
    """Make DECISION (name or id) of the model FILE over the variables of --context, and say why.

    Models that FILE imports are taken from its folder.
    """
    variables = _variables(context)
    beside = (other for other in sorted(file.parent.glob("*.dmn")) if other != file)
    files = [(path.name, path.read_bytes()) for path in (file, *beside)]
    try:
        outcome = dmn.decide(dmn.load_closure(tuple(files), _functions()), decision, variables)
    except dmn.DmnError as error:
        if as_json:
            _print({"error": {"element": error.element, "zh": error.zh, "en": str(error)}})
            raise SystemExit(1) from None
        raise click.ClickException(f"{error.zh} ({error})") from None
    except feel.FeelError as error:
        if as_json:
            _print({"error": {"zh": error.zh, "en": error.en}})
            raise SystemExit(1) from None
        raise click.ClickException(f"{error.zh} ({error.en})") from None
    except (BanjieError, ValueError) as error:
        raise click.ClickException(f"{getattr(error, 'zh', '函数无法计算')} ({error})") from None
    if as_json:
        _print({**outcome.explained(), "warnings": outcome.warnings})
        return
    for step in outcome.steps:
        inputs = ", ".join(f"{label} = {feel.print_value(value)}" for label, value in step.inputs)
        rules = ", ".join(map(str, step.rules)) or "–"
        click.echo(f"{step.decision}: {inputs} → 规则 / rules {rules}", err=True)
        if step.problem[0]:
            click.secho(f"  {step.problem[0]}\n  {step.problem[1]}", err=True, fg="yellow")
    for warning in outcome.warnings:
        click.secho(f"null: {warning}", err=True, fg="yellow")
    click.echo(feel.print_value(outcome.value))


def pointed(text: str, error: feel.FeelError) -> str:
    """The line of the mistake, a mark under its place, and what is wrong, in both languages."""
    begin = text.rfind("\n", 0, error.position) + 1
    line = text[begin:].partition("\n")[0].replace("\t", " ")
    mark = " " * sum(_width(character) for character in line[: error.position - begin]) + "^"
    return f"{line}\n{mark}\n{error.zh}\n{error.en}"


def _width(character: str) -> int:
    """Columns a terminal gives a character."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _refuse(text: str, error: feel.FeelError, as_json: bool) -> None:
    if as_json:
        _print({"error": {"position": error.position, "zh": error.zh, "en": error.en}})
    else:
        click.secho(pointed(text, error), err=True, fg="red")
    raise SystemExit(1)


def _variables(file: Any) -> dict[str, Any]:
    try:
        found = json.load(file, parse_float=Decimal) if file else {}
    except ValueError as problem:
        raise click.BadParameter(f"不是 JSON / not JSON: {problem}", param_hint="--context") from None
    if not isinstance(found, dict):
        raise click.BadParameter("须为 JSON 对象 / a JSON object is wanted", param_hint="--context")
    return found


def _functions() -> dict[str, Any]:
    return {name: function.call for name, function in registry.FUNCTIONS.items()}


def _print(answer: dict[str, Any]) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False))


def init_app(app: Flask) -> None:
    for command in (evaluate, decide):
        app.cli.add_command(command)
