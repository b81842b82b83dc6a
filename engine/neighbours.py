"""The bundles beside a bundle, where what it calls is looked for while nothing is deployed yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from engine import called
from engine.definitions import bundles, keys, read_bundle

Find = Callable[[str], dict[str, bytes]]


def beside(path: Path, forms: Path, given: Iterable[Path] = ()) -> Find:
    """How to find the files of the bundle that draws a process: among the folders `given`, then those beside `path`
    (a bundle's folder, or a single file). What these call in turn comes along. Nothing is read before it is wanted."""
    read: dict[Path, dict[str, bytes]] = {}

    def find(key: str, within: frozenset[str] = frozenset()) -> dict[str, bytes]:
        for folder in _every(path, given):
            if folder not in read:
                read[folder] = read_bundle(folder, forms)
            if key in keys(read[folder]) and key not in within:
                return called.with_called(read[folder], lambda other: find(other, within | {key}))[0]
        return {}

    return find


def diagrams(path: Path, given: Iterable[Path] = ()) -> Iterator[bytes]:
    """The diagrams of all those folders but the bundle's own, read while they are wanted."""
    home = path if path.is_dir() else path.parent
    for folder in dict.fromkeys(folder.resolve() for folder in _every(path, given)):
        if folder != home.resolve():
            yield from (diagram.read_bytes() for diagram in sorted(folder.glob("*.bpmn")))


def _every(path: Path, given: Iterable[Path]) -> Iterator[Path]:
    home = path if path.is_dir() else path.parent
    yield from (folder for one in given if one.is_dir() for folder in bundles(one))
    yield from bundles(home.parent)
    yield home
