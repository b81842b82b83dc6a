"""An instance as compact bytes.

SpiffWorkflow's serializer stores specs, predicted tasks and copies of all data, and loses types. Here only live
tokens and variables are stored, by the names of their elements, so that the bytes mean the same to every process that
has loaded the same bundle. First byte: the version of this layout. Then JSON, compressed by zstd when it is long.

What JSON has no type for is written as {"\\0": [tag, …]}. Data cannot forge such a tag: a key "\\0" of somebody
else's is noticed, because there are more of them in the bytes than were written here, and refused.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import zstandard

from engine import errors, feel

from . import limits
from .elements.subprocesses import CallActivity
from .program import Program
from .scope import Scope
from .task import WAITING, Local, Token
from .workflow import Instance, SubInstance

VERSION = 1
COMPRESS_ABOVE = 4_096  # bytes; below, zstd costs more than it saves
_TAG = "\0"
_MARKER = b'{"\\u0000":'
_ZSTD = b"\x28\xb5\x2f\xfd"
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS


def encode(instance: Instance) -> bytes:
    """The instance's state. Raises errors.DiagramFault when it is too large or holds what cannot be stored."""
    document = {
        "key": instance.program.key,
        "next": instance.next_id,
        "outcome": instance.outcome,
        "over": instance.completed,
        "top": _scope(instance, with_variables=True),
        "subs": [
            [token, sub.spec.name, _scope(sub, isinstance(sub.parent_token.task_spec, CallActivity))]
            for token, sub in instance.subprocesses.items()
        ],
    }
    if instance.ends:
        document["ends"] = instance.ends
    data = _dump(document, instance)
    if len(data) > limits.MAX_STATE:
        raise limits.too_large(_somewhere(instance), len(data))
    if len(data) > COMPRESS_ABOVE:
        data = zstandard.compress(data, 3)
    return bytes([VERSION]) + data


def decode(program: Program, blob: bytes) -> Instance:
    """The instance whose state `encode` has written; it behaves as if it had never been away."""
    if not blob or blob[0] != VERSION:
        raise errors.DiagramFault(
            None, f"unknown version of a stored instance: {blob[:1]!r}", zh="流程状态的版本无法识别"
        )
    data = bytes(blob[1:])
    if data.startswith(_ZSTD):
        data = zstandard.decompress(data, max_output_size=2 * limits.MAX_STATE)
    document = orjson.loads(data)
    if _MARKER in data:
        document = _restore(document)
    if document["key"] != program.key:
        raise errors.DiagramFault(
            None, f"this state belongs to {document['key']}, not to {program.key}", zh="流程状态与流程定义不符"
        )
    instance = Instance(program, document["top"]["variables"])
    instance.next_id, instance.outcome, instance.completed = document["next"], document["outcome"], document["over"]
    instance.ends = document.get("ends", {})
    _fill(instance, document["top"])
    for id, name, scope in document["subs"]:  # in the order of their creation: outer before inner
        _add_sub(instance, id, name, scope)
    return instance


def _scope(scope: Scope, with_variables: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "tokens": [
            [token.id, token._parent, token.task_spec.name, token._state, token.origin, token.internal_data]
            for token in scope.tasks.values()
        ]
    }
    if with_variables:
        variables = scope.variables
        found["variables" if isinstance(variables, dict) else "own"] = getattr(variables, "own", variables)
    if scope.done:
        found["done"] = scope.done
    if scope.consumed:
        found["consumed"] = scope.consumed
    return found


def _add_sub(instance: Instance, id: int, name: str, scope: dict[str, Any]) -> None:
    parent = instance.token(id)
    if parent is None or name not in instance.subprocess_specs:
        raise _gone(name)
    variables: MutableMapping[str, Any] = scope.get("variables", parent.data)
    if "own" in scope:
        variables = Local(scope["own"], parent.data)
    sub = SubInstance(instance.subprocess_specs[name], parent, variables)
    instance.subprocesses[id] = sub
    _fill(sub, scope)


def _fill(scope: Scope, stored: dict[str, Any]) -> None:
    specs, instance = scope.spec.task_specs, scope.top_workflow
    for id, parent, name, state, origin, memory in stored["tokens"]:
        if name not in specs:
            raise _gone(name)
        token = Token(scope, specs[name], scope.tasks.get(parent), origin, memory, id)
        token._state = state
        instance.alive += 1
        if state == WAITING:
            scope.index(token)
    scope.done, scope.consumed = stored.get("done", []), stored.get("consumed", {})


def _gone(name: str) -> errors.DiagramFault:
    return errors.DiagramFault(
        name,
        f"the instance stands at {name}, which this version of the diagram does not have",
        zh=f"流程停在“{name}”，而当前版本的流程图没有该元素",
    )


def _somewhere(instance: Instance) -> str | None:
    return next((token.element for token in instance.tasks.values()), None)


# -- values -------------------------------------------------------------------------------------------------------
_WRITERS: dict[type, Callable[[Any], list[Any]]] = {
    datetime: lambda v: ["datetime", v.isoformat(), *([v.tzinfo.key] if isinstance(v.tzinfo, ZoneInfo) else [])],
    date: lambda v: ["date", v.isoformat()],
    time: lambda v: ["time", v.isoformat()],
    timedelta: lambda v: ["timedelta", v.days, v.seconds, v.microseconds],
    Decimal: lambda v: ["decimal", str(v)],
    set: lambda v: ["set", *v],
    frozenset: lambda v: ["set", *v],
    feel.YearMonth: lambda v: ["months", v.months],
    feel.Range: lambda v: ["range", v.start, v.end, v.start_included, v.end_included, v.operator],
}
_READERS: dict[str, Callable[..., Any]] = {
    "datetime": lambda text, zone=None: _in_zone(datetime.fromisoformat(text), zone),
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda days, seconds, micros: timedelta(days, seconds, micros),
    "decimal": Decimal,
    "set": lambda *items: set(items),
    "months": feel.YearMonth,
    "range": feel.Range,
}


def _in_zone(value: datetime, zone: str | None) -> datetime:
    return value.astimezone(ZoneInfo(zone)) if zone is not None else value


def _dump(document: dict[str, Any], instance: Instance) -> bytes:
    written = 0

    def default(value: Any) -> Any:
        nonlocal written
        kind = value.__class__
        if kind in _WRITERS:
            written += 1
            return {_TAG: _WRITERS[kind](value)}
        raise TypeError(f"a value of the type {kind.__name__}")

    try:
        data = orjson.dumps(document, default, _OPTIONS)
    except TypeError as problem:
        raise errors.DiagramFault(
            _somewhere(instance),
            f"the variables hold what cannot be stored: {problem}",
            zh="流程变量中有无法保存的内容",
        ) from problem
    if data.count(_MARKER) != written:
        raise errors.DiagramFault(_somewhere(instance), "a variable has the key \\0", zh="流程变量中有不允许的键名")
    return data


def _restore(value: Any) -> Any:
    kind = value.__class__
    if kind is dict:
        if _TAG in value:
            tag, *rest = value[_TAG]
            return _READERS[tag](*(_restore(item) for item in rest))
        return {key: _restore(item) for key, item in value.items()}
    if kind is list:
        return [_restore(item) for item in value]
    return value
