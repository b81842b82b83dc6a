"""The tree of units as a CSV file, out and in. A level may be skipped; a file is taken whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from sqlalchemy import select

from engine import errors
from engine.db import db, transaction
from engine.hotline import tables
from engine.hotline.models import Unit

COLUMNS = ("code", "name", "short", "level", "parent", "kind", "district", "always_on", "active")
KINDS = frozenset(
    {"national", "bureau", "office", "section", "district", "station", "enforcement", "agency", "council"}
)
LEVELS = range(1, 6)
YES, NO = frozenset({"1", "yes", "true", "是"}), frozenset({"", "0", "no", "false", "否"})


def export() -> str:
    """All units, by level and code."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(COLUMNS)
    for unit in db.session.scalars(select(Unit).order_by(Unit.level, Unit.code)):
        values = [getattr(unit, name) for name in COLUMNS]
        lines.writerow(["" if value is None else int(value) if isinstance(value, bool) else value for value in values])
    return out.getvalue()


def load(file: bytes) -> int:
    """Enter or change the units of a file; those it does not name stay. Returns how many are new or changed.

    Raises FormInvalid with sentences by line.
    """
    wrong: dict[str, list[str]] = {}
    there = {unit.code: (unit.level, unit.parent) for unit in db.session.scalars(select(Unit))}
    given: dict[str, dict[str, object]] = {}
    for line, row in tables.records_of(file, {name: (name,) for name in COLUMNS}, COLUMNS[:6]):
        said = dict.fromkeys(COLUMNS, "") | row
        if texts := list(_wrong(said, given)):
            wrong[str(line)] = [f"第 {line} 行：{text}" for text in texts]
            continue
        given[said["code"]] = {
            "name": said["name"], "short": said["short"], "level": int(said["level"]), "parent": said["parent"] or None,
            "kind": said["kind"], "district": said["district"] or None, "always_on": said["always_on"] in YES,
            "active": "active" not in row or said["active"] in YES,
        }  # fmt: skip
    tree = there | {code: (fields["level"], fields["parent"]) for code, fields in given.items()}
    for code, (level, parent) in tree.items():
        if parent is not None and (parent not in tree or int(str(tree[str(parent)][0])) > int(str(level))):
            wrong[code] = [f"{code}：上级 {parent} 不存在，或级别低于它"]
        elif parent is not None and _circles(code, tree):
            wrong[code] = [f"{code}：上级关系成环"]
    if wrong:
        raise errors.FormInvalid(wrong)
    return _store(given)


def _wrong(said: dict[str, str], given: Iterable[str]) -> Iterable[str]:
    if not said["code"] or not said["name"] or not said["short"]:
        yield "code、name、short 不能为空"
    if said["code"] in given:
        yield f"{said['code']} 重复"
    if not said["level"].isdigit() or int(said["level"]) not in LEVELS:
        yield "level 应为 1 至 5"
    if said["kind"] not in KINDS:
        yield f"kind 应为 {'、'.join(sorted(KINDS))} 之一"
    if any(said[name] not in YES | NO for name in ("always_on", "active")):
        yield "always_on、active 应为 1 或 0"


def _circles(code: str, tree: dict[str, tuple[object, object]]) -> bool:
    seen: set[object] = set()
    at: object = code
    while at is not None and at in tree:
        if at in seen:
            return True
        seen.add(at)
        at = tree[str(at)][1]
    return False


def _store(given: dict[str, dict[str, object]]) -> int:
    changed = 0
    with transaction() as session:
        for code, fields in sorted(given.items(), key=lambda each: int(str(each[1]["level"]))):  # parents first
            unit = session.get(Unit, code)
            if unit is None:
                session.add(Unit(code=code, **fields))
            elif all(getattr(unit, name) == value for name, value in fields.items()):
                continue
            else:
                for name, value in fields.items():
                    setattr(unit, name, value)
            session.flush()
            changed += 1
    return changed
