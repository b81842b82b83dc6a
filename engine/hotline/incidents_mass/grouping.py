"""Joins an order to the group of orders that tell of the same matter, or begins one.

Two questions, asked only of groups that share a rare piece of a name with the order (the blocking index): is it the
same trader or place (rare pieces count more), and is it the same story (rare words count more; RapidFuzz for names
written differently and subjects written alike)? What an intake costs therefore depends on how many groups share a rare
piece, which is bounded, and not on how many orders there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import exp, log, sqrt
from typing import Any

import orjson
from rapidfuzz import fuzz
from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update

from engine.hotline.incidents_mass import features
from engine.hotline.incidents_mass.features import Features
from engine.hotline.incidents_mass.models import MassGroup, MassKey, MassMember, MassTerm
from engine.models import IdBlock

# Found with the labelled pairs (tests/engine/hotline/incidents_mass/pairs.csv) in sight: they show how it fits them.
SAME = 0.40  # from this score on two orders tell of one matter
PLACE = 0.75  # how much of the score is who and where; the rest is wording
COVERED = 0.5  # of a trader's name, by weight, that must be the group's
ENOUGH = 6.0  # weight of shared pieces at which place is 63 % sure
COMMON = 40  # a piece that this many groups mention tells nothing
FEW_WORDS, LITTLE_PLACE = 0.05, 0.3  # below one of these it is another matter, whatever the other says
ALIKE = 0.8  # subjects, or names of traders, that RapidFuzz calls the same
UNLIKE = 0.4  # names of traders that are surely two
SLIP = 0.9  # so alike are two names that begin differently only by a slip
PRIOR = 500  # orders and groups a new house is taken to have seen, so that its first ones are judged soberly
WORDS_KEPT = 300  # of a group
SURE, SHUT = 0.8, 0.5  # wording of two orders that tell that a trader, surely the same, has closed down
WINDOW = timedelta(days=60)  # a matter nobody has told of for so long has ended

_group, _member, _key, _term = (model.__table__ for model in (MassGroup, MassMember, MassKey, MassTerm))
_ORDERS = 0  # the term that counts orders


@dataclass(frozen=True, slots=True)
class Entry:
    """An order as it arrives at detection."""

    order_id: int
    at: datetime
    claimant: bytes
    subject: str
    features: Features
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """Which group an order is in, and why: scores from 0 to 1. `new` when it has begun the group."""

    group_id: int
    new: bool
    score: float = 1.0
    place: float = 1.0
    wording: float = 1.0


@contextmanager
def locked(connection: Connection) -> Iterator[None]:
    """One detection at a time, in all processes: two halves of a rush must not begin two groups."""
    if not connection.execute(update(IdBlock).where(IdBlock.name == "mass").values(next=IdBlock.next)).rowcount:
        connection.execute(insert(IdBlock).values(name="mass", next=1))
    yield


def join(connection: Connection, entry: Entry) -> Joined:
    """Put an order into its group. Within `locked`; the same order again stays where it is."""
    query = select(_member.c.group_id).where(_member.c.order_id == entry.order_id)
    if (known := connection.scalar(query)) is not None:
        return Joined(known, False)
    rare = _weights(connection, entry)
    found = _best(connection, entry, rare)
    if found is None:
        number = connection.scalar(
            update(IdBlock).where(IdBlock.name == "mass").values(next=IdBlock.next + 1).returning(IdBlock.next)
        )
        found = Joined(int(number or 1) - 1, True)
        _begin(connection, entry, found.group_id, rare.words)
    else:
        _add(connection, entry, found.group_id, rare.words)
    _index(connection, entry, found.group_id)
    row = {
        "order_id": entry.order_id, "group_id": found.group_id, "at": entry.at, "claimant": entry.claimant,
        "counted": True, "subject": entry.subject, "amount": entry.amount,
        "alarm": " ".join(entry.features.alarm), "harm": " ".join(entry.features.harm),
        "score": round(100 * found.score), "place": round(100 * found.place), "wording": round(100 * found.wording),
    }  # fmt: skip
    connection.execute(insert(_member), row)
    return found


# -- how telling --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Weights:
    names: dict[int, float]  # pieces few groups mention -> how telling each is
    named: dict[int, float]  # those of the trader's name, with what nobody has mentioned yet
    words: dict[int, float]  # of length 1


_SEEN = select(_term.c.key, _term.c.seen).where(_term.c.key.in_(bindparam("keys", expanding=True)))


def _weights(connection: Connection, entry: Entry) -> _Weights:
    said = entry.features
    rows = connection.execute(_SEEN, {"keys": [_ORDERS, *said.names, *said.words]})
    seen: dict[int, int] = {row.key: row.seen for row in rows}
    orders = seen.get(_ORDERS, 0) + PRIOR
    telling = {
        key: weight * log((orders + 2) / (1 + seen.get(key, 0)))
        for key, weight in said.names.items()
        if seen.get(key, 0) <= COMMON
    }
    names = {key: weight for key, weight in telling.items() if seen.get(key, 0)}
    named = {key: telling[key] for key in said.named_pieces if key in telling}
    return _Weights(names, named, _unit({k: w * log(orders / (1 + seen.get(k, 0))) for k, w in said.words.items()}))


def _unit(words: Mapping[int, float]) -> dict[int, float]:
    """Without what is in every order, and of length 1."""
    kept = {key: weight for key, weight in words.items() if weight > 0}
    length = sqrt(sum(weight * weight for weight in kept.values())) or 1.0
    return {key: weight / length for key, weight in kept.items()}


# -- which group --------------------------------------------------------------------------------------------------

CANDIDATES = 8  # groups whose wording is looked at: those most likely to be the same trader or place

_POSTINGS = (
    select(_key.c.key, _key.c.group_id, _key.c.orders, _group.c.orders.label("size"), _group.c.trader, _group.c.label)
    .join(_group, _group.c.id == _key.c.group_id)
    .where(_key.c.key.in_(bindparam("keys", expanding=True)), _group.c.last_at >= bindparam("since"))
)
_STORIES = select(_group.c.id, _group.c.label, _group.c.words).where(
    _group.c.id.in_(bindparam("numbers", expanding=True))
)


def _best(connection: Connection, entry: Entry, rare: _Weights) -> Joined | None:
    places = _places(connection, entry, rare)
    best: Joined | None = None
    for row in connection.execute(_STORIES, {"numbers": list(places)}) if places else ():
        place, wording = places[row.id], _wording(entry, rare, row.label, orjson.loads(row.words), places[row.id])
        score = place**PLACE * wording ** (1 - PLACE)
        if wording >= FEW_WORDS and score >= SAME and (best is None or score > best.score):
            best = Joined(row.id, False, score, place, wording)
    return best


def _wording(entry: Entry, rare: _Weights, label: str, story: Mapping[str, float], place: float) -> float:
    """How alike the stories are. That one trader has shut its doors is one story, whatever each had paid for."""
    closed = entry.features.closing in rare.words and str(entry.features.closing) in story
    floor = SHUT if closed and place >= SURE else 0.0
    return max(_cosine(rare.words, story), _alike(entry.subject, label), floor)


def _places(connection: Connection, entry: Entry, rare: _Weights) -> dict[int, float]:
    """Group -> how sure it is that it tells of the same trader or place, for the most likely ones."""
    if not rare.names:
        return {}
    shared: dict[int, dict[int, float]] = {}
    groups: dict[int, Any] = {}
    for row in connection.execute(_POSTINGS, {"keys": list(rare.names), "since": entry.at - WINDOW}):
        if not _other_trader(entry.features.trader, row.trader):
            shared.setdefault(row.group_id, {})[row.key] = min(1.0, 2 * row.orders / row.size)
            groups[row.group_id] = row
    places = {number: _place(entry, rare, groups[number], pieces) for number, pieces in shared.items()}
    likely = sorted((item for item in places.items() if item[1] >= LITTLE_PLACE), key=lambda item: -item[1])
    return dict(likely[:CANDIDATES])


def _place(entry: Entry, rare: _Weights, group: Any, shared: Mapping[int, float]) -> float:
    """How sure it is that a group which shares these pieces tells of the same trader or place."""
    alike = _alike(entry.features.trader, group.trader)
    if _another_name(entry, rare, group, shared):
        return alike
    return max(alike, 1 - exp(-sum(share * rare.names[key] for key, share in shared.items()) / ENOUGH))


def _another_name(entry: Entry, rare: _Weights, group: Any, shared: Mapping[int, float]) -> bool:
    """Both name a trader, and less than half of our name is the group's: in a large house a piece in common is chance.

    A branch of a trader whom a form has named is that trader.
    """
    named = entry.features.named
    if named is None or (group.trader and group.trader in named) or not features.named_in(group.label):
        return False
    ours = sum(weight * shared.get(key, 0.0) for key, weight in rare.named.items())
    return ours < COVERED * sum(rare.named.values())


def _other_trader(one: str | None, other: str | None) -> bool:
    """Both orders say whom they complain of, and it is somebody else: what a name begins with tells, not its trade."""
    if one is None or other is None:
        return False
    begins_alike = one[:2] in other or other[:2] in one
    return fuzz.partial_ratio(one, other) / 100 < UNLIKE or not (begins_alike or fuzz.ratio(one, other) / 100 >= SLIP)


def _alike(one: str | None, other: str | None) -> float:
    alike = fuzz.ratio(one, other) / 100 if one and other else 0.0
    return alike if alike >= ALIKE else 0.0


def _cosine(words: Mapping[int, float], group: Mapping[str, float]) -> float:
    length = sqrt(sum(weight * weight for weight in group.values())) or 1.0
    return sum(weight * group.get(str(key), 0.0) for key, weight in words.items()) / length


# -- what it leaves behind ----------------------------------------------------------------------------------------


def _begin(connection: Connection, entry: Entry, number: int, words: Mapping[int, float]) -> None:
    row = {
        "id": number, "label": entry.subject, "trader": entry.features.trader, "state": "watch",
        "opened_at": entry.at, "last_at": entry.at, "orders": 1, "words": _dump({str(k): w for k, w in words.items()}),
    }  # fmt: skip
    connection.execute(insert(_group), row)


def _add(connection: Connection, entry: Entry, number: int, words: Mapping[int, float]) -> None:
    group = connection.execute(select(_group.c.words, _group.c.last_at).where(_group.c.id == number)).one()
    heap: dict[str, float] = orjson.loads(group.words)
    for key, weight in words.items():
        heap[str(key)] = heap.get(str(key), 0.0) + weight
    values = {"words": _dump(heap), "last_at": max(group.last_at, entry.at), "orders": _group.c.orders + 1}
    connection.execute(update(_group).where(_group.c.id == number).values(values))


def _dump(words: Mapping[str, float]) -> str:
    kept = sorted(words.items(), key=lambda item: -item[1])[:WORDS_KEPT]
    return orjson.dumps({key: round(weight, 4) for key, weight in kept}).decode()


_COUNT = text(
    "INSERT INTO mass_term (key, seen) VALUES (:key, 1) ON CONFLICT (key) DO UPDATE SET seen = mass_term.seen + 1"
)
_POST = text(
    "INSERT INTO mass_key (key, group_id, orders) VALUES (:key, :group, 1) "
    "ON CONFLICT (key, group_id) DO UPDATE SET orders = mass_key.orders + 1"
)
_POSTED = select(_key.c.key).where(_key.c.key.in_(bindparam("keys", expanding=True)), _key.c.group_id == bindparam("g"))


def _index(connection: Connection, entry: Entry, number: int) -> None:
    """Words count once an order, pieces of names once a group."""
    names = sorted(entry.features.names)
    posted = set(connection.scalars(_POSTED, {"keys": names, "g": number})) if names else set()
    counted = sorted({_ORDERS, *entry.features.words, *(set(names) - posted)})
    connection.execute(_COUNT, [{"key": key} for key in counted])
    if names:
        connection.execute(_POST, [{"key": key, "group": number} for key in names])


# -- forgetting ---------------------------------------------------------------------------------------------------

_FORGOTTEN = "{}"
_UNCOUNT = text("UPDATE mass_term SET seen = seen - :times WHERE key = :key")


def forget(connection: Connection, now: datetime, limit: int = 500) -> int:
    """Take groups that have ended out of the index, so that a name said years ago is no common name; returns how many.

    The groups and their orders stay on record.
    """
    old = (
        select(_group.c.id)
        .where(_group.c.state.in_(("watch", "dismissed", "closed")), _group.c.last_at < now - WINDOW)
        .where(_group.c.words != _FORGOTTEN)
        .limit(limit)
    )
    groups = list(connection.scalars(old))
    if not groups:
        return 0
    mine = _key.c.group_id.in_(groups)
    counted = connection.execute(select(_key.c.key, func.count()).where(mine).group_by(_key.c.key)).all()
    if counted:
        connection.execute(_UNCOUNT, [{"key": key, "times": times} for key, times in sorted(counted)])
    connection.execute(delete(_key).where(mine))
    connection.execute(update(_group).where(_group.c.id.in_(groups)).values(words=_FORGOTTEN))
    return len(groups)
