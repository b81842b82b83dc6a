"""The five lines that were made one (国市监网监〔2019〕46号): which one an order came by, and what its class there is.

`old_lines.csv` maps a line's classes to our content class and field of supervision. The lines published no common list
of codes, so the codes are ours; a class is found by its name as well. A bureau puts its old systems' codes in.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("old_lines.csv")
LINES = {
    "12315": "消费者投诉举报",
    "12365": "质量监督",
    "12331": "食品药品",
    "12358": "价格监管",
    "12330": "知识产权",
}


@dataclass(frozen=True, slots=True)
class Topic:
    """What a class of an old line is in this house. `source` says where its name and its code come from."""

    line: str
    code: str
    name: str
    category: str
    domain: str
    source: str


@cache
def topics() -> tuple[Topic, ...]:
    """The table, in its order."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(Topic(**row) for row in csv.DictReader(lines))


@cache
def _known() -> dict[tuple[str, str], Topic]:
    return {(topic.line, said.casefold()): topic for topic in topics() for said in (topic.code, topic.name)}


def line_of(said: str) -> str | None:
    """The line that is meant by its number or its name (`12331`, `12331热线`, `食品药品`)."""
    said = "".join(said.split())
    return next((line for line, name in LINES.items() if said in (line, name) or said.startswith(line)), None)


def topic(line: str | None, said: str) -> Topic | None:
    """What a class, given by code or name, of this line is here."""
    return _known().get((line or "", said.strip().casefold()))


def stray(values: Mapping[str, Any]) -> str | None:
    """The class of an order that the table does not know, as a report names it; None when all is well."""
    line, said = values.get("line"), values.get("line_code")
    return f"{line or '未注明热线'} {said}" if said and topic(line, said) is None else None
