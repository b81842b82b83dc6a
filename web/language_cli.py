"""The analysts' language in the terminal: `flask feel` evaluates an expression, `flask decide` makes a decision."""

from __future__ import annotations

import difflib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

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
    """Evaluate the FEEL EXPRESSION over the variables of --context; status 1 when it is wrong.

    Wrong is what cannot be read, an unknown name or function, and a comparison that can have no answer. What became
    null for the values at hand is explained, with status 0.
    """
    variables = _variables(context)
    try:
        with _sentences():
            found = feel.explain(expression, variables, registry.FUNCTIONS)
    except feel.FeelError as error:
        if as_json:
            _print({"error": _told(error)})
        else:
            click.secho(pointed(expression, error), err=True, fg="red")
        raise SystemExit(1) from None
    if as_json:
        _print(
            {
                "value": feel.to_json(found.value),
                "text": feel.print_value(found.value),
                "mistakes": [_told(mistake) for mistake in found.mistakes],
                "remarks": [_told(remark) for remark in found.remarks],
            }
        )
    else:
        for mistake in found.mistakes:
            click.secho(pointed(expression, mistake), err=True, fg="red")
        for remark in found.remarks:
            click.secho(pointed(expression, remark), err=True, fg="yellow")
        click.echo(feel.print_value(found.value))
    raise SystemExit(1 if found.mistakes else 0)


@click.command("decide")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("decision")
@CONTEXT
@AS_JSON
@with_appcontext
def decide(file: Path, decision: str, context: Any, as_json: bool) -> None:
    """Make DECISION (name or id) of the model FILE over the variables of --context, and say why.

    Models that FILE imports are taken from its folder. Inputs that are missing are named.
    """
    variables = _variables(context)
    beside = (other for other in sorted(file.parent.glob("*.dmn")) if other != file)
    files = [(path.name, path.read_bytes()) for path in (file, *beside)]
    try:
        with _sentences():
            model = dmn.load_closure(tuple(files), registry.FUNCTIONS)
            missing = list(_missing(dmn.wanted(model, decision), variables))
            outcome = dmn.decide(model, decision, variables)
    except (dmn.DmnError, feel.FeelError) as error:
        mistakes = error.all if isinstance(error, dmn.DmnError) else (error,)
        if as_json:
            first, *others = [_wrong(mistake) for mistake in mistakes]
            _print({"error": first, "others": others})
        else:
            for mistake in mistakes:
                click.secho(f"{mistake.zh}\n{mistake}", err=True, fg="red")
        raise SystemExit(1) from None
    if as_json:
        told = [{"zh": zh, "en": en} for zh, en in missing]
        _print({**outcome.explained(), "missing": told, "warnings": outcome.warnings})
        return
    for zh, en in missing:
        click.secho(f"{zh}\n{en}", err=True, fg="yellow")
    for step in outcome.steps:
        inputs = ", ".join(f"{label} = {feel.print_value(value)}" for label, value in step.inputs)
        rules = ", ".join(map(str, step.rules)) or "–"
        click.echo(f"{step.decision}: {inputs} → 规则 / rules {rules}", err=True)
        if step.problem[0]:
            click.secho(f"  {step.problem[0]}\n  {step.problem[1]}", err=True, fg="yellow")
    for warning in outcome.warnings:
        click.secho(f"null: {warning}", err=True, fg="yellow")
    click.echo(feel.print_value(outcome.value))


