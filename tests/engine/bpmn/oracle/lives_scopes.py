"""The lives of activities and scopes: instances, boundary events, event sub-processes, ends."""

from __future__ import annotations

from collections.abc import Callable

from . import blocks as b
from .lives import Life, plays

ONCE = ("timer", "date", "cycle", "condition")  # even a listener that does not interrupt hears these once


@plays(b.Activity)
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
        nested = kid.log
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


@plays(b.Scope, b.Handler)
class ScopeLife(Life):
    """A process, a sub-process or an event sub-process: it ends when nothing in it is left."""

    def begin(self) -> None:
        block = self.block
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
