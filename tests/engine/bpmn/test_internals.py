"""The table of SpiffWorkflow's internals is held against the installed version."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from importlib.metadata import version

import engine.bpmn
from engine.bpmn.internals import INTERNALS, REPLACED, USED, VERSION, digest

PLUMBING = {"__module__", "__doc__", "__dict__", "__weakref__", "__annotations__", "__hash__", "__orig_bases__"}


def our_classes() -> Iterator[type]:
    for module in pkgutil.walk_packages(engine.bpmn.__path__, "engine.bpmn."):
        for found in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(found) and found.__module__.startswith("engine.bpmn"):
                yield found


def overridden() -> set[tuple[str, str]]:
    """Every method of SpiffWorkflow that one of our classes hides."""
    found = set()
    for ours in our_classes():
        for index, base in enumerate(ours.__mro__):
            if not base.__module__.startswith("engine.bpmn"):
                continue
            for attribute in set(vars(base)) - PLUMBING:
                for theirs in ours.__mro__[index + 1 :]:
                    if theirs.__module__.startswith("SpiffWorkflow") and attribute in vars(theirs):
                        found.add((f"{theirs.__module__}:{theirs.__qualname__}", attribute))
                        break
    return found


def test_the_installed_version_is_the_one_the_table_was_written_for() -> None:
    assert version("SpiffWorkflow") == VERSION


def test_every_method_in_the_table_is_as_it_was_read() -> None:
    changed = [
        f"{owner}.{row.attribute} ({row.use}: {row.why})"
        for owner, rows in INTERNALS.items()
        for row in rows
        if digest(owner, row.attribute) != row.digest
    ]
    assert changed == []


def test_every_overridden_method_is_in_the_table_and_nothing_else_is_called_replaced() -> None:
    listed = {(owner, row.attribute) for owner, rows in INTERNALS.items() for row in rows if row.use == REPLACED}
    assert listed == overridden()


def test_every_row_says_why() -> None:
    assert all(row.why and row.use in (REPLACED, USED) for rows in INTERNALS.values() for row in rows)