def _missing(wanted: Iterable[str], variables: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The inputs nobody gave, each with the given one that may be meant."""
    wanted = tuple(wanted)
    spare = [name for name in variables if name not in wanted]
    listed = f"需要的输入：{'、'.join(wanted)}", f"wanted: {', '.join(wanted)}"
    for name in wanted:
        if name not in variables:
            near = difflib.get_close_matches(name, spare, 1, 0.5 if len(name) == 2 else 0.6)
            zh = f"所给的 {near[0]} 是否应为 {name}？" if near else ""
            en = f"did you mean {name} by {near[0]}? " if near else ""
            yield f"缺少输入“{name}”，按空值处理。{zh}{listed[0]}", f"no input `{name}`: taken as null; {en}{listed[1]}"


@contextmanager
def _sentences() -> Iterator[None]:
    """What a function of the house fails at ends the command with a sentence, not a traceback."""
    try:
        yield
    except (feel.FeelError, dmn.DmnError) as error:
        if isinstance(error.__cause__, SQLAlchemyError):
            raise _no_tables() from None
        raise
    except SQLAlchemyError:
        raise _no_tables() from None
    except (BanjieError, ValueError) as error:
        raise click.ClickException(f"{getattr(error, 'zh', '函数无法计算')} ({error})") from None


def _no_tables() -> click.ClickException:
    return click.ClickException(
        "函数要查工作日历，但数据库读不到或还没有表；先运行 flask db upgrade，或检查 BANJIE_DATABASE_URL\n"
        "the function asks the calendar, but the database cannot be read or has no tables: "
        "run `flask db upgrade`, or look at BANJIE_DATABASE_URL"
    )


def pointed(text: str, error: feel.FeelError) -> str:
    """The line of the mistake, a mark under its place, and what is wrong, in both languages."""
    begin = text.rfind("\n", 0, error.position) + 1
    line = text[begin:].partition("\n")[0].replace("\t", " ")
    mark = " " * sum(_width(character) for character in line[: error.position - begin]) + "^"
    return f"{line}\n{mark}\n{error.zh}\n{error.en}"


def _width(character: str) -> int:
    """Columns a terminal gives a character."""
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _told(error: feel.FeelError) -> dict[str, Any]:
    return {"position": error.position, "zh": error.zh, "en": error.en}


def _wrong(error: dmn.DmnError | feel.FeelError) -> dict[str, Any]:
    if isinstance(error, feel.FeelError):
        return _told(error)
    return {"element": error.element, "rule": error.rule, "column": error.column, "zh": error.zh, "en": str(error)}


_JSON = {
    "Expecting property name enclosed in double quotes": "此处应为双引号中的名称（最后一项后面不写逗号）",
    "Expecting ',' delimiter": "此处缺少逗号",
    "Expecting ':' delimiter": "此处缺少冒号",
    "Expecting value": "此处缺少值；文本用双引号，真假写 true、false，空写 null",
    "Unterminated string starting at": "文本缺少结尾的双引号",
    "Invalid control character at": "文本里不能直接换行",
    "Extra data": "数据结束后还有多余内容",
    "Illegal trailing comma before end of object": "最后一项后面不写逗号",
}


def _variables(file: Any) -> dict[str, Any]:
    try:
        found = json.load(file, parse_float=Decimal) if file else {}
    except json.JSONDecodeError as problem:
        zh = _JSON.get(problem.msg, problem.msg)
        raise click.BadParameter(
            f"第 {problem.lineno} 行第 {problem.colno} 列不是 JSON：{zh}\n"
            f"line {problem.lineno}, column {problem.colno} is not JSON: {problem.msg}",
            param_hint="--context",
        ) from None
    except UnicodeDecodeError as problem:
        raise click.BadParameter(
            f"文件不是 UTF-8 编码（第 {problem.start + 1} 个字节）/ the file is not UTF-8 (byte {problem.start + 1})",
            param_hint="--context",
        ) from None
    except (ValueError, RecursionError) as problem:
        raise click.BadParameter(f"不是 JSON / not JSON: {problem}", param_hint="--context") from None
    if not isinstance(found, dict):
        raise click.BadParameter(
            '须为 JSON 对象，例如 {"金额": 12000} / a JSON object is wanted, such as {"amount": 12000}',
            param_hint="--context",
        )
    return found


def _print(answer: dict[str, Any]) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False))


def init_app(app: Flask) -> None:
    for command in (evaluate, decide):
        app.cli.add_command(command)
