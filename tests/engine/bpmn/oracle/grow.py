"""Random processes: a chooser picks what stands where, so that Hypothesis and a seed grow the same kinds.

The plainest choice is always the first of its list: Hypothesis shrinks towards it. What throws waits at a task first,
and what listens to a throw waits at one afterwards, so that no step leaves an order open that the standard leaves open.
"""

from __future__ import annotations

from typing import Any

from . import blocks as b
from .beside import Choose

FLOW = ("exclusive", "parallel", "inclusive", "race", "loop", "complex")
ACTIVITIES = ("bounded", "marked", "sub", "call", "handled", "loose")
RARE = ("undone", "cancelled", "told")  # large when shrunk
SIZE = 24  # blocks of one process, about


class Grower:
    """Grows one process."""

    def __init__(self, choose: Choose, rare: tuple[str, ...] = RARE) -> None:
        self.choose, self.left, self.count = choose, SIZE, 0
        self.kinds = ["task", "sequence", *(FLOW + ACTIVITIES) * 2, *rare]

    def process(self) -> b.Scope:
        scope = self.scope("p", 3)
        return b.Scope("p", scope.ways, (self.handler(1),)) if self.choose([0, 0, 0, 1]) else scope

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def some(self, fewest: int, most: int) -> int:
        return int(self.choose(list(range(fewest, most + 1))))

    def yes(self) -> bool:
        return bool(self.choose([False, True]))

    def task(self) -> b.Task:
        return b.Task(self.name("u"))

    # -- scopes -----------------------------------------------------------------------------------------------------
    def scope(self, id: str, depth: int) -> b.Scope:
        ways = [self.way(depth)]
        if depth > 1 and self.choose([0, 0, 0, 1]):
            ways.append(self.way(depth - 1))
        return b.Scope(id, tuple(ways))

    def way(self, depth: int) -> b.Way:
        """Most ways end plainly."""
        block = self.block(depth, False)
        kind = self.choose(["none"] * 6 + ["terminate", "error", "escalation", "message"])
        if kind == "none":
            return b.Way(block, b.End(self.name("e")))
        cue = {"error": ("E1", "E2"), "escalation": ("X", "X2")}.get(kind)
        end = b.End(self.name("e"), kind, self.choose(list(cue)) if cue else "")
        return b.Way(b.Sequence((block, self.task())), end)

    # -- blocks -----------------------------------------------------------------------------------------------------
    def block(self, depth: int, looped: bool) -> Any:
        """`looped` blocks are entered again before everything in them has ended."""
        self.left -= 1
        if depth <= 0 or self.left <= 0:
            return self.task()
        kind = self.choose(self.kinds)
        return getattr(self, f"_{kind}")(depth - 1, looped)

    def blocks(self, number: int, depth: int, looped: bool) -> tuple[Any, ...]:
        return tuple(self.block(depth, looped) for _ in range(number))

    def _task(self, depth: int, looped: bool) -> Any:
        kind = self.choose(["user", "manual", "service", "receive", "script", "timer", "message", "signal", "throw"])
        if kind in ("timer", "message", "signal"):
            return b.Catch(self.name("c"), kind, "outside" if kind == "signal" else "")
        if kind == "throw":
            sort = self.choose(["none", "message", "link", "escalation"])
            return b.Sequence(
                (self.task(), b.Throw(self.name("t"), sort, "X" if sort == "escalation" else ""), self.task())
            )
        return b.Task(self.name("u"), kind)

    def _sequence(self, depth: int, looped: bool) -> Any:
        return b.Sequence(self.blocks(2, depth, looped))

    def _parallel(self, depth: int, looped: bool) -> Any:
        number = self.some(2, 3)
        return b.Split(self.name("g"), "parallel", self.blocks(number, depth, looped), tuple(range(number)))

    def _exclusive(self, depth: int, looped: bool) -> Any:
        number = self.some(2, 3)
        chosen = (self.some(0, number - 1),)
        return b.Split(self.name("g"), "exclusive", self.blocks(number, depth, looped), chosen)

    def _inclusive(self, depth: int, looped: bool) -> Any:
        number = self.some(2, 3)
        chosen = tuple(i for i in range(number - 1) if self.yes()) or (number - 1,)
        return b.Split(self.name("g"), "inclusive", self.blocks(number, depth, looped), chosen)

    def _complex(self, depth: int, looped: bool) -> Any:
        number = self.some(2, 3)
        needed = number if looped else self.some(1, number)
        return b.Split(self.name("g"), "complex", self.blocks(number, depth, looped), tuple(range(number)), needed)

    def _race(self, depth: int, looped: bool) -> Any:
        events = []
        for _ in range(self.some(2, 3)):
            kind = self.choose(["timer", "message", "signal", "receive"])
            if kind == "receive":
                events.append(b.Task(self.name("c"), kind))
            else:
                events.append(b.Catch(self.name("c"), kind, "outside" if kind == "signal" else ""))  # type: ignore[arg-type]
        return b.Race(self.name("g"), tuple(events), self.blocks(len(events), depth, looped))

    def _loop(self, depth: int, looped: bool) -> Any:
        return b.Loop(self.name("l"), self.block(depth, True), self.some(2, 3))

    def _sequence_of_tasks(self, depth: int, looped: bool) -> Any:
        return b.Sequence((self.task(), self.task()))

    # -- activities -------------------------------------------------------------------------------------------------
    def _sub(self, depth: int, looped: bool) -> Any:
        return self.activity(depth)

    def _call(self, depth: int, looped: bool) -> Any:
        return self.activity(depth, tag="callActivity")

    def activity(self, depth: int, **said: Any) -> b.Activity:
        id = self.name("s")
        return b.Activity(id, self.scope(id, depth), **said)

    def body(self, depth: int, **said: Any) -> b.Activity:
        """A task, a sub-process or a call, with what hangs on it."""
        kind = self.choose(["task", "subProcess", "callActivity"])
        if kind == "task":
            task = self.task()
            return b.Activity(task.id, task, **said)
        return self.activity(depth, tag=kind, **said)

    def _marked(self, depth: int, looped: bool) -> Any:
        kind, number = self.choose(["parallel", "sequential", "loop", "before"]), self.some(1, 3)
        enough = self.choose([None, *range(1, number + 1)]) if kind in ("parallel", "sequential") else None
        bounds = (self.boundary(depth, looped),) if self.yes() else ()
        return self.body(depth, marker=b.Marker(kind, number, enough), boundaries=bounds)

    def _bounded(self, depth: int, looped: bool) -> Any:
        bounds = tuple(self.boundary(depth, looped) for _ in range(self.some(1, 2)))
        return self.body(depth, boundaries=bounds)

    def boundary(self, depth: int, looped: bool) -> b.Boundary:
        """What is done beside the activity may be done several times at once: one task."""
        kind, cue = self.listened(["timer", "message", "signal", "error", "escalation"])
        interrupting = kind == "error" or self.yes()
        block = self.block(depth, looped) if interrupting else self.task()
        return b.Boundary(self.name("b"), kind, interrupting, block, cue)

    def listened(self, kinds: list[str]) -> tuple[str, str]:
        kind = self.choose(kinds)
        cues = {"error": ["", "E1", "E2"], "escalation": ["", "X", "X2"], "signal": ["outside"]}
        return kind, self.choose(cues.get(kind, [""]))

    def _handled(self, depth: int, looped: bool) -> Any:
        """A sub-process or called process with an event sub-process or two."""
        id, tag = self.name("s"), self.choose(["subProcess", "callActivity"])
        handlers = tuple(self.handler(depth) for _ in range(self.some(1, 2)))
        return b.Activity(id, b.Scope(id, self.scope(id, depth).ways, handlers), tag)

    def handler(self, depth: int) -> b.Handler:
        kind, cue = self.listened(["message", "timer", "signal", "error", "escalation"])
        interrupting = kind == "error" or self.yes()
        way = self.way(depth) if interrupting else b.Way(self.task(), b.End(self.name("e")))
        return b.Handler(self.name("h"), kind, interrupting, way, cue)

    def _loose(self, depth: int, looped: bool) -> Any:
        """An ad-hoc sub-process; it may hold no end events."""
        id, kinds = self.name("s"), [self._task, self._call, self._sequence_of_tasks]
        ways = (b.Way(self.choose(kinds)(depth, False), b.End("")) for _ in range(self.some(2, 3)))
        return b.Activity(id, b.Scope(id, tuple(ways), bare=True), "adHocSubProcess")

    def _undone(self, depth: int, looped: bool) -> Any:
        """A sub-process whose activities are compensated at its end."""
        id, done = self.name("s"), [self.undoable(depth) for _ in range(self.some(1, 3))]
        if self.yes():
            throw, end = b.Throw(self.name("t"), "compensate", target=self.choose(["", *(a.id for a in done)])), "none"
            block = b.Sequence((*done, self.task(), throw))
        else:
            block, end = b.Sequence((*done, self.task())), "compensate"
        return b.Activity(id, b.Scope(id, (b.Way(block, b.End(self.name("e"), end)),)))

    def undoable(self, depth: int) -> b.Activity:
        number = self.some(1, 2)
        marker = b.Marker(self.choose(["sequential", "loop"]), number) if self.yes() else None
        if depth > 0 and self.yes():
            inner = [self.undoable(0) for _ in range(number)]
            id = self.name("s")
            scope = b.Scope(id, (b.Way(b.Sequence(tuple(inner)), b.End(self.name("e"))),))
            return b.Activity(id, scope, marker=marker, undo=self.yes())
        task = self.task()
        return b.Activity(task.id, task, marker=marker, undo=True)

    def _cancelled(self, depth: int, looped: bool) -> Any:
        """A transaction whose second way cancels it, unless that is interrupted before."""
        id = self.name("s")
        scope = b.Scope(id, (b.Way(b.Sequence((self.undoable(depth), self.task())), b.End(self.name("e"), "cancel")),))
        bounds = [b.Boundary(self.name("b"), "cancel", True, self.block(depth, looped))]
        if self.yes():
            bounds.append(b.Boundary(self.name("b"), "timer", True, self.block(depth, looped)))
        return b.Activity(id, scope, "transaction", boundaries=tuple(bounds))

    def _told(self, depth: int, looped: bool) -> Any:
        """Of two branches one hears what the other makes true or throws."""
        kind, cue = self.choose(["condition", "signal"]), self.name("f")
        tell: tuple[Any, ...] = (b.Task(self.name("u"), sets=cue), self.task())
        if kind == "signal":
            tell = (self.task(), b.Throw(self.name("t"), "signal", cue), self.task())
        hear: Any = b.Catch(self.name("c"), kind, cue)
        if self.yes():
            task, bound = self.task(), self.name("b")
            hear = b.Activity(task.id, task, boundaries=(b.Boundary(bound, kind, self.yes(), self.task(), cue),))
        both = (b.Sequence(tell), b.Sequence((hear, self.task())))
        reset = b.Task(self.name("r"), "script", resets=cue)
        return b.Sequence((reset, b.Split(self.name("g"), "parallel", both, (0, 1))))
