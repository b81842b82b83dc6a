"""Sending a message to cases: by another system, from a page or from the terminal, always the same way."""

from __future__ import annotations

from typing import Any

import orjson

from engine import messages
from engine.errors import Invalid
from engine.hotline import bad_reviews, credit
from engine.hotline.orders import MESSAGE as ORDER_RECEIVED
from engine.hotline.orders import REVIEW

MAX_VALUES = 100_000  # characters


def send(
    name: str, correlation: str | None, payload: dict[str, Any], *, actor: str, key: str | None = None
) -> dict[str, Any]:
    """Send it to who waits for it, else to the process that it starts; what is more than a message is done whole.

    Answers as `messages.send` does. Raises Invalid for the message that registering an order sends, FormInvalid.
    """
    if name == ORDER_RECEIVED:
        raise Invalid("register an order instead: POST /api/v1/orders", zh="请改用 POST /api/v1/orders 登记工单")
    if name == REVIEW:
        return bad_reviews.received(correlation or "", payload, actor=actor)
    if name == credit.DECIDED:
        return {"delivered": [credit.decided(correlation or "", payload)], "started": [], "kept": False}
    return messages.send(name, correlation, payload, actor=actor, key=key)


def read(text: str) -> dict[str, Any]:
    """The values that a text of JSON gives. Raises Invalid."""
    if not text.strip():
        return {}
    if len(text) > MAX_VALUES:
        raise Invalid(f"more than {MAX_VALUES} characters", zh=f"变量不能超过 {MAX_VALUES} 个字符")
    try:
        values = orjson.loads(text)
    except ValueError as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        raise Invalid(
            f"the variables are no JSON: line {line}, column {column}",
            zh=f'变量不是正确的 JSON：第 {line} 行第 {column} 列；应如 {{"amount": 300, "shop": "某店"}}',
        ) from None
    if not isinstance(values, dict):
        raise Invalid(
            'the variables must be a JSON object, such as {"amount": 300}',
            zh='变量应是一个 JSON 对象，如 {"amount": 300, "shop": "某店"}',
        )
    return values


def typed(fields: dict[str, str]) -> dict[str, Any]:
    """What was typed into the fields of a page: numbers, true, false, lists and quoted texts as they read, else a text.

    A field that was left empty is not given.
    """
    return {name: _value(text.strip()) for name, text in fields.items() if text.strip()}


def _value(text: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:
        return text
