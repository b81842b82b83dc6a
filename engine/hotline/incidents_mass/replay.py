"""A file of messages through detection, in the order they came, on a database of its own that is thrown away after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from dataclasses import field as default
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson
from sqlalchemy import create_engine, select

from engine import clock, errors
from engine.db import Base
from engine.hotline import fields, privacy, tables
from engine.hotline.incidents_mass import detection, features, grouping
from engine.hotline.incidents_mass.levels import rules
from engine.hotline.incidents_mass.models import MassGroup, MassKey, MassLevel, MassMember, MassTerm
from engine.hotline.incidents_mass.queries import frequent_names
from engine.models import IdBlock

SOURCE = "12345"
KEY = b"replay"  # nothing of a replay is kept, so its digests need no secret

TABLES = [model.__table__ for model in (IdBlock, MassGroup, MassMember, MassKey, MassTerm, MassLevel)]


@dataclass(frozen=True, slots=True)
class Message:
    """A line of the file: its own number, who, when, what."""

    number: str
    sender: str
    at: datetime
    subject: str
    text: str
    target: str | None = None
    amount: Any = None


@dataclass(frozen=True, slots=True)
class Found:
    """A group that reached a level: when which level, why, and its orders (own numbers of the file)."""

    label: str
    level: str
    people: int
    orders: list[str]
    first: datetime
    last: datetime
    levels: list[dict[str, Any]]
    names: list[str]
    samples: list[str]


@dataclass(slots=True)
class Report:
    """What a replay found, gravest and largest first. `groups`: every group of two and more, as own numbers."""

    messages: int
    seconds: float
    incidents: list[Found] = default(default_factory=list)
    groups: list[list[str]] = default(default_factory=list)

    @property
    def per_message_ms(self) -> float:
        return 1000 * self.seconds / max(1, self.messages)


def read(file: Path) -> list[Message]:
    """The lines of a file an import could take (CSV, XLSX), in order of time; those it could not are left out."""
    found = []
    for record in tables.read(file, {}, SOURCE).records:
        try:
            values = fields.filled(fields.check(record.fields), SOURCE)
        except errors.FormInvalid:
            continue
        number = str(values.get("ext_no") or record.line)
        who = values.get("phone") or values.get("name") or f"line {record.line}"
        found.append(
            Message(
                number,
                who,
                values["received_at"],
                values["subject"],
                values["content"],
                values.get("target_name"),
                values.get("amount"),
            )  # fmt: skip
        )
    return sorted(found, key=lambda message: (message.at, message.number))


def run(messages: Iterable[Message], progress: Callable[[int], None] | None = None) -> Report:
    """Replay messages. The same code as the intake's, on tables in memory."""
    engine = create_engine("sqlite://")
    digest = features.digester(KEY)
    numbers: list[str] = []
    started = perf_counter()
    with engine.connect() as connection:
        Base.metadata.create_all(connection, tables=TABLES)
        with grouping.locked(connection):
            for number, message in enumerate(messages):
                detection.take(connection, _entry(number, message, digest))
                numbers.append(message.number)
                if progress:
                    progress(number + 1)
        seconds = perf_counter() - started
        report = Report(len(numbers), seconds)
        report.groups = list(_groups(connection, numbers))
        report.incidents = list(_incidents(connection, numbers))
    engine.dispose()
    return report


def _entry(number: int, message: Message, digest: features.Digester) -> grouping.Entry:
    who = blake2b(message.sender.encode(), digest_size=32, key=KEY).digest()
    said = features.read(message.subject, message.text, message.target, digest)
    subject = privacy.mask_text(message.subject)
    return grouping.Entry(number, message.at, who, subject, said, message.amount)


def _groups(connection: Any, numbers: list[str]) -> Iterator[list[str]]:
    rows = connection.execute(select(MassMember.group_id, MassMember.order_id).order_by(MassMember.order_id))
    groups: dict[int, list[str]] = {}
    for row in rows:
        groups.setdefault(row.group_id, []).append(numbers[row.order_id])
    yield from (group for group in groups.values() if len(group) > 1)


def _incidents(connection: Any, numbers: list[str]) -> Iterator[Found]:
    groups = connection.execute(select(MassGroup.__table__).where(MassGroup.level.is_not(None))).all()
    for group in sorted(groups, key=lambda row: (-rules().rank(row.level), -row.orders)):
        members = connection.execute(
            select(MassMember.__table__).where(MassMember.group_id == group.id).order_by(MassMember.at)
        ).all()
        reached = connection.execute(
            select(MassLevel.level, MassLevel.at, MassLevel.why)
            .where(MassLevel.group_id == group.id)
            .order_by(MassLevel.at)
        ).all()
        yield Found(
            label=group.label, level=group.level, people=len({m.claimant for m in members}),
            orders=[numbers[m.order_id] for m in members], first=group.opened_at, last=group.last_at,
            levels=[{"level": r.level, "at": clock.local(r.at).isoformat(), **orjson.loads(r.why)} for r in reached],
            names=frequent_names(m.subject for m in members),
            samples=[m.subject for m in members[:5]],
        )  # fmt: skip
