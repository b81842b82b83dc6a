"""Starting an instance by hand, from the page of its process or from the terminal."""

from __future__ import annotations

from typing import Any

import orjson

from engine import instances, queries
from engine.db import Name
from engine.errors import Invalid, NotFound
from engine.models import ProcessDefinition

MAX_VARIABLES = 100_000  # characters
NAME_LENGTH = int(Name.length or 0)


def version(process: str) -> ProcessDefinition | None:
    """The version that would be started: the newest active one."""
    versions = (counted.definition for counted in queries.definitions(process))
    return next((one for one in versions if one.state == "active"), None)


def start(process: str, variables: str, business_key: str, *, actor: str, key: str | None = None) -> int:
    """Start an instance with `variables`, the text of a JSON object or nothing; returns its id.

    Raises Invalid when a text cannot be taken or when the process begins only by an event, NotFound when no version is
    active, DiagramFault when it could not even begin. Nothing has then happened.
    """
    values = read(variables)
    business_key = business_key.strip()
    if len(business_key) > NAME_LENGTH or not business_key.isprintable():
        raise Invalid(
            f"a business key is one line of at most {NAME_LENGTH} characters",
            zh=f"业务编号只能是一行文字，不超过 {NAME_LENGTH} 个字",
        )
    found = version(process)
    if found is None:
        raise NotFound(f"no active version of {process!r}", zh=f"没有启用的流程“{process}”")
    if not queries.starts_by_hand(found.id):
        raise Invalid(
            f"{process} v{found.version} has no plain start event: a message, a signal or the clock starts it",
            zh=f"{process} v{found.version} 没有普通开始事件，只能由消息、信号或时钟启动",
        )
    started = instances.start(process, values, business_key=business_key or None, actor=actor, key=key)
    return int(started["instance"])


def read(text: str) -> dict[str, Any]:
    """The variables that a text of JSON gives. Raises Invalid."""
    if not text.strip():
        return {}
    if len(text) > MAX_VARIABLES:
        raise Invalid(f"more than {MAX_VARIABLES} characters", zh=f"启动变量不能超过 {MAX_VARIABLES} 个字符")
    try:
        values = orjson.loads(text)
    except ValueError as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        raise Invalid(
            f"the start variables are no JSON: line {line}, column {column}",
            zh=f'启动变量不是正确的 JSON：第 {line} 行第 {column} 列；应如 {{"amount": 300, "shop": "某店"}}',
        ) from None
    if not isinstance(values, dict):
        raise Invalid(
            'the start variables must be a JSON object, such as {"amount": 300}',
            zh='启动变量应是一个 JSON 对象，如 {"amount": 300, "shop": "某店"}',
        )
    return values
