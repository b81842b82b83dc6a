"""Orders by words in their number, subject and target, in milliseconds among a million.

PostgreSQL keeps an index of the pieces of two and three characters, since Chinese has no blanks between its words, and
looks at the few orders that have all pieces of a word. SQLite looks at every order: it serves one small house.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, event, literal_column, or_
from sqlalchemy.dialects.postgresql import ARRAY

from engine.db import db
from engine.hotline.models import Order

COLUMNS = (Order.order_no, Order.ext_no, Order.subject, Order.target_name)  # never what is sealed
SHORTEST, LONGEST = 2, 3  # characters of a piece

_TEXT = "order_no || ' ' || coalesce(ext_no, '') || ' ' || subject || ' ' || coalesce(target_name, '')"
_PIECES = f"banjie_pieces({_TEXT})"
_INDEX = (
    "CREATE OR REPLACE FUNCTION banjie_pieces(told text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$"
    " SELECT coalesce(array_agg(DISTINCT substr(lower(told), place, size)), '{}')"
    f" FROM generate_series({SHORTEST}, {LONGEST}) size, generate_series(1, length(told) - size + 1) place $$",
    f"CREATE INDEX IF NOT EXISTS ix_work_order_pieces ON work_order USING gin ({_PIECES})",
)


def prepare(connection: Connection) -> None:
    """Let PostgreSQL keep the index; again changes nothing. After every migration, and with new tables."""
    if connection.dialect.name == "postgresql":
        for statement in _INDEX:
            connection.exec_driver_sql(statement)


@event.listens_for(Order.__table__, "after_create")
def _created(_table: Any, connection: Connection, **_more: Any) -> None:
    prepare(connection)


def holds(word: str) -> ColumnElement[bool]:
    """Orders that hold this word, in whatever case."""
    found = or_(*(column.icontains(word, autoescape=True) for column in COLUMNS))
    size = min(len(word), LONGEST)
    if size < SHORTEST or db.session.get_bind().dialect.name != "postgresql":
        return found
    pieces = sorted({word.lower()[at : at + size] for at in range(len(word) - size + 1)})
    return and_(literal_column(_PIECES, ARRAY(Text)).contains(cast(pieces, ARRAY(Text))), found)
