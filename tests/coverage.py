"""docs/coverage.md from docs/coverage.csv: what the two source documents ask, what does it, what proves it.

`python -m tests.coverage` writes the page; the tests check that all that is named exists and that it is up to date.
"""

from __future__ import annotations

import ast
import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).resolve().parents[1]
TABLE, PAGE = ROOT / "docs" / "coverage.csv", ROOT / "docs" / "coverage.md"
OUT = "out of scope"
SOURCES = {"通报": "沪市监办发〔2020〕337号", "意见": "国市监网监〔2019〕46号"}
HEAD = """# What is asked, what does it, what proves it

Every function and system that the two source documents name: the 2019 performance bulletin ({bulletin}) and the opinion
on integrating the 12315 lines ({opinion}). `process#element` is an element of a diagram in `processes/`, `/…` a page,
`flask …` a command, `Cnn` a clock. The last column says honestly what is not there. Written from `docs/coverage.csv` by
`python -m tests.coverage`; `tests/acceptance/test_coverage.py` checks that everything named exists.

{done} of {all} rows are done, {partly} in part, {out} is out of a program's scope.

| Asked | What the program does | Where | Proved by | Missing |
|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One function that a document names."""

    source: str
    words: str
    software: str
    where: tuple[str, ...]
    tests: tuple[str, ...]
    missing: str

    @property
    def out(self) -> bool:
        """Is it none of a program's business?"""
        return self.missing == OUT


@cache
def rows() -> tuple[Row, ...]:
    """The table."""

    def parts(cell: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in cell.split(";") if part.strip())

    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Row(r["source"], r["words"], r["software"], parts(r["where"]), parts(r["tests"]), r["missing"].strip())
            for r in csv.DictReader(file)
        )


def unknown(app: Flask) -> list[str]:
    """What the table names and nobody has."""
    named = {where for row in rows() for where in row.where}
    tests = {test for row in rows() for test in row.tests}
    return sorted([w for w in named if not _exists(w, app)] + [test for test in tests if not _tested(test)])


def _exists(where: str, app: Flask) -> bool:
    from engine import registry
    from engine.hotline.actions import ACTIONS
    from engine.hotline.clocks import CODES

    kind, _, name = where.partition(" ")
    if where.startswith("/"):
        return where in {rule.rule for rule in app.url_map.iter_rules()}
    if kind == "flask":
        return _command(app, name.split())
    if kind in ("role", "action", "connector"):
        return name in {"role": registry.ROLES, "action": ACTIONS, "connector": registry.CONNECTORS}[kind]
    if "#" in where:
        return where in _elements()
    return where in CODES or (ROOT / where).is_file()


def _command(app: Flask, path: Iterable[str]) -> bool:
    found: object = app.cli
    for name in path:
        found = getattr(found, "commands", {}).get(name)
    return found is not None


@cache
def _elements() -> frozenset[str]:
    from engine import scenarios

    found = set()
    for diagram in ROOT.glob("processes/*/*.bpmn"):
        for process, ids in scenarios.elements(diagram.read_bytes()).items():
            found |= {f"{process}#{element}" for element in ids}
    return frozenset(found)


def _tested(test: str) -> bool:
    """Is there a test of that name in that file?"""
    path, _, name = test.partition("::")
    file = ROOT / path
    if not file.is_file():
        return False
    return any(isinstance(n, ast.FunctionDef) and n.name == name for n in ast.walk(ast.parse(file.read_text())))


def page() -> str:
    """The page as it should stand."""
    out = sum(row.out for row in rows())
    partly = sum(bool(row.missing) for row in rows()) - out
    counts = {"all": len(rows()), "out": out, "partly": partly, "done": len(rows()) - partly - out}
    head = HEAD.format(bulletin=SOURCES["通报"], opinion=SOURCES["意见"], **counts)
    return head + "".join(map(_line, rows()))


def _line(row: Row) -> str:
    where = "<br>".join(f"`{part}`" for part in row.where)
    tests = "<br>".join(f"`{part.removeprefix('tests/')}`" for part in row.tests)
    return f"| {row.source}：{row.words} | {row.software} | {where} | {tests} | {row.missing} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
