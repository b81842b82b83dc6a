"""What mutants are made of: every diagram this house has, and those of suites beside it.

The house's own processes, the good and bad diagrams of the gate's tests, the diagrams the engine's tests run, small
processes grown at random, and, from a folder given on the command line, whatever diagrams lie there. A diagram that
asks nobody in particular gets what the house wants of it (a form, a role, a connector), so that it may pass.
"""

from __future__ import annotations

import importlib
import random
from collections.abc import Iterator
from contextlib import suppress
from functools import cache, partial
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any

from lxml import etree

from engine import bpmn, clock, definitions
from engine.gate.elements import BANJIE, BPMN
from tests.engine.bpmn import kit
from tests.engine.bpmn.conftest import NOON
from tests.engine.gate.draw import FORM_FILE
from tests.engine.gate.test_rules import CASES

from . import mutations

Files = dict[str, bytes]
ROOT = Path(__file__).parents[2]
LARGEST = 60_000  # bytes; beyond, a mutant costs the time of a hundred others and shows nothing new
_WANTED = {
    "userTask": {"form": "note", "role": "handler"},
    "manualTask": {"form": "note", "role": "handler"},
    "serviceTask": {"connector": "notify"},
}
_SHARES = {"processes": 1, "good": 24, "bad": 8, "engine": 36, "grown": 16, "suites": 14}  # how often each is taken


class Seeds:
    """All seeds by where they come from. `suites`: a folder with further diagrams, or None."""

    def __init__(self, suites: Path | None = None) -> None:
        self.kinds = {
            "processes": _processes(),
            "good": _files(_good()),
            "bad": _files(_bad()),
            "engine": _of_the_engine(),
        }
        if suites is not None:
            self.kinds["suites"] = [{"case.bpmn": housed(data)} for data in _below(suites)]
        self.names = [*self.kinds, "grown"]
        self.weights = {kind: [_weight(files) for files in bundles] for kind, bundles in self.kinds.items()}

    def choose(self, dice: random.Random) -> Files:
        """A bundle; some are grown anew."""
        kind = dice.choices(self.names, [_SHARES[name] for name in self.names])[0]
        files = _grown(dice) if kind == "grown" else dice.choices(self.kinds[kind], self.weights[kind])[0]
        return with_form(files)


def _weight(files: Files) -> float:
    """The larger a bundle, the rarer it is taken: its mutants take longer."""
    return 1 / (2_000 + sum(map(len, files.values())))


def with_form(files: Files) -> Files:
    """The form `note` is there where a task may want it."""
    return files if any(name.startswith("forms/") for name in files) else {**files, "forms/note.json": FORM_FILE}


def housed(data: bytes) -> bytes:
    """The diagram with what the house wants of tasks, where it says nothing; as it was when it cannot be read."""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return data
    for tag, said in _WANTED.items():
        for element in root.iter(BPMN + tag):
            for name, value in said.items():
                if element.get(BANJIE + name) is None:
                    element.set(BANJIE + name, value)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _processes() -> list[Files]:
    return [definitions.read_bundle(folder, ROOT / "forms") for folder in definitions.bundles(ROOT / "processes")]


def _good() -> list[Any]:
    return [bundle for cases in CASES.values() for bundle in cases.GOOD]


def _bad() -> list[Any]:
    return [case[2] for cases in CASES.values() for case in cases.BAD]


def _files(bundles: list[Any]) -> list[Files]:
    files = [bundle if isinstance(bundle, dict) else {"case.bpmn": bundle} for bundle in bundles]
    return [found for found in files if found and sum(map(len, found.values())) < LARGEST]


@cache
def _of_the_engine() -> list[Files]:
    """The diagrams the engine's tests load: the tests are run, and what they load is written down."""
    loaded: dict[bytes, None] = {}
    real = bpmn.load

    def noting(files: Any, **options: Any) -> Any:
        loaded.update(dict.fromkeys(files.values()))
        return real(files, **options)

    kit.bpmn.load = noting  # type: ignore[assignment]
    try:
        with clock.virtual(NOON) as now:
            given = {"case": partial(kit.Case, restored=False), "now": now}
            for test in (
                test for module in _test_modules() for name, test in vars(module).items() if name[:5] == "test_"
            ):
                wanted = {name: value for name, value in given.items() if name in signature(test).parameters}
                for arguments in _arguments(test):
                    with suppress(Exception):  # one that wants more, or fails: others judge that
                        test(**wanted, **arguments)
    finally:
        kit.bpmn.load = real  # type: ignore[assignment]
    return [{"case.bpmn": housed(data)} for data in loaded if len(data) < LARGEST]


def _test_modules() -> Iterator[ModuleType]:
    folder = ROOT / "tests" / "engine" / "bpmn" / "elements"
    for path in sorted(folder.glob("test_*.py")):
        yield importlib.import_module(f"tests.engine.bpmn.elements.{path.stem}")


def _arguments(test: Any) -> Iterator[dict[str, Any]]:
    """What a test is called with: once without anything, or as its one `parametrize` says."""
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    if not marks:
        yield {}
    for mark in marks[:1]:
        names = [name.strip() for name in mark.args[0].split(",")] if isinstance(mark.args[0], str) else mark.args[0]
        for values in mark.args[1]:
            values = getattr(values, "values", values)
            values = values if len(names) > 1 or type(values).__name__ == "ParameterSet" else (values,)
            yield dict(zip(names, values, strict=False))


def _grown(dice: random.Random) -> Files:
    """A process of one task, to which something sensible is added a few times."""
    body = kit.start() + kit.user("a") + kit.end() + kit.line("s", "a", "e")
    root = etree.fromstring(f"{kit.HEAD}{kit.process(body)}</definitions>")
    for _ in range(dice.randint(2, 7)):
        mutations.TREES[dice.choice(mutations.GROWTH)](dice, root)
    return {"case.bpmn": housed(etree.tostring(root))}


def _below(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.rglob("*.bpmn")):
        if path.stat().st_size < LARGEST:
            yield path.read_bytes()
