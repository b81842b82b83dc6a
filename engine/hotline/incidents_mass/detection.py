"""One order after the other: join its group, judge the group, remember a level when it is reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection, insert, select, update

from engine.hotline.incidents_mass import grouping, levels
from engine.hotline.incidents_mass.grouping import Entry, Joined
from engine.hotline.incidents_mass.levels import Verdict
from engine.hotline.incidents_mass.models import MassGroup, MassLevel

OVER = frozenset({"closed", "dismissed"})

_group, _level = MassGroup.__table__, MassLevel.__table__


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an order: its group, and the alarm if the group has just risen."""

    order_id: int
    joined: Joined
    alarm: Verdict | None


def take(connection: Connection, entry: Entry) -> Taken:
    """Take one order in. Within `grouping.locked`."""
    joined = grouping.join(connection, entry)
    levels.leave_out_bulk(connection, entry.claimant, entry.at)
    return Taken(entry.order_id, joined, None if joined.new else rejudge(connection, joined.group_id, entry.at))


def rejudge(connection: Connection, group: int, at: datetime) -> Verdict | None:
    """Judge a group now; the verdict when it has risen, None when all is as before.

    A group whose alarm was closed begins again from the next order on; one that was dismissed is heard again only when
    it reaches a graver level.
    """
    row = connection.execute(
        select(_group.c.level, _group.c.state, _group.c.closed_at).where(_group.c.id == group)
    ).one()
    again = row.state == "closed"
    if row.level == levels.rules().levels[0].name and not again:
        return None  # it cannot become graver
    verdict = levels.judge(connection, group, at, row.closed_at if again else None)
    if verdict is None or (not again and levels.rules().rank(verdict.level) <= levels.rules().rank(row.level)):
        return None
    state = "raised" if row.state in (*OVER, "watch") else row.state
    values = {"level": verdict.level, "raised_at": at, "state": state}
    if row.state in OVER:
        values["instance_id"] = None  # the new alarm begins a case of its own
    connection.execute(update(_group).where(_group.c.id == group).values(values))
    connection.execute(_level.delete().where(_level.c.group_id == group, _level.c.level == verdict.level))
    why = orjson.dumps(verdict.why()).decode()
    connection.execute(insert(_level).values(group_id=group, level=verdict.level, at=at, why=why))
    return verdict
