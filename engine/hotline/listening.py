"""Which level answers the lines 接听模式: the province for all, or each prefecture for its own districts.

Opinion 国市监网监〔2019〕46号 knows both; in neither have counties a line of their own. Where a level is empty, as the
prefectures of a municipality are, the next one above answers. The mode has a day from which it holds, and is kept.
"""

from __future__ import annotations

from datetime import date
from time import monotonic

from flask import current_app, has_app_context
from sqlalchemy import select

from engine import clock, errors
from engine.db import db, transaction
from engine.hotline.models import Listening, Unit
from engine.hotline.organisation import OFFICE

PROVINCE, PREFECTURE = "province", "prefecture"
MODES = {PROVINCE: "省级相对集中", PREFECTURE: "市级相对集中"}
LEVELS = {PROVINCE: 2, PREFECTURE: 3}  # the level that answers


FRESH = 5.0  # seconds: an import asks for every line, the mode changes once in years
_HELD = "banjie_listening"


def mode(day: date) -> str:
    """The mode in force on a day; the province answers until something else was entered."""
    return next((mode for since, mode in _changes() if since <= day), PROVINCE)


def _changes() -> tuple[tuple[date, str], ...]:
    """Days and modes, the latest first; none outside of an application."""
    if not has_app_context():
        return ()
    read, found = current_app.extensions.get(_HELD, (None, ()))
    if read is None or monotonic() - read > FRESH:
        query = select(Listening.since, Listening.mode).order_by(Listening.since.desc())
        with db.engine.connect() as connection:
            found = tuple((since, mode) for since, mode in connection.execute(query))
        current_app.extensions[_HELD] = (monotonic(), found)
    changes: tuple[tuple[date, str], ...] = found
    return changes


def answers(district: str | None, day: date) -> str:
    """Code of the unit that takes an order from a district in: the office of who answers its lines."""
    level = LEVELS[mode(day)]
    if level == LEVELS[PROVINCE] or district is None:
        return OFFICE
    units = {unit.code: unit for unit in db.session.scalars(select(Unit).where(Unit.active))}
    above = units.get(district)
    while above is not None and above.level > level:
        above = units.get(above.parent or "")
    if above is None or above.level < level:
        return OFFICE  # that level is empty here
    offices = sorted(unit.code for unit in units.values() if unit.parent == above.code and unit.kind == "office")
    return offices[0] if offices else above.code


def enter(since: date, mode: str, source: str, *, actor: str) -> None:
    """Let a mode hold from a day on. Raises FormInvalid; a day that has one already keeps the last word."""
    zh: dict[str, list[str]] = {}
    en: dict[str, list[str]] = {}
    if mode not in MODES:
        zh["mode"], en["mode"] = ["请选择接听模式"], ["choose a mode"]
    if len(source.strip()) < 4:
        zh["source"], en["source"] = ["请写明依据的文件"], ["name the decision it rests on"]
    if since < clock.today():
        zh["since"], en["since"] = ["生效日期不能早于今天"], ["it cannot hold for days that are over"]
    if zh:
        raise errors.FormInvalid(zh, en=en)
    row = Listening(since=since, mode=mode, source=source.strip(), entered_by=actor, entered_at=clock.now())
    with transaction() as session:
        session.merge(row)
    current_app.extensions.pop(_HELD, None)


def history() -> list[Listening]:
    """What was entered, the latest first."""
    return list(db.session.scalars(select(Listening).order_by(Listening.since.desc())))
