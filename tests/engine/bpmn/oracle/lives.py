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


LIVES: dict[type, type[Life]] = {}


def plays(*blocks: type) -> Callable[[type[Life]], type[Life]]:
    """Which blocks a kind of life is for."""

    def keep(life: type[Life]) -> type[Life]:
        LIVES.update(dict.fromkeys(blocks, life))
        return life

    return keep


class Play:
    """One run of a process. `seen` counts what has been passed, throws and ends when they are reached."""

    def __init__(self, process: b.Scope) -> None:
        self.seen: Counter[str] = Counter()
        self.undone: list[str] = []
        self.over = False
        self.root = LIVES[b.Scope](process, None, self)
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
        self.log: list[Any] = []  # of a scope: what has ended in it and can be compensated

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

    def scope(self) -> Life:
        """The process or sub-process around it, which an event sub-process is a part of."""
        life: Life | None = self
        while life is not None and not isinstance(life.block, b.Scope):
            life = life.up
        assert life is not None
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
