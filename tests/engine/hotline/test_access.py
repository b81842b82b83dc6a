"""The whole table of who may see what: every role, every kind of order, field by field."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from engine import clock, errors, registry
from engine.hotline import access, orders, queries, readings, substitutes
from tests.engine.hotline.world_kit import NOW, World, viewer

PERSON = {"name": "张三丰", "phone": "13812345678", "id_no": "11010519491231002X", "address": "上海市黄浦区北京东路1号"}
ALL = {"name", "phone", "id_no", "address", "email", "content", "request"}
STORY, CALL = {"content", "request"}, {"name", "phone"}
NOTHING: set[str] = set()

# role -> the order is known, its story is shown; what may be read in clear of a complaint, of a tip-off, of both in one
TABLE: dict[str, tuple[bool, bool, set[str], set[str], set[str]]] = {
    "clerk": (True, True, CALL | STORY, CALL | STORY, CALL | STORY),
    "operator": (True, True, ALL, STORY, STORY | CALL),
    "handler": (True, True, ALL, STORY, STORY | CALL),
    "case_officer": (True, True, ALL, ALL, ALL),
    "reviewer": (True, True, NOTHING, NOTHING, NOTHING),
    "coordinator": (True, True, ALL, ALL, ALL),
    "section": (True, True, NOTHING, NOTHING, NOTHING),
    "leader": (True, True, ALL, STORY, STORY | CALL),
    "seal_keeper": (True, False, NOTHING, ALL - STORY, ALL - STORY),
    "analyst": (True, False, NOTHING, NOTHING, NOTHING),
    "auditor": (True, False, NOTHING, NOTHING, NOTHING),
    "admin": (False, False, NOTHING, NOTHING, NOTHING),
}
MASKED = {"clerk", "operator", "coordinator", "seal_keeper"}  # see that an informant has a name, and its first letter


@pytest.fixture(autouse=True)
def _now() -> Any:
    with clock.virtual(NOW):
        yield


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def order(world: World, *natures: str, unit: str = "310104") -> str:
    given = {"content": "办卡后店铺关门", "request": "退款", "subject": "退费", "received_at": NOW, **PERSON}
    number = orders.register(given, source="12345", actor="clerk").order_no
    kinds = {"投诉": "complaint", "举报": "tipoff"}
    for nature in natures:
        world.matter(number, kinds[nature], unit, nature)
    return number


def test_the_table_has_every_role() -> None:
    assert set(TABLE) == set(registry.ROLES)


@pytest.mark.parametrize("role", TABLE)
@pytest.mark.parametrize("natures", [("投诉",), ("举报",), ("投诉", "举报")], ids=["complaint", "tipoff", "both"])
def test_each_role_sees_what_the_table_says(world: World, role: str, natures: tuple[str, ...]) -> None:
    known, story, *clear = TABLE[role]
    readable = clear[{("投诉",): 0, ("举报",): 1}.get(natures, 2)]
    number, who = order(world, *natures), viewer("li", role)
    if not known:
        with pytest.raises(errors.NotFound):
            queries.order(number, who)
        return
    seen = queries.order(number, who)
    assert (seen.content is not None, set(seen.readable)) == (story, readable)
    if "举报" in natures:
        assert (seen.person is not None) == (role in MASKED)
    else:
        assert (seen.person is not None) == story
    for name in ("张三丰", "13812345678", "11010519491231002X"):
        assert name not in repr(seen)
    for field in ALL - readable:
        with pytest.raises((errors.Forbidden, errors.NotFound)):
            readings.read(number, who, [field], reason="核对情况")


@pytest.mark.parametrize("role", [name for name in TABLE if name not in access.EVERYWHERE])
def test_no_role_reaches_an_order_of_another_bureau(world: World, role: str) -> None:
    number = order(world, "投诉", unit="310101")
    with pytest.raises(errors.NotFound):
        queries.order(number, viewer("li", role))
    assert queries.register(viewer("li", role)).rows == []


@pytest.mark.parametrize("unit", ["YJ", "ZC", "XBW"])
def test_another_authority_sees_the_matter_transferred_to_it_and_no_other(world: World, unit: str) -> None:
    number = order(world, "投诉", "举报")
    bureau, guest = viewer("li", "handler"), viewer("mo", "handler", unit)
    with pytest.raises(errors.NotFound):
        queries.order(number, guest)
    world.task(world.instance("complaint", f"{number}-c"), "entrust_mediation", unit=unit)
    seen = queries.order(number, guest)
    assert ([matter.nature for matter in seen.matters], seen.nature) == (["投诉"], "投诉")
    assert len(queries.order(number, bureau).matters) == 2
    assert seen.person is None and set(seen.readable) == STORY | CALL  # the order informs, too: the stricter rule
    readings.add_note(number, bureau, "举报部分另行核查")
    readings.add_note(number, guest, "已约双方")
    assert [note.text for note in queries.order(number, guest).notes] == ["已约双方"]
    assert len(queries.order(number, bureau).notes) == 2


def test_clearance_is_not_passed_on_with_the_work(world: World) -> None:
    number = order(world, "举报")
    task = world.task(world.instance("tipoff", f"{number}-t"), "check", role="case_officer")
    officer = viewer("wu", "case_officer")
    standing_in = viewer("li", "handler", "310104", officer)
    assert task in [row.task_id for row in queries.worklist(standing_in, scope="unit").rows]
    assert set(queries.order(number, standing_in).readable) == STORY


def test_who_stands_in_reaches_the_tasks_of_who_is_away_and_their_orders_for_these_days_only(world: World) -> None:
    number = order(world, "投诉", unit="310101")
    ours = world.task(world.instance("complaint", f"{number}-c"), "mediate", unit="310101")
    theirs = world.task(world.instance("complaint", f"{number}-c"), "reply", unit="310101", assignee="wu")
    away = viewer("wu", "handler", "310101")
    li = viewer("li", "handler", "310104", away)
    assert {row.task_id for row in queries.worklist(li, scope="unit").rows} == {ours, theirs}
    assert [row.task_id for row in queries.worklist(li, scope="mine").rows] == [theirs]
    assert queries.order(number, li).order_no == number
    assert queries.worklist(viewer("li", "handler"), scope="unit").rows == []

    today = NOW.date()
    substitutes.appoint("wu", "li", today, today, actor="wu")
    assert substitutes.stands_for("li") == ["wu"]
    with clock.virtual(NOW.replace(day=12)):
        assert substitutes.stands_for("li") == []


@pytest.mark.parametrize(
    ("roles", "unit", "task", "expected"),
    [
        ("handler", "310104", {}, "li"),
        ("handler", "310104", {"unit": "310101"}, "wu"),
        ("handler", "310104", {"assignee": "wu"}, "wu"),
        ("reviewer", "310101", {"unit": "310101"}, "wu"),
        ("reviewer", "310101", {"unit": "310104"}, None),
        ("admin", "310104", {}, None),
    ],
)
def test_a_task_is_done_in_ones_own_place_or_in_that_of_who_is_away(
    world: World, roles: str, unit: str, task: dict[str, Any], expected: str | None
) -> None:
    from engine.db import db
    from engine.models import UserTask

    away = viewer("wu", "handler", "310101")
    row = db.session.get_one(UserTask, world.task(world.instance("complaint", "X-1"), "mediate", **task))
    assert access.place(viewer("li", roles, unit, away), row, frozenset()) == expected
    assert access.place(viewer("li", roles, unit, away), row, frozenset({"li"})) is None
