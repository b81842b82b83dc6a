"""Making decisions: one model or several files, a decision or a service, with the reasons."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from engine import feel

from . import xml
from .errors import DmnError
from .item_types import from_text
from .model import Decision, Input, Item, Model, Outcome
from .reading import imported_namespaces, load
from .session import Session


def decide(model: Model, name: str, variables: Mapping[str, Any], limits: feel.Limits | None = None) -> Outcome:
    """Make the decision of this name or id over the variables; raises DmnError when there is none of that name."""
    decision = model.decisions.get(name)
    if decision is None:
        raise unknown(model, name)
    session = Session(model, variables, _run(limits))
    return _outcome(session, decision, session.value(decision))


def unknown(model: Model, name: str) -> DmnError:
    """The refusal of a decision's name, with those there are."""
    names = [item.name for item in model.own if isinstance(item, Decision)]
    near = difflib.get_close_matches(name, model.decisions, 1, 0.6)
    zh, en = f"模型里有：{'、'.join(names)}", f"the model has {', '.join(names)}"
    if near:
        zh, en = f"是否指 {near[0]}？{zh}", f"did you mean {near[0]}? {en}"
    return DmnError(name, f"there is no such decision; {en}", f"没有这个决策。{zh}", (zh, en))


def wanted(model: Model, name: str) -> tuple[str, ...]:
    """The variables a decision looks at: the input data it needs, also by other decisions, and names drawn nowhere."""
    found: dict[str, None] = {}
    seen: set[tuple[str, str]] = set()
    open_: list[Item] = [model.decisions[name]] if name in model.decisions else []
    while open_:
        item = open_.pop(0)
        if item.key in seen:
            continue
        seen.add(item.key)
        if isinstance(item, Input):
            found[item.name] = None
        elif isinstance(item, Decision):
            found |= dict.fromkeys(sorted(item.loose))
        open_ += [model.items[reference.key] for reference in getattr(item, "requires", ())]
    return tuple(found)


def serve(model: Model, name: str, variables: Mapping[str, Any], limits: feel.Limits | None = None) -> Outcome:
    """Call the decision service of this name or id; its inputs are taken from the variables by name."""
    service = model.services.get(name)
    if service is None:
        raise DmnError(name, "there is no such decision service", "没有这个决策服务")
    session = Session(model, variables, _run(limits))
    given: dict[tuple[str, str], feel.Value] = {}
    for reference in (*service.input_decisions, *service.inputs):
        item = session.item(reference)
        given[item.key] = feel.coerce(from_text(feel.convert(variables.get(item.name)), item.type), item.type)
    return _outcome(session, None, session.served(service, given))


def _run(limits: feel.Limits | None) -> feel.Run:
    return feel.Run(limits or feel.Limits(), [])


def _outcome(session: Session, decision: Decision | None, value: feel.Value) -> Outcome:
    own = next((s for s in session.steps if decision is not None and s.decision == decision.name), None)
    warnings = session.run.warnings or []
    if own is None:
        return Outcome(value, steps=session.steps, warnings=warnings)
    return Outcome(value, own.rules, dict(own.inputs), own.outputs, session.steps, warnings)


def load_files(files: Iterable[tuple[str, bytes]], functions: Mapping[str, Any] | None = None) -> dict[str, Model]:
    """Models by file name; files may import each other by namespace. Raises DmnError."""
    roots = {name: xml.parse(data) for name, data in files}
    contents = dict(files)
    spaces = {root.get("namespace", ""): name for name, root in reversed(roots.items())}
    made: dict[str, Model] = {}
    open_: set[str] = set()

    def build(name: str) -> Model:
        if name in made:
            return made[name]
        if name in open_:
            raise DmnError(name, "the file imports itself", "文件导入了自身")
        open_.add(name)
        others = {space: build(spaces[space]) for space in imported_namespaces(roots[name]) if space in spaces}
        made[name] = load(contents[name], functions, others)
        return made[name]

    for name in roots:
        build(name)
    return made


def decide_files(
    files: Iterable[tuple[str, bytes]],
    name: str,
    variables: Mapping[str, Any],
    service: str | None = None,
    functions: Mapping[str, Any] | None = None,
) -> Any:
    """A decision of the first file, or one output of a service, as plain Python; the other files may be imported.

    Numbers are Decimal, dates and times Python's; durations, ranges and dates beyond Python's calendar are ISO text.
    """
    model = load_closure(tuple(files), functions)
    if service is None:
        return plain(decide(model, name, variables).value)
    value = serve(model, service, variables).value
    outputs = model.services[service].outputs
    if len(outputs) > 1 and isinstance(value, dict) and name in value:
        return plain(value[name])
    return plain(value)


def plain(value: feel.Value) -> Any:
    """The value without the language's own classes."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (Decimal, date, time)):
        return value
    return feel.to_json(value)


_recent: dict[tuple[tuple[tuple[str, bytes], ...], int], tuple[Model, Any]] = {}
MAX_RECENT = 16


def load_closure(files: tuple[tuple[str, bytes], ...], functions: Mapping[str, Any] | None = None) -> Model:
    """The model of the first file with the files it imports, kept for the next call; others are not read."""
    key = (files, id(functions))
    if key not in _recent:
        while len(_recent) >= MAX_RECENT:
            _recent.pop(next(iter(_recent)), None)
        _recent[key] = (load_files(_needed(files), functions)[files[0][0]], functions)
    return _recent[key][0]


def _needed(files: tuple[tuple[str, bytes], ...]) -> list[tuple[str, bytes]]:
    needed = [files[0]]
    if not (wanted := imported_namespaces(xml.parse(files[0][1]))):
        return needed
    spaces = {xml.parse(data).get("namespace", ""): (name, data) for name, data in reversed(files[1:])}
    while wanted:
        space = wanted.pop()
        if space in spaces and spaces[space] not in needed:
            needed.append(spaces[space])
            wanted += imported_namespaces(xml.parse(spaces[space][1]))
    return needed
