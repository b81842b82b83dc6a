"""Versions of a bulletin: counts frozen at an instant, hashed, and never written again.

What is found wrong later, by a unit before publication or by anybody after it, makes a new version that says what
differs and why. Asked twice by the same step, a version is made once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

import orjson
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from engine import clock, errors
from engine.db import db, transaction
from engine.hotline.bulletin import counts, schemes
from engine.hotline.bulletin.models import Bulletin
from engine.hotline.bulletin.periods import Period, period

Counts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Correction:
    """A count of a unit that does not hold: `figure` is one of `counts.NAMES`."""

    unit: str
    figure: str
    value: int
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a version has otherwise than the one before: the path of a number, and both; None: it was not there."""

    what: str
    before: Any
    after: Any


def canonical(value: Counts) -> str:
    """One text for one content, whatever the order of its keys."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def take(key: str, *, actor: str, reason: str = "", job_id: int | None = None) -> Bulletin:
    """Count a period now. The same counts as in its newest version are that version, unless that is published and
    there is a `reason` for another. Corrections made before hold on.

    Raises Invalid for a key that is none, or a period that has not begun.
    """
    which = period(key)
    if which.start > clock.now():
        raise errors.Invalid(f"{key} has not begun", zh=f"{which.zh}还没有开始")
    before = newest(key)
    fresh = counts.take(which, schemes.scheme(current_app.config["SETTINGS"].processes_path, which.last))
    for correction in orjson.loads(before.counts).get("corrections", ()) if before else ():
        fresh = _corrected(fresh, Correction(**correction))
    return _store(which, fresh, before, actor=actor, reason=reason, job_id=job_id)


def correct(
    bulletin_id: int, corrections: Sequence[Correction], *, actor: str, reason: str, job_id: int | None = None
) -> Bulletin:
    """A version with these counts in place of those found wrong; everything else as in the given version."""
    before = get(bulletin_id)
    fresh: Counts = orjson.loads(before.counts)
    for correction in corrections:
        fresh = _corrected(fresh, correction)
    return _store(period(before.period), fresh, before, actor=actor, reason=reason, job_id=job_id)


def get(bulletin_id: int) -> Bulletin:
    """The version with this id. Raises NotFound."""
    found = db.session.get(Bulletin, bulletin_id)
    if found is None:
        raise errors.NotFound(f"there is no bulletin {bulletin_id}", zh="没有这份通报")
    return found


def newest(key: str, *, published: bool = False) -> Bulletin | None:
    """The newest version of a period (of those published)."""
    query = select(Bulletin).where(Bulletin.period == key).order_by(Bulletin.version.desc())
    return db.session.scalar((query.where(Bulletin.published_at.is_not(None)) if published else query).limit(1))


def whole(bulletin: Bulletin) -> bool:
    """Are the counts still those that were frozen?"""
    return sha256(bulletin.counts.encode()).hexdigest() == bulletin.sha256


def publish(bulletin_id: int, texts: dict[str, str], *, signed_by: str | None, public: bool) -> None:
    """The head has signed. From here on the version changes no more; published again changes nothing."""
    with transaction() as session:
        found = session.get(Bulletin, bulletin_id)
        if found is not None and found.published_at is None:
            found.texts = orjson.dumps(texts).decode()
            found.published_at, found.signed_by, found.public = clock.now(), signed_by, public


def differences(before: Counts, after: Counts) -> list[Difference]:
    """Every number that differs, by its path; the list of corrections is no number."""
    old, new = (dict(_flat({k: v for k, v in value.items() if k != "corrections"})) for value in (before, after))
    paths = sorted({*old, *new})
    return [Difference(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path)]


def _flat(value: Any, path: str = "") -> Any:
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _flat(entry, f"{path}.{key}" if path else key)
    else:
        yield path, value


def _corrected(before: Counts, correction: Correction) -> Counts:
    if correction.figure not in counts.NAMES:
        raise errors.Invalid(f"{correction.figure} is not counted", zh=f"没有“{correction.figure}”这项数据")
    fresh: Counts = orjson.loads(orjson.dumps(before))
    unit = fresh["units"].get(correction.unit)
    if unit is None:
        raise errors.Invalid(f"{correction.unit} has no figures", zh=f"通报中没有单位 {correction.unit}")
    unit["tally"][correction.figure] = correction.value
    fresh["all"] = counts.total(entry["tally"] for entry in fresh["units"].values())
    others = [
        c for c in fresh.get("corrections", ()) if (c["unit"], c["figure"]) != (correction.unit, correction.figure)
    ]
    fresh["corrections"] = [*others, asdict(correction)]
    return fresh


def _store(
    which: Period, fresh: Counts, before: Bulletin | None, *, actor: str, reason: str, job_id: int | None
) -> Bulletin:
    text = canonical(fresh)
    old: Counts = orjson.loads(before.counts) if before else {}
    changed = [asdict(difference) for difference in differences(old, fresh)] if before else []
    try:
        with transaction() as session:
            known = session.scalar(select(Bulletin).where(Bulletin.job_id == job_id)) if job_id is not None else None
            if known is not None:
                return known
            last = session.scalar(select(func.max(Bulletin.version)).where(Bulletin.period == which.key)) or 0
            same = before is not None and before.version == last and before.counts == text
            if before is not None and same and not (before.published_at and reason):  # its words may be wrong
                return before
            row = Bulletin(
                period=which.key,
                version=last + 1,
                first=which.first,
                last=which.last,
                taken_at=clock.now(),
                taken_by=actor,
                job_id=job_id,
                counts=text,
                sha256=sha256(text.encode()).hexdigest(),
                reason=reason,
                changes=orjson.dumps(changed).decode(),
            )
            session.add(row)
        return row
    except IntegrityError as error:
        raise errors.Conflict(f"somebody else froze {which.key} at the same moment; ask again") from error
