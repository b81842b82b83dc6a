"""What a process is made of, said without flows and tokens: blocks within blocks.

Each block can be drawn as BPMN (`draw`) and played by what BPMN says of it (`lives`). Ids are unique in a process; a
scope's start event has the scope's id with an s behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

WAITING = ("user", "manual", "plain", "service", "receive")  # tasks at which somebody or something must come


@dataclass(frozen=True)
class Task:
    """`sets` makes the condition of that name true; `resets` makes it false."""

    id: str
    kind: str = "user"
    sets: str = ""
    resets: str = ""


@dataclass(frozen=True)
class Catch:
    """An event waited for: message, signal, condition, timer (also date; cycle: one round). `cue` is what it hears."""

    id: str
    kind: str
    cue: str = ""


@dataclass(frozen=True)
class Throw:
    """An intermediate throw: none, message, signal, escalation, compensate (all of the scope, or `target`), link."""

    id: str
    kind: str = "none"
    cue: str = ""
    target: str = ""


@dataclass(frozen=True)
class End:
    """An end event: none, message, signal, terminate, error, escalation, cancel, compensate."""

    id: str
    kind: str = "none"
    cue: str = ""


@dataclass(frozen=True)
class Way:
    """A branch of a scope, from its start to an end event."""

    block: Any
    end: End


@dataclass(frozen=True)
class Handler:
    """An event sub-process."""

    id: str
    kind: str
    interrupting: bool
    way: Way
    cue: str = ""


@dataclass(frozen=True)
class Scope:
    """What a process or sub-process holds. `bare` draws neither start nor end events."""

    id: str
    ways: tuple[Way, ...]
    handlers: tuple[Handler, ...] = ()
    bare: bool = False


@dataclass(frozen=True)
class Marker:
    """How often an activity runs: parallel, sequential, loop, before (a loop tested before). `enough` ends it early."""

    kind: str
    number: int
    enough: int | None = None


@dataclass(frozen=True)
class Boundary:
    """A boundary event and what follows it: back into the flow when it interrupts, else to an end of its own."""

    id: str
    kind: str
    interrupting: bool
    block: Any
    cue: str = ""


@dataclass(frozen=True)
class Activity:
    """A task, sub-process, transaction, ad-hoc sub-process or call activity with all that can hang on it."""

    id: str
    inner: Any
    tag: str = "subProcess"
    marker: Marker | None = None
    boundaries: tuple[Boundary, ...] = ()
    undo: bool = False


@dataclass(frozen=True)
class Sequence:
    """Blocks one after the other."""

    blocks: tuple[Any, ...]


@dataclass(frozen=True)
class Split:
    """Branches that part at one gateway and meet at another; `needed` arrivals make it go on (all by default)."""

    id: str
    kind: str
    blocks: tuple[Any, ...]
    chosen: tuple[int, ...]
    needed: int | None = None


@dataclass(frozen=True)
class Race:
    """An event gateway: the first event chooses what follows."""

    id: str
    events: tuple[Any, ...]
    blocks: tuple[Any, ...]


@dataclass(frozen=True)
class Loop:
    """A way back drawn as flows, taken until the block has run `rounds` times."""

    id: str
    block: Any
    rounds: int


def walk(block: Any) -> list[Any]:
    """A block and everything in it."""
    found = [block] if hasattr(block, "id") else []
    for name in ("blocks", "events", "ways", "handlers", "boundaries"):
        for part in getattr(block, name, ()):
            found += walk(part)
    for name in ("block", "way", "end", "inner"):
        if hasattr(block, name):
            found += walk(getattr(block, name))
    return found
