"""`flask bulletin`: freeze a period's figures and write the report; or the bulletin of 2019 as it was printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import current_app
from rich.table import Table as Grid

from web.cli import ACTOR, as_json, out, say, told

KINDS = ("html", "docx", "xlsx")


@click.command("bulletin")
@click.option("--year", type=click.IntRange(2004, 2100), help="Assessment year: 1 November before to 31 October.")
@click.option("--period", "key", default=None, help="2019, 2019Q3 or 2019-07, in place of --year.")
@click.option("--out", "folder", type=click.Path(file_okay=False, path_type=Path), help="Write HTML, Word, Excel here.")
@click.option("--given", "as_given", is_flag=True, help="From the printed page, not from the database.")
@click.option(
    "--residual/--no-residual", default=None, help="Shares add up to 100: what rounding leaves goes to the largest."
)
@click.option("--reason", default="", help="Why there is a version after the first.")
@ACTOR
@as_json
@told
def bulletin(
    year: int | None,
    key: str | None,
    folder: Path | None,
    as_given: bool,
    residual: bool | None,
    reason: str,
    actor: str,
    as_json: bool,
) -> None:
    """The performance bulletin of a year, a quarter or a month.

    The figures are frozen: the same figures again are the same version, others a new one. A year the database knows
    nothing of, of which the printed bulletin is kept (2019), is shown as printed; --given says so outright.
    """
    from engine.hotline.bulletin import periods, shelf

    if (year is None) == (key is None):
        raise click.UsageError("给出 --year 或 --period 之一 / give --year or --period")
    which = periods.period(key or str(year))
    file = shelf.printed_files(current_app.config["SETTINGS"].processes_path).get(int(which.key[:4]))
    if which.kind != "year":
        file = None
    if as_given and file is None:
        raise click.UsageError(f"没有 {which.key} 的印发件 / nothing printed is kept for {which.key}")
    if file is not None and (as_given or not _knows(which)):
        _given(file, folder, bool(residual), as_json)
    else:
        _frozen(which.key, folder, residual, reason, actor, as_json)


def _knows(which: Any) -> bool:
    """Has the database a matter of that period?"""
    from sqlalchemy import inspect, select

    from engine.db import db
    from engine.hotline.models import Matter

    if not inspect(db.engine).has_table(Matter.__tablename__):
        return False
    within = Matter.dispatched_at.between(which.start, which.end)
    return db.session.scalar(select(Matter.matter_no).where(within).limit(1)) is not None


def _given(file: Path, folder: Path | None, residual: bool, as_json: bool) -> None:
    from engine.hotline.bulletin import given, printed

    found = printed.read(file, residual_to_largest=residual)
    report = given.build(found, residual=residual)
    names = ("key", "zh", "printed", "computed", "verdict", "note")
    figures = [{name: getattr(each, name) for name in names} | _inputs(each.figure) for each in found.figures]
    grid = Grid(
        "指标 / figure", "印发 / printed", "重算 / computed", "分子 ÷ 分母 / inputs", "结论 / verdict", "说明 / note"
    )
    for each in found.figures:
        verdict = f"{given.VERDICTS[each.verdict][0]} / {each.verdict}"
        figure = f"{each.figure.numerator} ÷ {each.figure.denominator}" if each.figure else ""
        grid.add_row(each.zh, each.printed or "–", each.computed or "–", figure, verdict, each.note or "")
    if not as_json:
        out.print(report.title[0])
        out.print(grid)
    files = _write(report, folder, f"bulletin-{found.year}-printed")
    head = {"year": found.year, "source": found.source, "mode": "given", "residual": residual}
    say(head | {"figures": figures, "files": files}, as_json, _written(files))


def _frozen(key: str, folder: Path | None, residual: bool | None, reason: str, actor: str, as_json: bool) -> None:
    import orjson

    from engine.hotline.bulletin import figures, freezing, schemes, shelf, steps

    frozen = freezing.take(key, actor=actor, reason=reason)
    counts = orjson.loads(frozen.counts)
    report = shelf.built(frozen, residual=residual)
    scheme = schemes.read(counts["scheme"])
    rates = [*figures.rates(counts["all"], scheme), *figures.bureau(counts)]
    shares = figures.transferred(counts, residual=scheme.residual if residual is None else residual)
    grid = Grid("指标 / figure", "数值 / value", "分子 ÷ 分母 / inputs", "公式 / formula", "依据 / source")
    for each in rates:
        inputs = f"{each.figure.numerator} ÷ {each.figure.denominator}"
        grid.add_row(each.name[0], str(each.figure), inputs, each.formula[0], each.source)
    if not as_json:
        out.print(report.title[0])
        for block in report.blocks[:6]:
            out.print("\n".join(block.paragraphs), markup=False)
        out.print(grid)
    files = _write(report, folder, f"bulletin-{key}-v{frozen.version}")
    head = {"period": key, "number": steps.number(frozen), "version": frozen.version, "sha256": frozen.sha256}
    report_json = head | {
        "mode": "database",
        "changes": orjson.loads(frozen.changes),
        "counts": counts,
        "shares": {name: _inputs(figure) | {"value": str(figure)} for name, figure in shares.items()},
        "figures": [
            _inputs(each.figure)
            | {"key": each.key, "zh": each.name[0], "value": str(each.figure)}
            | {"formula": each.formula[0], "source": each.source}
            for each in rates
        ],
        "ranking": [
            {"unit": each.code, "name": each.name, "rank": each.rank, "score": each.score}
            for each in figures.ranking(counts)
        ],
        "files": files,
    }
    text = f"{steps.number(frozen)}: sha256 {frozen.sha256}\n{_written(files)}"
    say(report_json, as_json, text)


def _inputs(figure: Any) -> dict[str, Any]:
    return {
        "numerator": str(figure.numerator) if figure else None,
        "denominator": str(figure.denominator) if figure else None,
    }


def _write(report: Any, folder: Path | None, name: str) -> list[str]:
    if folder is None:
        return []
    from web.bulletins import file

    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / f"{name}.{kind}" for kind in KINDS]
    for path, kind in zip(written, KINDS, strict=True):
        path.write_bytes(file(report, kind))
    return [str(path) for path in written]


def _written(files: list[str]) -> str:
    return "\n".join(files) or "没有写文件；--out 目录 写出 HTML、Word、Excel / nothing written, see --out"
