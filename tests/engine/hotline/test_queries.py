"""Worklist, register and order page: who sees what, in which order, page by page."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import select, update

from engine import clock, errors
from engine.clock import SHANGHAI
from engine.db import db, transaction
from engine.hotline import orders, organisation, projections, queries, readings
from engine.hotline.models import ClockRun, Order, Party, Reading
from engine.hotline.paging import Page
from engine.hotline.roles import Viewer
from engine.models import Event, ProcessInstance, UserTask
from engine.registry import Change
from tests.engine.hotline.conftest import deploy

NOW = datetime(2026, 5, 11, 10, tzinfo=SHANGHAI)
NATURES = {"complaint": "投诉", "tipoff": "举报", "consult": "咨询"}
PERSON = {"name": "张三丰", "phone": "13812345678", "id_no": "11010519491231002X", "address": "上海市黄浦区北京东路1号"}


def viewer(role: str, unit: str | None = "310104", name: str = "li") -> Viewer:
    return Viewer(name, unit, frozenset(role.split()))


class World:
    """Orders, instances and tasks as the engine would have written them."""

    def __init__(self) -> None:
        organisation.seed()
        self.ids = count(1)
        self.definitions = {key: deploy(key, None) for key in ("intake", *NATURES)}

    def order(self, **fields: Any) -> str:
        given = {"content": "办卡后店铺关门，电话13812345678", "subject": "健身房退费", "received_at": NOW, **PERSON}
        return orders.register(given | fields, source="12345", actor="clerk").order_no

    def instance(self, process: str, business_key: str, status: str = "running") -> int:
        number = next(self.ids)
        with transaction() as session:
            session.add(
                ProcessInstance(
                    id=number, definition_id=self.definitions[process], business_key=business_key, ver=1, status=status,
                    state=b"", seq=1, head=bytes(32), started=NOW,
                )
            )  # fmt: skip
        return number

    def matter(self, order_no: str, process: str = "complaint", unit: str = "310104", **marks: Any) -> int:
        number = self.instance(process, f"{order_no}-{process[0]}")
        values = {"order_no": order_no, "unit": unit, "nature": NATURES[process], "rule_version": 121}
        change = Change(
            number, process, f"{order_no}-{process[0]}", 1, NOW, "li", "instance.started", None, values, "running",
            None, marks.get("clocks", ()),
        )  # fmt: skip
        with transaction() as session:
            projections.follow(session.connection(), [change])
        return number

    def task(self, instance: int, name: str = "先行联系", **fields: Any) -> int:
        given: dict[str, Any] = {
            "token": 1, "element": "x", "role": "handler", "unit": "310104", "status": "ready", "priority": 2,
            "created": NOW, "data": "{}",
        }  # fmt: skip
        number = next(self.ids)
        with transaction() as session:
            session.add(UserTask(id=number, instance_id=instance, name=name, **(given | fields)))
        return number


@pytest.fixture
def world(app: Flask) -> World:
    with clock.virtual(NOW):
        return World()


@pytest.fixture(autouse=True)
def _now() -> Any:
    with clock.virtual(NOW):
        yield


def ids(page: Page[Any]) -> list[int]:
    return [row.task_id for row in page.rows]


# -- worklist ------------------------------------------------------------------------------------------------------


def test_a_row_tells_the_order_of_the_matter(world: World) -> None:
    number = world.order(district="310104", priority=0)
    task = world.task(world.matter(number), due=NOW + timedelta(days=1))
    [row] = queries.worklist(viewer("handler"), scope="unit").rows
    assert (row.task_id, row.name, row.process, row.process_name) == (task, "先行联系", "complaint", "complaint")
    assert (row.order_no, row.business_key, row.subject) == (number, f"{number}-c", "健身房退费")
    assert (row.priority, row.unit_name, row.due) == (0, "徐汇区局", NOW + timedelta(days=1))


def test_a_task_of_the_intake_and_one_of_no_order_have_rows_too(world: World) -> None:
    number = world.order()
    world.task(world.instance("intake", number), role="clerk", unit="HO")
    world.task(world.instance("intake", "ELSE-1"), role="clerk", unit="HO")
    rows = queries.worklist(viewer("clerk", "HO"), scope="unit").rows
    assert [(row.order_no, row.business_key) for row in rows] == [(number, number), (None, "ELSE-1")]


def test_each_sees_the_tasks_of_their_role_and_unit(world: World) -> None:
    instance = world.matter(world.order())
    mine = world.task(instance, assignee="li", status="claimed", role="reviewer", unit="310101")
    ours = world.task(instance)
    claimed = world.task(instance, assignee="wang", status="claimed")
    station = world.task(instance, unit="310104-01")
    other_role = world.task(instance, role="leader")
    other_unit = world.task(instance, unit="310101")
    anybody = world.task(instance, unit=None)
    for status in ("completed", "cancelled"):
        world.task(instance, status=status, ended=NOW)
    everything = [mine, ours, claimed, station, other_role, other_unit, anybody]
    seen = {
        ("handler", "mine"): [mine],
        ("handler", "unit"): [mine, ours, claimed, anybody],
        ("handler", "all"): [mine, ours, claimed, anybody],
        ("leader", "unit"): [mine, other_role],
        ("leader", "all"): [mine, ours, claimed, station, other_role],
        ("coordinator", "all"): everything,
        ("analyst", "all"): [],
        ("admin auditor", "unit"): [],
    }
    for (roles, scope), expected in seen.items():
        assert ids(queries.worklist(viewer(roles), scope=scope)) == expected, (roles, scope)
    assert queries.worklist_counts(viewer("handler")) == {"mine": 1, "unit": 4, "all": 4}
    assert queries.worklist_counts(viewer("coordinator")) == {"mine": 1, "unit": 1, "all": 7}


def test_tasks_of_a_suspended_instance_wait(world: World) -> None:
    world.task(world.instance("intake", "X", status="suspended"))
    assert queries.worklist(viewer("coordinator"), scope="all").rows == []


def test_sorted_by_due_priority_or_arrival(world: World) -> None:
    instance = world.matter(world.order())
    a = world.task(instance, due=NOW + timedelta(days=3), priority=2, created=NOW)
    b = world.task(instance, due=None, priority=0, created=NOW - timedelta(days=1))
    c = world.task(instance, due=NOW + timedelta(days=1), priority=2, created=NOW + timedelta(days=1))
    order = {"due": [c, a, b], "priority": [b, c, a], "created": [b, a, c]}
    for sort, expected in order.items():
        assert ids(queries.worklist(viewer("handler"), scope="unit", sort=sort)) == expected


@pytest.mark.parametrize("sort", ["due", "priority", "created"])
def test_pages_follow_one_another_without_gap_or_repeat(world: World, sort: str) -> None:
    instance = world.matter(world.order())
    tasks = {
        world.task(instance, due=None if n % 3 == 0 else NOW + timedelta(days=n % 4), priority=n % 2) for n in range(11)
    }
    found: list[int] = []
    after = None
    for _ in range(4):
        page = queries.worklist(viewer("handler"), scope="unit", sort=sort, after=after, limit=3)
        found += ids(page)
        after = page.next
    assert after is None and len(found) == 11 and set(found) == tasks


@pytest.mark.parametrize("after", ["x", "W10", "WyJ4IiwxXQ", "bnVsbA", "é"])
def test_a_forged_cursor_is_refused(world: World, after: str) -> None:
    with pytest.raises(errors.Invalid):
        queries.worklist(viewer("handler"), after=after)


def test_the_worklist_is_searched_and_filtered(world: World) -> None:
    gym = world.task(world.matter(world.order(target_name="悦动健身", priority=0)), due=NOW - timedelta(hours=1))
    shop = world.task(world.matter(world.order(subject="100%纯棉_衬衫", content="退货")), "调解")
    tip = world.task(world.matter(world.order(), "tipoff"))

    def found(**more: Any) -> list[int]:
        return sorted(ids(queries.worklist(viewer("handler"), scope="unit", **more)))

    assert found(search="悦动") == found(priority=0) == found(overdue=True) == [gym]
    assert found(search="衬衫 调解") == found(search="100%") == [shop]
    assert found(search="健身_") == []  # what looks like a pattern is none
    assert found(process="tipoff") == [tip]
    assert found(search="先行联系") == sorted([gym, tip])
    assert found(search="健身房") == sorted([gym, tip])


def test_a_row_tells_the_clock_of_its_case_that_ends_before_the_task(world: World) -> None:
    late = world.task(world.matter(world.order(), clocks=(("C03", "start", "x"),)), due=NOW + timedelta(days=90))
    free = world.task(world.matter(world.order(), clocks=(("C03", "start", "x"),)))
    first = world.task(world.matter(world.order(), clocks=(("C03", "start", "x"),)), due=NOW + timedelta(hours=1))
    rows = {row.task_id: row for row in queries.worklist(viewer("handler"), scope="unit").rows}
    assert rows[late].sooner and rows[late].sooner.code == "C03" and rows[late].sooner.due > NOW
    assert rows[free].sooner == rows[late].sooner and rows[first].sooner is None
    assert ids(queries.worklist(viewer("handler"), scope="unit", overdue=True)) == []
    with clock.virtual(NOW + timedelta(days=30)):
        assert ids(queries.worklist(viewer("handler"), scope="unit", overdue=True)) == [first, late, free]
        with transaction() as session:
            session.execute(update(ClockRun).values(state="stopped"))
        assert ids(queries.worklist(viewer("handler"), scope="unit", overdue=True)) == [first]
        assert queries.worklist(viewer("handler"), scope="unit").rows[0].sooner is None


def test_one_row_again(world: World) -> None:
    task = world.task(world.matter(world.order()))
    assert (queries.worklist_row(task, viewer("handler")) or pytest.fail()).task_id == task
    assert queries.worklist_row(task, viewer("handler", "310101")) is None
    assert queries.worklist_row(0, viewer("coordinator")) is None


def test_processes_have_names(world: World) -> None:
    assert queries.processes() == [(key, key) for key in sorted(world.definitions)]


# -- register ------------------------------------------------------------------------------------------------------


def test_the_register_is_paged_newest_first(world: World) -> None:
    numbers = [world.order(ext_no=str(n), received_at=NOW - timedelta(hours=n)) for n in range(5)]
    first = queries.register(viewer("coordinator", "HO"), limit=3)
    second = queries.register(viewer("coordinator", "HO"), limit=3, after=first.next)
    assert [row.order_no for row in first.rows + second.rows] == numbers
    assert second.next is None


def test_the_register_is_searched_and_filtered(world: World) -> None:
    a = world.order(ext_no="CITY-77", target_name="悦动健身")
    b = world.order(subject="请问如何注销", content="请问")
    c = world.order()
    world.matter(c, "complaint", "310105")
    world.matter(c, "tipoff", "310105")

    def found(**more: Any) -> list[str]:
        return sorted(row.order_no for row in queries.register(viewer("coordinator", "HO"), **more).rows)

    assert found(search="city-77") == found(search="悦动") == [a]
    assert found(nature="咨询") == [b]
    assert found(nature="举报") == found(state="in_progress") == found(unit="310105") == [c]
    assert found(search="张三丰") == found(search="13812345678") == []
    [row] = queries.register(viewer("coordinator", "HO"), unit="310105").rows
    assert row.nature == "投诉、举报"


def test_who_may_know_of_an_order(world: World) -> None:
    number = world.order()
    instance = world.matter(number, unit="310104")
    world.task(instance, role="reviewer", unit="310105")
    world.task(instance, role="handler", unit="310109", assignee="helper", status="completed")
    sees = {
        ("coordinator", "HO"): True, ("clerk", "HO"): True, ("analyst", None): True, ("auditor", None): True,
        ("handler", "310104"): True, ("leader", "310104"): True, ("handler", "310104-01"): False,
        ("handler", "310101"): False, ("reviewer", "310105"): True, ("handler", "310105"): False,
        ("admin", "HO"): False, ("handler", None): False, ("", "HO"): False,
    }  # fmt: skip
    for (role, unit), expected in sees.items():
        who = viewer(role, unit)
        assert bool(queries.register(who).rows) is expected, (role, unit)
        if expected:
            assert queries.order(number, who).order_no == number
        else:
            with pytest.raises(errors.NotFound):
                queries.order(number, who)
    assert queries.order(number, viewer("handler", "310101", "helper")).order_no == number  # has worked on it


# -- one order -----------------------------------------------------------------------------------------------------


def test_an_order_page_has_matters_clocks_and_masked_data(world: World) -> None:
    number = world.order()
    world.matter(number, clocks=(("C01", "start", "x"), ("C99", "start", "x")))
    page = queries.order(number, viewer("handler"))
    assert (page.nature, page.state, page.unit_name) == ("投诉", "in_progress", "热线办")
    assert page.content == "办卡后店铺关门，电话138****5678"
    assert page.person == {
        "name": "张**", "phone": "138****5678", "id_no": "**************002X", "address": "上海市黄浦区***",
    }  # fmt: skip
    [matter] = page.matters
    assert (matter.nature, matter.unit_name, matter.state) == ("投诉", "徐汇区局", "in_progress")
    [contact, unknown] = matter.clocks
    assert (contact.code, contact.name, contact.state, contact.late) == ("C01", "先行联系", "running", False)
    assert contact.due == datetime(2026, 5, 12, 17, 30, tzinfo=SHANGHAI)
    assert contact.trace[-1] == ["2026-05-12", 1, "周二"]
    assert (unknown.name, unknown.due, list(unknown.trace)) == ("C99", None, ["error"])
    with clock.virtual(NOW + timedelta(days=2)):
        assert queries.order(number, viewer("handler")).matters[0].clocks[0].late


def test_the_order_of_an_instance(world: World) -> None:
    number = world.order()
    world.matter(number)
    for key in (number, f"{number}-c"):
        assert (queries.order_of(key, viewer("handler")) or pytest.fail()).order_no == number
    assert queries.order_of("else", viewer("handler")) is None
    assert queries.order_of(None, viewer("handler")) is None
    assert queries.order_of(number, viewer("handler", "310101")) is None


def test_an_informant_is_kept_from_who_can_work_without(world: World) -> None:
    number = world.order()
    world.matter(number, "tipoff")
    assert queries.order(number, viewer("handler")).person is None
    assert queries.order(number, viewer("handler")).readable == {"content", "request"}
    assert "name" in (queries.order(number, viewer("operator")).person or {})
    assert "name" in queries.order(number, viewer("case_officer")).readable
    assert queries.order(number, viewer("seal_keeper")).readable == {"name", "phone", "id_no", "address", "email"}
    assert queries.order(number, viewer("reviewer")).readable == frozenset()
    world.matter(number, "complaint")  # who informs and complains can be called by the mediator
    assert queries.order(number, viewer("handler")).readable == {"content", "request", "name", "phone"}


def test_who_only_counts_sees_no_people_and_no_story(world: World) -> None:
    number = world.order()
    for role in ("analyst", "auditor"):
        page = queries.order(number, viewer(role))
        assert (page.person, page.content, page.readable, page.notes) == (None, None, frozenset(), [])


def test_repeats_are_hinted_by_phone_and_target(world: World) -> None:
    first = world.order(received_at=NOW - timedelta(days=3))
    world.order(received_at=NOW - timedelta(days=200))
    same_shop = world.order(phone="13912345678", target_name="悦动", received_at=NOW - timedelta(days=2))
    world.order(phone="13912345679", target_name="别家", received_at=NOW - timedelta(days=1))
    last = world.order(target_name="悦动")
    assert [row.order_no for row in queries.repeats(last, viewer("coordinator"))] == [same_shop, first]


def test_the_timeline_goes_through_all_instances(world: World) -> None:
    number = world.order()
    for process, key in (("intake", number), ("complaint", f"{number}-c")):
        instance = world.matter(number) if process == "complaint" else world.instance(process, key)
        with transaction() as session:
            session.add(
                Event(
                    instance_id=instance, seq=1, at=NOW, actor="li", kind="instance.started", element=None,
                    payload=orjson.dumps({"values": {"x": 1}}).decode(), prev_hash=b"", hash=b"",
                )
            )  # fmt: skip
    moments = queries.timeline(number, viewer("handler"))
    assert [(moment.process, moment.business_key) for moment in moments] == [
        ("intake", number), ("complaint", f"{number}-c"),
    ]  # fmt: skip
    assert moments[0].said == {"values": {"x": 1}}
    assert queries.timeline(number, viewer("auditor"))[0].said == {}


# -- reading in clear ----------------------------------------------------------------------------------------------


def test_reading_in_clear_takes_a_reason_and_leaves_a_record(world: World) -> None:
    number = world.order()
    world.matter(number)
    found = readings.read(number, viewer("handler"), ["phone", "name", "email"], reason="电话核实诉求")
    assert found == {"email": None, "name": "张三丰", "phone": "13812345678"}
    assert readings.read(number, viewer("handler"), ["content"], reason="核实原文")["content"].endswith("13812345678")
    records = queries.readings(order_no=number)
    assert [(record.person, record.fields, record.reason, record.at) for record in records] == [
        ("li", "content", "核实原文", NOW), ("li", "email,name,phone", "电话核实诉求", NOW),
    ]  # fmt: skip
    assert queries.readings(person="wang") == queries.readings(since=NOW + timedelta(1)) == []


def test_what_may_not_be_read_is_not_and_leaves_no_record(world: World) -> None:
    number = world.order()
    world.matter(number, "tipoff")
    with pytest.raises(errors.Forbidden):
        readings.read(number, viewer("handler"), ["content", "phone"], reason="电话核实诉求")
    with pytest.raises(errors.Forbidden):
        readings.read(number, viewer("coordinator"), [], reason="电话核实诉求")
    with pytest.raises(errors.FormInvalid):
        readings.read(number, viewer("coordinator"), ["phone"], reason=" 看 ")
    with pytest.raises(errors.NotFound):
        readings.read(number, viewer("handler", "310101"), ["phone"], reason="电话核实诉求")
    assert db.session.scalars(select(Reading)).all() == []


def test_a_value_moved_to_another_order_does_not_open(world: World) -> None:
    first, second = world.order(ext_no="1"), world.order(ext_no="2", name="李四")
    numbers = [db.session.scalars(select(Order.id).where(Order.order_no == n)).one() for n in (first, second)]
    with transaction() as session:
        session.get_one(Party, (numbers[0], 1)).name = session.get_one(Party, (numbers[1], 1)).name
    with pytest.raises(errors.BanjieError, match="does not open"):
        readings.read(first, viewer("coordinator"), ["name"], reason="电话核实诉求")


def test_notes_are_sealed_and_shown_to_who_works(world: World) -> None:
    number = world.order()
    readings.add_note(number, viewer("coordinator"), "已与张三丰通话")
    readings.add_note(number, viewer("clerk", "HO", "wang"), "补充材料")
    assert [(note.author, note.text) for note in queries.order(number, viewer("coordinator")).notes] == [
        ("li", "已与张三丰通话"), ("wang", "补充材料"),
    ]  # fmt: skip
    with pytest.raises(errors.FormInvalid):
        readings.add_note(number, viewer("coordinator"), " ")
    with pytest.raises(errors.Forbidden):
        readings.add_note(number, viewer("auditor"), "不能写")
