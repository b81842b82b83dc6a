"""The columns of the matrix: what an element may stand in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..oracle import blocks as b
from .elements import ROWS, Row

Surrounding = Callable[[Row], b.Scope]
SURROUNDINGS: dict[str, Surrounding] = {}


def surrounding(name: str) -> Callable[[Surrounding], Surrounding]:
    def keep(make: Surrounding) -> Surrounding:
        SURROUNDINGS[name] = make
        return make

    return keep


def process(block: Any, *handlers: b.Handler) -> b.Scope:
    return b.Scope("p", (b.Way(block, b.End("e")),), handlers)


def inside(row: Row, tag: str = "subProcess", id: str = "u", **said: Any) -> b.Activity:
    return b.Activity(id, b.Scope(id, *row), tag, **said)


def in_flow(row: Row) -> Any:
    """As a part of the flow, where it is one; else in a sub-process."""
    (way, *others), handlers = row
    plain = not others and not handlers and way.end.kind == "none"
    return way.block if plain else inside(row)


def on_message(row: Row, interrupting: bool) -> b.Handler:
    block = in_flow(row)
    return b.Handler("es", "message", interrupting, b.Way(block, b.End("ese")))


surrounding("alone")(lambda row: b.Scope("p", *row))
surrounding("sub-process")(lambda row: process(inside(row)))
surrounding("sub-process twice")(lambda row: process(b.Activity("o", b.Scope("o", (b.Way(inside(row), b.End("oe")),)))))
surrounding("interrupting event sub-process")(lambda row: process(b.Task("w"), on_message(row, True)))
surrounding("event sub-process beside")(lambda row: process(b.Task("w"), on_message(row, False)))
for kind in ("parallel", "sequential", "loop", "before"):
    surrounding(kind)(lambda row, kind=kind: process(inside(row, marker=b.Marker(kind, 2))))  # type: ignore[misc]
surrounding("parallel, the first is enough")(lambda row: process(inside(row, marker=b.Marker("parallel", 2, 1))))
surrounding("sequential of parallel")(
    lambda row: process(
        b.Activity(
            "o",
            b.Scope("o", (b.Way(inside(row, marker=b.Marker("parallel", 2)), b.End("oe")),)),
            marker=b.Marker("sequential", 2),
        )
    )
)
for kind in ("message", "timer"):
    for interrupting in (True, False):
        surrounding(f"boundary {kind} {'interrupts' if interrupting else 'beside'}")(
            lambda row, kind=kind, interrupting=interrupting: process(  # type: ignore[misc]
                inside(row, boundaries=(b.Boundary("b", kind, interrupting, b.Task("h")),))
            )
        )
surrounding("boundary error catches all")(
    lambda row: process(inside(row, boundaries=(b.Boundary("b", "error", True, b.Task("h")),)))
)
surrounding("compensated")(
    lambda row: process(b.Sequence((inside(row, undo=True), b.Task("w"), b.Throw("t", "compensate"))))
)
surrounding("compensated by what it holds")(
    lambda row: process(b.Sequence((inside(row), b.Task("w"), b.Throw("t", "compensate"))))
)
surrounding("call activity")(lambda row: process(inside(row, "callActivity")))
surrounding("call activity twice")(
    lambda row: process(
        b.Activity("o", b.Scope("o", (b.Way(inside(row, "callActivity"), b.End("oe")),)), "callActivity")
    )
)
surrounding("call activities in parallel")(
    lambda row: process(inside(row, "callActivity", marker=b.Marker("parallel", 2)))
)
surrounding("event sub-process of a called process")(
    lambda row: process(
        b.Activity("c", b.Scope("c", (b.Way(b.Task("w"), b.End("ce")),), (on_message(row, False),)), "callActivity")
    )
)
surrounding("transaction that may be cancelled")(
    lambda row: process(
        b.Activity(
            "u",
            b.Scope("u", (*row[0], b.Way(b.Task("w"), b.End("ce", "cancel"))), row[1]),
            "transaction",
            boundaries=(b.Boundary("b", "cancel", True, b.Task("h")),),
        )
    )
)
surrounding("loop of flows")(lambda row: process(b.Loop("l", in_flow(row), 2)))
surrounding("branch of an exclusive gateway")(
    lambda row: process(b.Split("g", "exclusive", (in_flow(row), b.Task("w")), (0,)))
)
surrounding("branch of a parallel gateway")(
    lambda row: process(b.Split("g", "parallel", (in_flow(row), b.Task("w")), (0, 1)))
)
surrounding("branch of an inclusive gateway")(
    lambda row: process(b.Split("g", "inclusive", (in_flow(row), b.Task("w"), b.Task("v")), (0, 1)))
)
surrounding("after an event gateway")(
    lambda row: process(b.Race("g", (b.Catch("m", "message"), b.Catch("t", "timer")), (in_flow(row), b.Task("w"))))
)

# Of several instances that end in the same step the standard does not say how far the others have come.
OPEN = {("sub-process without steps that wait", "parallel, the first is enough")}


@dataclass(frozen=True)
class Cell:
    """One element in one surrounding."""

    row: str
    column: str

    def process(self) -> b.Scope:
        return SURROUNDINGS[self.column](ROWS[self.row])


def cells() -> list[Cell]:
    """The matrix, row by row."""
    return [Cell(row, column) for row in ROWS for column in SURROUNDINGS if (row, column) not in OPEN]
