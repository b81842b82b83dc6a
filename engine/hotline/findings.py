"""What reports, replies, return visits and reviews found, as columns and rows: for pages, precedents and the bulletin.

Part of the projection (`projections.py`): same transaction as the step, Core statements, one set for a batch.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, select

from engine import batch
from engine.hotline.clock_runs import ENDED, instant
from engine.hotline.models import Defect, Matter, Review, Survey
from engine.registry import Change

Row = dict[str, Any]

REVISIT, REVIEW = "revisit", "joint_review"
APPEAL = "不属实申诉"  # the trigger of a joint review that may overturn a finding
DENIED = "不属实"
DEFECT = {"kind": "不属实失实", "rule": "P8"}

_matter, _survey, _defect, _review = (model.__table__ for model in (Matter, Survey, Defect, Review))

# a matter's column -> the variable that says it, where the words differ
_MATTER = {
    "contacted": "contacted",
    "contacted_at": "contact_at",
    "returned": "return_count",
    "fact_finding": "fact_finding",
    "claim_finding": "claim_finding",
    "result": "result",
    "reply_at": "reply_at",
    "clue_complete": "clue_complete",
    "file_decision": "file_decision",
}
ADDED = "clue_supplemented"  # a later answer to whether the clue is complete
_ANSWERS = ("reached", "attitude", "satisfaction", "solved")
_REVIEW = {
    "question": "question",
    "option": "review_option",
    "finding": "review_finding",
    "deadline": "review_deadline",
    "owner": "review_owner",
    "line": "review_line",
    "basis": "review_basis",
    "tags": "review_tags",
    "minutes": "review_minutes",
}
TOLD = frozenset({*_MATTER.values(), ADDED, "defects", "reached"})


def follow(connection: Connection, changes: list[Change], matters: Iterable[str]) -> None:
    """Note what these changes found. `matters`: the processes whose instances are matters."""
    of_matters = [change for change in changes if change.process in matters]
    _write(connection, _matter, (_found(change) for change in of_matters))
    flawed = [change for change in of_matters if isinstance(change.values.get("defects"), list)]
    called = [c for c in changes if c.process == REVISIT and c.kind == "task.completed" and "reached" in c.values]
    if flawed or called:
        units = _units(connection, {str(change.business_key) for change in (*flawed, *called)})
        _put(connection, _defect, ("instance_id", "seq", "number"), [r for c in flawed for r in _defects(c, units)])
        _put(connection, _survey, ("instance_id", "seq"), [_call(change, units) for change in called])
    _follow_reviews(connection, [change for change in changes if change.process == REVIEW])


def _found(change: Change) -> Row:
    found = {column: _said(column, change.values.get(key)) for column, key in _MATTER.items()}
    if ADDED in change.values:
        found["clue_complete"] = change.values[ADDED]
    if found["file_decision"] is not None:
        found["filed_at"] = change.at
    return {"instance_id": change.instance_id} | {column: value for column, value in found.items() if value is not None}


def _said(column: str, value: Any) -> Any:
    return instant(value) if column.endswith("_at") else value


def _units(connection: Connection, numbers: set[str]) -> dict[str, str | None]:
    query = select(_matter.c.matter_no, _matter.c.unit).where(_matter.c.matter_no.in_(numbers))
    return {row.matter_no: row.unit for row in connection.execute(query)}


def _defects(change: Change, units: dict[str, str | None]) -> Iterable[Row]:
    number = str(change.business_key)
    for position, defect in enumerate(change.values["defects"]):
        yield _defect_row(change, number, position, units, defect)


def _defect_row(change: Change, matter_no: str, position: int, units: dict[str, str | None], defect: Row) -> Row:
    return {
        "instance_id": change.instance_id,
        "seq": change.seq,
        "number": position,
        "matter_no": matter_no,
        "unit": units.get(matter_no),
        "kind": str(defect.get("kind")),
        "rule": str(defect.get("rule")),
        "at": change.at,
    }


def _call(change: Change, units: dict[str, str | None]) -> Row:
    number = str(change.business_key)
    return {
        "instance_id": change.instance_id,
        "seq": change.seq,
        "matter_no": number,
        "unit": units.get(number),
        "contacted": change.values.get("unit_contacted"),
        "at": change.at,
    } | {answer: change.values.get(answer) for answer in _ANSWERS}


def _follow_reviews(connection: Connection, changes: list[Change]) -> None:
    opened = [change for change in changes if change.kind == "instance.started"]
    _put(connection, _review, ("instance_id",), [_opened(change) for change in opened])
    _write(connection, _review, (_reviewed(change) for change in changes))
    ended = [change for change in changes if change.status in ENDED and _state(change) == "decided"]
    found = {change.instance_id: (change, change.values.get("review_finding")) for change in ended}
    overturned = {number: pair for number, pair in found.items() if pair[1] not in (None, DENIED)}
    if overturned:
        query = select(_review.c.instance_id, _review.c.matter_no)
        query = query.where(_review.c.instance_id.in_(overturned), _review.c.trigger == APPEAL)
        _overturn(connection, {row.matter_no: overturned[row.instance_id] for row in connection.execute(query)})


def _overturn(connection: Connection, appeals: dict[str, tuple[Change, Any]]) -> None:
    """A won appeal rewrites the finding of a matter that is closed already, and counts as its unit's defect."""
    rows = [{"matter_no": number, "fact_finding": finding} for number, (_change, finding) in appeals.items()]
    batch.update(connection, _matter, ("matter_no",), rows)
    units = _units(connection, set(appeals))
    flaws = [_defect_row(change, number, 0, units, DEFECT) for number, (change, _finding) in appeals.items()]
    _put(connection, _defect, ("instance_id", "seq", "number"), flaws)


def _opened(change: Change) -> Row:
    values = change.values
    return {
        "instance_id": change.instance_id,
        "matter_no": str(change.business_key),
        "order_no": values.get("order_no"),
        "domain": values.get("domain"),
        "trigger": values.get("trigger"),
        "question": str(values.get("question") or ""),
        "state": "open",
        "opened_at": change.at,
    }


def _reviewed(change: Change) -> Row:
    found = {column: change.values[key] for column, key in _REVIEW.items() if change.values.get(key) is not None}
    if change.status in ENDED:
        found |= {"state": _state(change), "outcome": change.outcome, "decided_at": change.at}
    return {"instance_id": change.instance_id} | found


def _state(change: Change) -> str:
    return "decided" if change.status == "completed" and change.outcome != "cancelled" else "cancelled"


def _put(connection: Connection, table: Table, keys: tuple[str, ...], rows: list[Row]) -> None:
    """Insert rows, in place of those that an earlier telling of the same events has left."""
    batch.delete(connection, table, keys, [tuple(row[key] for key in keys) for row in rows])
    batch.insert(connection, table, rows)


def _write(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Update rows by instance, later ones over earlier ones; those that set the same columns go together."""
    merged: dict[int, Row] = {}
    for row in rows:
        merged[row["instance_id"]] = merged.get(row["instance_id"], {}) | row
    shapes: dict[tuple[str, ...], list[Row]] = {}
    for row in merged.values():
        if len(row) > 1:
            shapes.setdefault(tuple(sorted(row)), []).append(row)
    for columns, same in shapes.items():
        batch.update(connection, table, ("instance_id",), [{name: row[name] for name in columns} for row in same])
