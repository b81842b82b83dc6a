"""Pages of long lists: the next page begins after the last row's sort key, so a list may change while it is read."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import Select, literal, tuple_

from engine import errors
from engine.db import db

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursor of the page after them (None at the end)."""

    rows: list[Row]
    next: str | None


def page(
    query: Select[*tuple[Any, ...]], keys: Sequence[Any], *, after: str | None, limit: int, newest: bool = False
) -> tuple[list[Any], str | None]:
    """One page of a query ordered by `keys` (the last one unique), which become the last columns of its rows.

    Raises Invalid when `after` is no cursor of this list.
    """
    query = query.add_columns(*keys).order_by(*(key.desc() if newest else key for key in keys)).limit(limit + 1)
    if after:
        values = _read(after, len(keys))
        bounds = tuple_(*(literal(value, key.type) for value, key in zip(values, keys, strict=True)))
        query = query.where(tuple_(*keys) < bounds if newest else tuple_(*keys) > bounds)
    rows = list(db.session.execute(query))
    more = len(rows) > limit
    return rows[:limit], _written(rows[limit - 1][-len(keys) :]) if more else None


def _written(values: Sequence[Any]) -> str:
    plain = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(orjson.dumps(plain)).decode().rstrip("=")


def _read(cursor: str, count: int) -> list[Any]:
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        read = [datetime.fromisoformat(value) if isinstance(value, str) else value for value in values]
    except (binascii.Error, ValueError, TypeError):
        read = []
    if len(read) != count or not all(type(value) in (int, datetime) for value in read):
        raise errors.Invalid(f"{cursor!r} is no page of this list", zh="翻页位置无效，请回到首页")
    return read
