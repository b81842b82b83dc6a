"""Words in common: how lists are searched, and what a proposal says of why it was made.

Chinese has no blanks between words, so pairs of neighbouring characters stand for them; a Latin word or a number is one
whole. What everybody says who asks anything (请问, 怎么办) is left out.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Container, Iterator
from functools import cache, lru_cache
from math import log
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, or_

_RUN = re.compile(r"[\u4e00-\u9fff]+|[0-9A-Za-z]{2,}")
_TALK = re.compile(
    "请问|您好|你好|咨询|来电|市民|反映|希望|表示|想要|想问|想知道|了解|如何|怎么办?|怎样|什么|哪里|哪些|哪个|为何|为什么|是否|能否|可否|可以|需要|应该|应当"
    "|关于|对于|有关|相关|问题|情况|事项|情形|部门|工作|办理|处理|答复|规定|要求|我们|我的|本人|现在|目前|已经|因为|但是|如果|这个|那个|一个|或者|以及"
    "|[要的了吗呢吧啊是在与和及由被把将于从给向就也都还到让对说等我你他她它]"
)


def matches(search: str, columns: tuple[Any, ...]) -> list[ColumnElement[bool]]:
    """Conditions for a query: every word of the search stands in one of the columns."""
    return [or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in search.split()]


@lru_cache(8192)
def pairs(text: str) -> frozenset[str]:
    """The pairs of characters, and the whole Latin words and numbers, of a text."""
    return frozenset(pair for run in _runs(text) for pair in _pairs(run))


COMMON = Path(__file__).with_name("common_pairs.csv")  # pairs that many messages of citizens have, and how many
RARE = 0.008  # the share of messages below which a pair is not in the file


@cache
def _shares() -> dict[str, float]:
    with COMMON.open(encoding="utf-8", newline="") as file:
        return {row["pair"]: int(row["per_mille"]) / 1000 for row in csv.DictReader(file)}


def tells(pair: str) -> float:
    """How much a pair says of what a message is about: 1 for one that few have, near 0 for 没有 or 小区.

    By the share of 4,326 messages to a city's message board that have it; the square keeps small talk small.
    """
    return float((log(_shares().get(pair, RARE)) / log(RARE)) ** 2)


def shared(text: str, known: Container[str]) -> list[str]:
    """The longest stretches of a text that are known, pair by pair; in their order, each once."""
    return list(dict.fromkeys(stretch for run in _runs(text) for stretch in _stretches(run, known)))


def _runs(text: str) -> list[str]:
    return [run.lower() for run in _RUN.findall(_TALK.sub(" ", text))]


def _pairs(run: str) -> list[str]:
    return [run] if run.isascii() else [run[i : i + 2] for i in range(len(run) - 1)]


def _stretches(run: str, known: Container[str]) -> Iterator[str]:
    if run.isascii():
        yield from [run] if run in known else []
        return
    begun = 0
    for at in range(len(run)):
        if run[at : at + 2] not in known:  # the last character has no pair
            if at > begun:
                yield run[begun : at + 1]
            begun = at + 1
