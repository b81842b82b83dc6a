"""Contexts (DMN 1.5 §10.3.4.12)."""

from __future__ import annotations

from ..values import Value
from .registry import builtin


@builtin("get value", "m: context, key: string")
def get_value(context: dict[str, Value], key: str) -> Value:
    return context.get(key)


@builtin("get value", "context: context, key: string")
def get_value_of(context: dict[str, Value], key: str) -> Value:
    return context.get(key)


@builtin("get entries", "m: context")
def get_entries(context: dict[str, Value]) -> list[Value]:
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context", "entries: list")
def context_of(entries: list[Value]) -> dict[str, Value] | None:
    result: dict[str, Value] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not {"key", "value"} <= entry.keys():
            return None
        key = entry["key"]
        if not isinstance(key, str) or key in result:
            return None
        result[key] = entry["value"]
    return result


@builtin("context put", "context: context, key: string, value: any")
def context_put(context: dict[str, Value], key: str, value: Value) -> dict[str, Value]:
    return {**context, key: value}


@builtin("context put", "context: context, keys: list, value: any")
def context_put_deep(context: dict[str, Value], keys: list[Value], value: Value) -> dict[str, Value] | None:
    if not keys or len(keys) > 50 or not isinstance(keys[0], str):
        return None
    if len(keys) == 1:
        return {**context, keys[0]: value}
    inner = context.get(keys[0])
    changed = context_put_deep(inner, keys[1:], value) if isinstance(inner, dict) else None
    return None if changed is None else {**context, keys[0]: changed}


@builtin("context merge", "contexts: list")
def context_merge(contexts: list[Value]) -> dict[str, Value] | None:
    result: dict[str, Value] = {}
    for context in contexts:
        if not isinstance(context, dict):
            return None
        result |= context
    return result
