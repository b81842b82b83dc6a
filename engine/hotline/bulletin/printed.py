"""A bulletin that was printed long ago: its counts as given, and what of its figures can be computed from them again.

A figure is `equal`, `conflict` (its own counts give something else), `derived` (computed, but not printed) or `given`
(nothing printed lets it be computed: it is stored as it stands, and says so).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from engine.hotline.bulletin import formulas
from engine.hotline.bulletin.formulas import Figure


@dataclass(frozen=True, slots=True)
class Printed:
    """One printed figure beside the computed one. `verdict` is equal, conflict, derived or given."""

    key: str
    block: str
    zh: str
    printed: str | None
    computed: str | None
    figure: Figure | None
    verdict: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A printed bulletin: its period, its counts and its figures."""

    year: int
    source: str
    first: str
    last: str
    counts: Mapping[str, Any]
    texts: Mapping[str, str]  # block -> what it said, in our words
    figures: tuple[Printed, ...]


def read(path: Path, *, residual_to_largest: bool = False) -> Bulletin:
    """The bulletin a file gives. Raises KeyError or ValueError when the file names a count it does not hold."""
    given = orjson.loads(path.read_bytes())
    counts = {name: entry.get("values", entry.get("value")) for name, entry in given["counts"].items()}
    figures = tuple(_beside(entry, counts, residual_to_largest) for entry in given["figures"])
    return Bulletin(
        given["year"], given["source"], given["from"], given["to"], given["counts"], given["texts"], figures
    )


def _beside(entry: Mapping[str, Any], counts: Mapping[str, Any], residual: bool) -> Printed:
    computed: str | None = None
    figure: Figure | None = None
    if name := entry.get("formula"):
        found = _FORMULAS[name](counts, entry["of"], residual)
        computed, figure = str(found), found if isinstance(found, Figure) else None
    printed = entry["printed"]
    if computed is None:
        verdict = "given"
    elif printed is None:
        verdict = "derived"
    else:
        verdict = "equal" if printed == computed else "conflict"
    return Printed(entry["key"], entry["block"], entry["zh"], printed, computed, figure, verdict, entry.get("note"))


Counts = Mapping[str, Any]


def _sum(counts: Counts, of: list[str], _residual: bool) -> int:
    return sum(counts[of[0]].values())


def _share(counts: Counts, of: list[str], residual: bool) -> Figure:
    return formulas.shares(counts[of[0]], residual_to_largest=residual)[of[1]]


def _ratio(counts: Counts, of: list[str], _residual: bool) -> Figure:
    return formulas.share(counts[of[0]], counts[of[1]])


def _satisfaction(counts: Counts, of: list[str], _residual: bool) -> Figure:
    return formulas.satisfaction(counts[of[0]])


def _incidents(counts: Counts, of: list[str], _residual: bool) -> Figure:
    return formulas.share(sum(counts[of[0]].values()), counts[of[1]][of[2]])


_FORMULAS: dict[str, Callable[[Counts, list[str], bool], Figure | int]] = {
    "sum": _sum,
    "share": _share,
    "ratio": _ratio,
    "satisfaction": _satisfaction,
    "incidents": _incidents,
}
