"""Orders come in: checked, numbered, stored with their person sealed, and handed to the intake process.

An order is known by its source and its number there: the same order again changes nothing. The order is stored
first and its message sent next, under a key of its own; `resume_unstarted()` heals a crash in between.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy import insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import clock, errors, registry
from engine.db import db, transaction
from engine.hotline import old_lines, privacy, tables
from engine.hotline.clocks import rule_version
from engine.hotline.fields import BAD_REVIEW, SEALED, SOURCES, check, filled, natures_of
from engine.hotline.models import Order, Party
from engine.hotline.tables import Line
from engine.models import IdBlock, Inbox, ProcessDefinition, StartSubscription

log = logging.getLogger(__name__)

MESSAGE = "order.received"
REVIEW = "review.bad"  # a bad review needs no intake: it is about a service of the bureau's own
FACTS = (
    "order_no", "order_id", "source", "channel", "subject", "received_at", "rule_version", "unit", "nature_hint",
    "natures", "priority", "district", "consent_public", "amount", "anonymous", "keep_secret",
)  # fmt: skip
OF_REVIEW = ("matter_no", "nature", "item", "stars", "real_name", "dispatched_at")
registry.message(MESSAGE, FACTS, "工单登记", "An order is registered")
registry.message(REVIEW, (*FACTS, *OF_REVIEW), "收到差评", "A bad review is registered")
CHUNK = 200  # orders per transaction of an import
IN_FLIGHT = 64  # messages under way at once: as many as the engine commits together
RETRIES = 5
DISPATCHED = "dispatched"  # what the intake would have come to
GRACE = timedelta(minutes=1)  # an order this young is still being registered by somebody


Arrival = tuple[dict[str, Any], dict[str, Any]]  # an order's row, and its fields in clear
_listeners: list[Callable[[Sequence[Arrival]], None]] = []


def on_arrival(listener: Callable[[Sequence[Arrival]], None]) -> Callable[[Sequence[Arrival]], None]:
    """Register a function that is shown new orders once they are stored. Its failure is logged and stops nothing."""
    _listeners.append(listener)
    return listener


@dataclass(frozen=True, slots=True)
class Registered:
    """An order that is stored. `new` is False when it was known before."""

    order_id: int
    order_no: str
    new: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file: orders that are new, orders known before, and the lines that could not be taken.

    `started` of them have had their case begun by it; the others began before, or wait for an intake to be deployed.
    """

    new: int
    known: int
    started: int
    bad: list[Line]
    ignored: list[str] = field(default_factory=list)  # headings of columns that nobody knows
    warnings: list[str] = field(default_factory=list)  # sentences about the file as a whole

    @property
    def bad_lines(self) -> int:
        return len({line.line for line in self.bad})

    @property
    def rows(self) -> int:
        return self.new + self.known + self.bad_lines


def register(fields: dict[str, Any], *, source: str, actor: str, key: str | None = None) -> Registered:
    """Store an order and start its intake. `key` stands for a number when the order brings none (`ext_no`).

    Raises FormInvalid with sentences by field.
    """
    values = _ready(fields, source)
    if "ext_no" not in values and key:
        values["ext_no"] = f"#{key}"
    [registered] = _register([values], actor)
    return registered


def register_all(many: Sequence[dict[str, Any]], *, source: str, actor: str) -> list[Registered]:
    """Several orders that come together, stored in one transaction; else as `register`. One bad order refuses all."""
    return _register([_ready(fields, source) for fields in many], actor)


def _register(ready: Sequence[dict[str, Any]], actor: str) -> list[Registered]:
    stored = _store(ready, actor)
    _show(stored, ready)
    _wait(deque(_send([row for row, _new in stored])))
    return [Registered(row["id"], row["order_no"], new) for row, new in stored]


