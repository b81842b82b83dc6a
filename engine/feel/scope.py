"""Where names live while a tree is compiled: every name gets a slot in the flat list a run carries.

Names of `for`, functions and contexts are known when compiling. The entries of a filtered list's items are not, so a
name inside a filter asks the item first. What nothing declares is free: a variable of the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def warn(env: list[Any], text: str) -> None:
    """Note why something is null."""
    if env[0] is not None:
        env[0].warn(text)


@dataclass(slots=True)
class Frame:
    """Declared names with their slots; `item` is the slot of the current item when the frame is a filter's."""

    slots: dict[str, int] = field(default_factory=dict)
    item: int = 0


@dataclass(slots=True)
class Scope:
    """Slot 0 is the run; free variables and declared names share the rest."""

    size: int = 1
    free: dict[str, int] = field(default_factory=dict)
    raw: dict[str, int] = field(default_factory=dict)  # free names only followed by a path: kept as the caller has them
    certain: set[str] = field(default_factory=set)  # free names outside every filter
    frames: list[Frame] = field(default_factory=list)
    given: set[int] = field(default_factory=set)  # slots of loops over a caller's list: they hold its entries as given
    defaults: dict[int, Any] = field(
        default_factory=dict
    )  # slots of names that are functions unless a variable hides them

    def slot(self) -> int:
        """A new slot."""
        self.size += 1
        return self.size - 1

    def raw_slot(self, name: str) -> int:
        """The slot of a caller's variable that is not converted."""
        self.certain.add(name)
        if name not in self.raw:
            self.raw[name] = self.slot()
        return self.raw[name]

    def find(self, name: str) -> tuple[int, list[int]]:
        """(slot of the name, slots of items to be asked before it)."""
        items: list[int] = []
        for frame in reversed(self.frames):
            if name in frame.slots:
                return frame.slots[name], items
            if frame.item:
                items.append(frame.item)
                if name == "item":
                    return frame.item, items
        if name not in self.free:
            self.free[name] = self.slot()
        if not items:
            self.certain.add(name)
        return self.free[name], items

    def declared(self, name: str) -> bool:
        """Is the name declared inside the expression?"""
        return any(name in frame.slots or (name == "item" and frame.item) for frame in self.frames)
