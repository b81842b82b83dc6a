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
Query = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursor of the page after them (None at the end)."""

    rows: list[Row]
    next: str | None


def page(
    query: Query, keys: Sequence[Any], *, after: str | None, limit: int, newest: bool = False
) -> tuple[list[Any], str | None]:
    """One page of a query ordered by `keys` (the last one unique), which become the last columns of its rows.

    Raises Invalid when `after` is no cursor of this list.
    """
    return chain([(query, keys)], after=after, limit=limit, newest=newest)


def chain(
    parts: Sequence[tuple[Query, Sequence[Any]]], *, after: str | None, limit: int, newest: bool = False
) -> tuple[list[Any], str | None]:
    """One page of a list that is several queries one after the other, each ordered by its own keys as in `page`.

    A database walks along an index only while nothing is null: rows without a value are a part of their own.
    """
    number, bounds = _read(after, parts) if after else (0, [])
    rows: list[Any] = []
    for here in range(number, len(parts)):
        query, keys = parts[here]
        wanted = limit - len(rows)
        found = list(db.session.execute(_bounded(query, keys, bounds, newest).limit(wanted + 1)))
        rows += found[:wanted]
        if len(found) > wanted:
            return rows, _written((here, *(rows[-1][-len(keys) :] if wanted else ())))
        bounds = []
    return rows, None


def _bounded(query: Query, keys: Sequence[Any], bounds: list[Any], newest: bool) -> Query:
    query = query.add_columns(*keys).order_by(*(key.desc() if newest else key for key in keys))
    if not bounds:
        return query
    after = tuple_(*(literal(value, key.type) for value, key in zip(bounds, keys, strict=True)))
    return query.where(tuple_(*keys) < after if newest else tuple_(*keys) > after)


def _written(values: Sequence[Any]) -> str:
    plain = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(orjson.dumps(plain)).decode().rstrip("=")


def _read(cursor: str, parts: Sequence[tuple[Query, Sequence[Any]]]) -> tuple[int, list[Any]]:
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        number, *bounds = values
        read: list[Any] = [datetime.fromisoformat(each) if isinstance(each, str) else each for each in bounds]
        keys = dict(enumerate(parts))[number][1]
    except (binascii.Error, ValueError, TypeError, KeyError):
        number, read, keys = 0, [None], ()
    if len(read) not in (0, len(keys)) or not all(type(value) in (int, datetime) for value in read):
        raise errors.Invalid(f"{cursor!r} is no page of this list", zh="翻页位置无效，请回到首页")
    return number, read