def import_file(
    file: str | Path | IO[bytes],
    *,
    source: str,
    actor: str,
    mapping: dict[str, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Register every line of a CSV or XLSX file. `mapping` adds headers -> fields to the ones known already.

    A line's own source overrides `source`. `progress(done, total)` is called after each chunk.
    The same file again changes nothing.
    Raises Invalid when the file cannot be read as a table at all; single bad lines are in the report.
    """
    _known_source(source)
    table = tables.read(file, mapping or {}, source)
    bad = list(table.bad)
    strays: Counter[str] = Counter()
    new = known = started = done = 0
    waiting: deque[Future[Any]] = deque()
    for start in range(0, len(table.records), CHUNK):
        chunk = table.records[start : start + CHUNK]
        ready = []
        for record in chunk:
            try:
                values = _ready(record.fields, source)
            except errors.FormInvalid as error:
                bad += [*record.bad, *tables.lines(record, error)]
                continue
            if record.bad:
                bad += record.bad
            else:
                ready.append(values)
                strays.update(filter(None, [old_lines.stray(values)]))
        stored = _store(ready, actor)
        _show(stored, ready)
        new += sum(fresh for _row, fresh in stored)
        known += sum(not fresh for _row, fresh in stored)
        for future in _send([row for row, _fresh in stored]):
            waiting.append(future)
            started += _wait(waiting, IN_FLIGHT)
        done += len(chunk)
        if progress:
            progress(done, len(table.records))
    started += _wait(waiting)
    warnings = table.warnings + _of_strays(strays)
    return Report(new, known, started, sorted(bad, key=lambda line: line.line), table.ignored, warnings)


def _of_strays(strays: Counter[str]) -> list[str]:
    """The sentence about classes of old lines that the mapping table lacks; their orders are orders all the same."""
    named = "、".join(f"{privacy.mask_text(stray)}（{lines} 行）" for stray, lines in strays.most_common(20))
    return [f"对照表没有的原热线分类代码，工单已登记，内容分类留空：{named}"] if strays else []


def resume_unstarted(limit: int = 500) -> int:
    """Send the message of orders that were stored but never announced; returns how many. For the worker."""
    key = literal(f"{MESSAGE} ") + Order.order_no
    query = (
        select(Order.__table__)
        .where(Order.state == "received", Order.registered_at < clock.now() - GRACE)
        .where(~select(Inbox.key).where(Inbox.key == key).exists())
        .order_by(Order.id)
        .limit(limit)
    )
    rows = [dict(row) for row in db.session.execute(query).mappings()]
    db.session.rollback()
    waiting: deque[Future[Any]] = deque()
    for future in _send(rows):
        waiting.append(future)
        _wait(waiting, IN_FLIGHT)
    _wait(waiting)
    return len(rows)


# -- storing -------------------------------------------------------------------------------------------------------


def _number(values: dict[str, Any]) -> tuple[str, str] | int:
    """What an order is known by; one without a number is like no other."""
    number = values.get("ext_no")
    return (values["source"], number) if number else id(values)


def _known_source(source: str) -> None:
    if source not in SOURCES:
        raise errors.FormInvalid({"source": ["未知的工单来源"]}, f"{source!r} is not a source of orders")


def _ready(fields: dict[str, Any], source: str) -> dict[str, Any]:
    _known_source(source)
    draft = check(fields)
    draft.values.setdefault("source", source)
    return filled(draft, draft["source"])


def _store(batch: Sequence[dict[str, Any]], actor: str) -> list[tuple[dict[str, Any], bool]]:
    """Order rows, in the batch's order, with whether each is new. One transaction; the loser of a race looks again."""
    for _ in range(RETRIES):
        try:
            with transaction() as session:
                return _insert(session, batch, actor)
        except IntegrityError as lost:
            log.info("registering again after %s", lost.orig)
    raise errors.Unavailable()


def _show(stored: Sequence[tuple[dict[str, Any], bool]], batch: Sequence[dict[str, Any]]) -> None:
    """Show the new ones to those who listen."""
    arrived = [(row, values) for (row, new), values in zip(stored, batch, strict=True) if new]
    for listener in _listeners if arrived else ():
        try:
            listener(arrived)
        except Exception:
            log.exception("a listener failed on new orders")


def _insert(session: Session, batch: Sequence[dict[str, Any]], actor: str) -> list[tuple[dict[str, Any], bool]]:
    numbers = [values["ext_no"] for values in batch if "ext_no" in values]
    sources = {values["source"] for values in batch}
    found = session.execute(select(Order.__table__).where(Order.source.in_(sources), Order.ext_no.in_(numbers)))
    rows: dict[Any, dict[str, Any]] = {_number(dict(row)): dict(row) for row in found.mappings()}
    known = set(rows)
    fresh = [values for values in batch if _number(values) not in known]
    first = _take(session, len(fresh)) if fresh else 0
    orders, parties = [], []
    for number, values in enumerate(fresh, first):
        row = _order(number, values, actor)
        rows[_number(values)] = row
        orders.append(row)
        parties.append(_party(number, values))
    if orders:
        session.execute(insert(Order), orders)
        session.execute(insert(Party), [party for party in parties if party])
    answers = []
    for values in batch:
        answers.append((rows[_number(values)], _number(values) not in known))
    return answers


def _take(session: Session, count: int) -> int:
    """The first of `count` order ids. The row's lock makes the numbers of one house dense and in order."""
    counter = update(IdBlock).where(IdBlock.name == "order").values(next=IdBlock.next + count).returning(IdBlock.next)
    after = session.scalar(counter)
    if after is None:
        session.execute(insert(IdBlock).values(name="order", next=1 + count))
        return 1
    return int(after) - count


_PLAIN = (
    "source", "ext_no", "channel", "nature_hint", "priority", "category", "domain", "safety_tag", "district", "unit",
    "received_at", "target_name", "target_uscc", "target_address", "amount", "knew_date", "stars", "line", "line_code",
)  # fmt: skip


def _order(number: int, values: dict[str, Any], actor: str) -> dict[str, Any]:
    received = clock.local(values["received_at"])
    request = values.get("request")
    return {
        **{name: values.get(name) for name in _PLAIN},
        "id": number,
        "order_no": f"SH{received:%Y%m%d}-{number:06}",
        "kind": 0,
        "subject": privacy.mask_text(values["subject"]),
        "rule_version": rule_version(received.date()),
        "registered_at": clock.now(),
        "registered_by": actor,
        "state": "received",
        "intake_outcome": DISPATCHED if values["nature_hint"] == BAD_REVIEW else None,
        "anonymous": values.get("anonymous", False),
        "keep_secret": values.get("keep_secret", False),
        "consent_public": values.get("consent_public", False),
        "content": privacy.encrypt(values["content"], "work_order", number, "content"),
        "request": privacy.encrypt(request, "work_order", number, "request") if request else None,
    }


def _party(number: int, values: dict[str, Any]) -> dict[str, Any]:
    def sealed(field: str) -> bytes | None:
        value = values.get(field)
        return privacy.encrypt(value, "party", number, 1, field) if value else None

    phone = values.get("phone")
    return {
        "order_id": number, "number": 1, "role": "citizen",
        "gender": values.get("gender"), "id_type": values.get("id_type"),
        **{field: sealed(field) for field in SEALED},
        "phone_index": privacy.phone_index(phone) if phone else None,
    }  # fmt: skip


# -- starting ------------------------------------------------------------------------------------------------------


def variables(row: dict[str, Any]) -> dict[str, Any]:
    """What the first process begins with. No personal data: an instance must not know who the citizen is."""
    review = {
        "matter_no": matter_of_review(row["order_no"]),
        "nature": BAD_REVIEW,
        "item": row["category"] or "未注明事项",
        "stars": row["stars"],
        "real_name": "否" if row["anonymous"] else "是",
        "dispatched_at": clock.local(row["received_at"]).isoformat(timespec="seconds"),
    }
    return {
        "order_no": row["order_no"],
        "order_id": row["id"],
        "source": row["source"],
        "channel": row["channel"],
        "subject": row["subject"],
        "received_at": clock.local(row["received_at"]).isoformat(timespec="seconds"),
        "rule_version": row["rule_version"],
        "unit": row["unit"],
        "nature_hint": row["nature_hint"],
        "natures": natures_of(row["nature_hint"]),
        "priority": row["priority"],
        "district": row["district"],
        "consent_public": row["consent_public"],
        "anonymous": row["anonymous"],
        "keep_secret": row["keep_secret"],
        "amount": None if row["amount"] is None else float(row["amount"]),
        **(review if row["nature_hint"] == BAD_REVIEW else {}),
    }


def matter_of_review(order_no: str) -> str:
    """The number of the one matter that a bad review is."""
    return f"{order_no}-P1"


def _send(rows: Sequence[dict[str, Any]]) -> Iterator[Future[Any]]:
    """Announce orders that have not begun. While no process takes them they wait for `resume_unstarted`."""
    from engine import messages  # the engine's thread and interpreter: not needed to look at orders

    rows = [row for row in rows if row["state"] == "received"]
    taken = _taken() if rows else frozenset()
    for row in rows:
        review = row["nature_hint"] == BAD_REVIEW
        name = REVIEW if review else MESSAGE
        if name in taken:
            # The key and the actor are the order's own, so that whoever sends it again sends the same thing.
            key, number = f"{MESSAGE} {row['order_no']}", row["order_no"]
            correlation = matter_of_review(number) if review else number
            yield messages.send_later(name, correlation, variables(row), actor=row["registered_by"], key=key)


def _taken() -> frozenset[str]:
    """Which of the messages a process is deployed for."""
    query = (
        select(StartSubscription.name)
        .join(ProcessDefinition, ProcessDefinition.id == StartSubscription.definition_id)
        .where(StartSubscription.kind == "message", StartSubscription.name.in_((MESSAGE, REVIEW)))
        .where(ProcessDefinition.state == "active")
    )
    found = frozenset(db.session.scalars(query))
    db.session.rollback()
    return found


def _wait(futures: deque[Future[Any]], leave: int = 0) -> int:
    """Wait until at most `leave` are under way; returns how many cases have begun.

    An order that could not be announced is stored all the same.
    """
    started = 0
    while len(futures) > leave:
        try:
            started += len(futures.popleft().result()["started"])
        except errors.Unavailable:
            log.warning("an order is stored but could not be announced yet")
    return started
