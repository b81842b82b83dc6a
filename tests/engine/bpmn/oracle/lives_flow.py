"""The lives of what stands in the flow: tasks, events, gateways, loops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import blocks as b
from .lives import Life, plays


@plays(b.Task, b.Catch, b.Throw)
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


@plays(b.Sequence)
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


@plays(b.Split)
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


@plays(b.Race)
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


@plays(b.Loop)
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
