"""What a process is given from outside: the variables it asks for at its start, and what its messages bring.

Pure: the files of a bundle in, names out. The pages that start and go on by hand have a field for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from engine import errors, feel, registry
from engine.gate import bundle as bundles
from engine.gate.elements import BANJIE
from engine.gate.places import mappings
from engine.gate.rules import meaning
from engine.gate.scope import Reader

Files = tuple[tuple[str, bytes], ...]


def frozen(files: Mapping[str, bytes]) -> Files:
    """The files of a bundle as the questions below take them: answers are kept."""
    return tuple(sorted(files.items()))


@lru_cache(maxsize=64)
def asked(files: Files, process: str) -> tuple[str, ...]:
    """The variables that expressions of a process use and nothing in the bundle sets, in the order of their use."""
    return tuple(name for of, name in meaning.given(_read(files)) if of == process and name != "loopCounter")


@lru_cache(maxsize=256)
def brought(files: Files, element: str) -> tuple[str, ...]:
    """The entries of the payload that the outputs of a message's or signal's event speak of; none without outputs."""
    try:
        node = Reader(_read(files)).find(element)
    except errors.NotFound:
        return ()
    names: dict[str, None] = {}
    for child in mappings(node):  # type: ignore[arg-type]
        if child.tag == BANJIE + "output":
            try:
                found = feel.compile(child.get("value") or "").names
            except feel.FeelError:
                continue
            names |= dict.fromkeys(sorted(found - registry.FUNCTIONS.keys()))
    return tuple(names)


def _read(files: Files) -> Any:
    return bundles.read(dict(files), registry.FUNCTIONS, (), (), None)
