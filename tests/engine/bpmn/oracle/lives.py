"""What blocks do when they run, as BPMN 2.0 says it of their kind.

Nothing here knows of sequence flows, tokens at joins or queues: a block lives inside another, offers what may happen,
tells the one around it when it has ended, and throws climb from block to block.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from . import blocks as b

Env = tuple[tuple[str, int], ...]  # which instances of the multi-instance activities around it
Offer = tuple[str, Env]
OUTSIDE = ("task", "timer", "date", "cycle", "message", "signal")  # what comes from outside the instance
ONCE = ("timer", "date", "cycle", "condition")  # even a listener that does not interrupt hears these once


class Play:
    """One run of a process. `seen` counts what has been passed, throws and ends when they are reached."""

    def __init__(self, process: b.Scope) -> None:
        self.seen: Counter[str] = Counter()
        self.undone: list[str] = []
        self.over = False
        self.root = ScopeLife(process, None, self)
        self.root.begin()
        self.settle()

    def offers(self) -> list[Offer]:
        """What may happen now, sorted."""
        return sorted(
            (id, life.env) for life in self.root.family() for id, w in life.waiting.items() if w[0] in OUTSIDE
        )

    def take(self, offer: Offer) -> None:
        """Let it happen."""
        life = next(life for life in self.root.family() if life.env == offer[1] and offer[0] in life.waiting)
        life.waiting[offer[0]][2]()
        self.settle()

    def tell(self, cue: str, env: Env | None) -> None:
        """A signal reaches everybody who waits for it, a condition those who see the same variables."""
        for life in list(self.root.family()):
            for id, (_, heard, act) in list(life.waiting.items()):
                if cue and heard == cue and env in (None, life.env) and id in life.waiting:
                    act()

    def settle(self) -> None:
        """End the scopes in which nothing is left."""
        while not self.over and self.root.settle():
            pass


class Life:
    """A block that runs."""

    def __init__(self, block: Any, up: Life | None, play: Play, env: Env = ()) -> None:
        self.block, self.up, self.play, self.env = block, up, play, env
        self.kids: list[Life] = []
        self.waiting: dict[str, tuple[str, str, Callable[[], None]]] = {}
        self.dead = False

    def begin(self) -> None:
        """It is entered."""
        raise NotImplementedError

    def make(self, block: Any, env: Env | None = None) -> Life:
        kid = LIVES[type(block)](block, self, self.play, self.env if env is None else env)
        self.kids.append(kid)
        return kid

    def wait(self, id: str, kind: str, cue: str, act: Callable[[], None]) -> None:
        self.waiting[id] = (kind, cue, act)

    def pass_on(self) -> None:
        """It is left."""
        if self.up is not None and not self.dead:
            self.up.ended(self)

    def ended(self, kid: Life) -> None:
        """A block inside has been left."""

    def kill(self) -> None:
        self.dead = True
        self.waiting.clear()
        for kid in self.kids:
            kid.kill()
        self.kids = []

    def family(self) -> Iterator[Life]:
        yield self
        for kid in self.kids:
            yield from kid.family()

    def alive(self) -> bool:
        return bool(self.waiting) or any(kid.alive() for kid in self.kids)

    def settle(self) -> bool:
        return any(kid.settle() for kid in list(self.kids))

    def climb(self, kind: str, cue: str) -> bool:
        """An error, escalation or cancel looks for the nearest that catches it."""
        life: Life | None = self
        while life is not None:
            if life.catches(kind, cue):
                return True
            life = life.up
        return False

    def catches(self, kind: str, cue: str) -> bool:
        for heard, wanted, act in sorted(self.waiting.values(), key=lambda wait: not wait[1]):  # its own code first
            if heard == kind and wanted in ("", cue):
                act()
                return True
        return False

    def scope(self) -> ScopeLife:
        life: Life | None = self
        while not isinstance(life, ScopeLife) or isinstance(life.block, b.Handler):
            assert life is not None
            life = life.up
        return life

    def undo(self, target: str = "") -> None:
        """Compensate what has ended in the scope, the last first, each once."""
        log = self.scope().log
        chosen = [entry for entry in log if target in ("", entry[0])]
        log[:] = [entry for entry in log if entry not in chosen]
        for id in _reverse(chosen):
            self.play.seen[id] += 1
            self.play.undone.append(id)

    def throw(self, thrower: Any) -> None:
        self.play.seen[thrower.id] += 1
        if thrower.kind == "link":
            self.play.seen[thrower.id + "k"] += 1
        elif thrower.kind == "signal":
            self.play.tell(thrower.cue, None)
        elif thrower.kind == "compensate":
            self.undo(getattr(thrower, "target", ""))
        elif thrower.kind == "escalation":
            self.climb("escalation", thrower.cue)
        elif thrower.kind == "cancel":
            self.undo()
            self.climb("cancel", "")
        elif thrower.kind == "error" and not self.climb("error", thrower.cue):
            self.play.root.kill()
            self.play.over = True
        elif thrower.kind == "terminate":
            self.terminate()

    def terminate(self) -> None:
        for kid in self.kids:
            kid.kill()
        self.kids = []


def _reverse(log: list[Any]) -> Iterator[str]:
    for _, undo, nested in reversed(log):
        if undo:
            yield undo
        else:
            yield from _reverse(nested)


class Leaf(Life):
    """A task, catch or throw event."""

    def begin(self) -> None:
        block = self.block
        if isinstance(block, b.Throw):
            self.throw(block)
            self.pass_on()
        elif isinstance(block, b.Catch):
            self.wait(block.id, block.kind, block.cue, self.happen)
        elif block.kind in b.WAITING:
            self.wait(block.id, "task", "", self.happen)
        else:
            self.happen()

    def happen(self) -> None:
        self.waiting.clear()
        self.play.seen[self.block.id] += 1
        self.pass_on()
        if getattr(self.block, "sets", ""):
            self.play.tell(self.block.sets, self.env)


class SequenceLife(Life):
    def begin(self) -> None:
        self.at = 0
        self.make(self.block.blocks[0]).begin()

    def ended(self, kid: Life) -> None:
        self.at += 1
        if self.at < len(self.block.blocks):
            self.make(self.block.blocks[self.at]).begin()
        else:
            self.pass_on()


class SplitLife(Life):
    def begin(self) -> None:
        self.play.seen[self.block.id] += 1
        self.left = self.block.needed or len(self.block.chosen)
        for index in self.block.chosen:
            if not self.dead:
                self.make(self.block.blocks[index]).begin()

    def ended(self, kid: Life) -> None:
        self.left -= 1
        if self.left == 0:
            self.play.seen[self.block.id + "j"] += 1
            self.pass_on()


class RaceLife(Life):
    def begin(self) -> None:
        for event, block in zip(self.block.events, self.block.blocks, strict=True):
            kind, cue = ("message", "") if isinstance(event, b.Task) else (event.kind, event.cue)
            self.wait(event.id, kind, cue, self.choose(event, block))

    def choose(self, event: Any, block: Any) -> Callable[[], None]:
        def act() -> None:
            self.waiting.clear()
            self.play.seen.update([self.block.id, event.id])
            self.make(block).begin()

        return act

    def ended(self, kid: Life) -> None:
        self.play.seen[self.block.id + "j"] += 1
        self.pass_on()


class LoopLife(Life):
    def begin(self) -> None:
        self.left = self.block.rounds
        self.play.seen[self.block.id + "r"] += 1
        self.round()

    def round(self) -> None:
        self.play.seen[self.block.id] += 1
        self.make(self.block.block).begin()

    def ended(self, kid: Life) -> None:
        self.left -= 1
        self.play.seen.update([self.block.id + "c", self.block.id + "x"])
        if self.left:
            self.round()
        else:
            self.play.seen[self.block.id + "a"] += 1
            self.pass_on()


class ActivityLife(Life):
    """The activity as a whole: its boundary events listen from the first instance's beginning to the last one's end."""

    def begin(self) -> None:
        self.running: list[Life] = []
        self.handlers: dict[int, b.Boundary] = {}
        self.done, self.finished = 0, False
        marker = self.block.marker
        for event in self.block.boundaries:
            self.wait(event.id, event.kind, event.cue, self.trigger(event))
        self.number = marker.number if marker else 1
        for index in range(self.number if marker and marker.kind == "parallel" else 1):
            if not self.finished:
                self.start(index)

    def start(self, index: int) -> None:
        marker = self.block.marker
        several = marker is not None and marker.kind in ("parallel", "sequential")
        life = self.make(self.block.inner, self.env + (((self.block.id, index),) if several else ()))
        self.running.append(life)
        life.begin()

    def trigger(self, event: b.Boundary) -> Callable[[], None]:
        def act() -> None:
            self.play.seen[event.id] += 1
            if event.interrupting:
                self.stop()
            elif event.kind in ONCE:
                del self.waiting[event.id]
            life = self.make(event.block)
            self.handlers[id(life)] = event
            life.begin()

        return act

    def stop(self) -> None:
        self.finished = True
        self.waiting.clear()
        for life in self.running:
            life.kill()
        self.kids = [kid for kid in self.kids if not kid.dead]

    def ended(self, kid: Life) -> None:
        if kid in self.running:
            self.instance_done(kid)
            return
        event = self.handlers[id(kid)]
        if event.interrupting:
            self.leave()
        else:
            self.play.seen[event.id + "e"] += 1

    def instance_done(self, kid: Life) -> None:
        block = self.block
        self.running.remove(kid)
        if not isinstance(block.inner, b.Task):
            self.play.seen[block.id] += 1
        nested = kid.log if isinstance(kid, ScopeLife) else []
        if block.undo or nested:
            self.up.scope().log.append((block.id, f"{block.id}undo" if block.undo else "", nested))  # type: ignore[union-attr]
        self.done += 1
        enough = block.marker.enough if block.marker else None
        if self.done in (self.number, enough):
            self.stop()
            self.leave()
        elif block.marker.kind != "parallel":
            self.start(self.done)

    def leave(self) -> None:
        if any(event.interrupting for event in self.block.boundaries):
            self.play.seen[self.block.id + "j"] += 1
        self.pass_on()


class ScopeLife(Life):
    """A process, a sub-process or an event sub-process: it ends when nothing in it is left."""

    def begin(self) -> None:
        block = self.block
        self.log: list[Any] = []
        self.closed, self.ends = False, dict[int, b.End]()
        if isinstance(block, b.Handler):
            ways, bare = (block.way,), False
        else:
            ways, bare = block.ways, block.bare
            for handler in block.handlers:
                self.wait(handler.id + "s", handler.kind, handler.cue, self.trigger(handler))
        if not bare:
            self.play.seen.update([block.id + "s"] + [block.id + "w"] * (len(ways) > 1))
        for way in ways:
            if not self.dead:
                kid = self.make(way.block)
                self.ends[id(kid)] = way.end
                kid.begin()

    def trigger(self, handler: b.Handler) -> Callable[[], None]:
        def act() -> None:
            if handler.interrupting:
                self.waiting.clear()
                self.terminate()
            elif handler.kind in ONCE:
                del self.waiting[handler.id + "s"]
            self.make(handler).begin()

        return act

    def ended(self, kid: Life) -> None:
        if isinstance(kid.block, b.Handler):
            self.play.seen[kid.block.id] += 1
        elif not getattr(self.block, "bare", False):
            self.throw(self.ends[id(kid)])

    def alive(self) -> bool:
        return not self.closed and any(kid.alive() for kid in self.kids)

    def settle(self) -> bool:
        if any(kid.settle() for kid in list(self.kids)):
            return True
        if self.closed or self.dead or self.alive():
            return False
        self.closed = True
        self.waiting.clear()
        if self.up is None:
            self.play.over = True
        self.pass_on()
        return True


LIVES: dict[type, type[Life]] = {
    b.Task: Leaf,
    b.Catch: Leaf,
    b.Throw: Leaf,
    b.Sequence: SequenceLife,
    b.Split: SplitLife,
    b.Race: RaceLife,
    b.Loop: LoopLife,
    b.Activity: ActivityLife,
    b.Scope: ScopeLife,
    b.Handler: ScopeLife,
}
