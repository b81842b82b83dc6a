"""A house that is used over HTTP: people, open cases for them, and what years have left in the database.

What is stored was made through the door and multiplied: three complaints are registered and begun as any order is,
one stays open at its first task, one is closed by doing its ten tasks with their forms checked, one is cancelled. Their
rows (order, party, matter, instance, tasks, events, clocks, timers) are then copied in the database, with numbers,
units, subjects and times of their own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import create_engine, select, text, update

from engine import calendar, clock, definitions, instances, messages, tasks
from engine.db import db, transaction
from engine.hotline import orders, organisation, privacy
from engine.hotline.models import ClockRun, Matter, Order, Party
from engine.models import Event, Job, ProcessInstance, Subscription, Timer, UserTask
from tests.benchmarks.cases import CASES, Step
from tests.benchmarks.ours import application
from tests.processes import play
from web import accounts

Row = tuple[int, str]  # of an order: its id and number
PASSWORD = "people-of-the-benchmark"
PEOPLE, UNIT = 64, "310115"
ROLES = ("operator", "handler", "reviewer", "leader")  # whoever has a case here does it up to its report
CASE = CASES["complaint"]
SIGNED = "approve_report"  # by another person than who handled the case
CASES_FROM = 1_000_000  # order ids of the cases to be worked on
COPIES = 10_000_000  # ids of copies begin here, far above what the run itself hands out
ROOM = 16  # ids for the tasks of one copy
OPEN, CLOSED = 0.10, 0.09  # of the orders stored; the others were cancelled at their first task
SUBJECTS = (
    "商家拒绝退款",
    "预付卡店铺关门",
    "外卖吃出异物",
    "电梯停运多日",
    "价格标示不清",
    "网购假冒商品",
    "健身房不退卡",
)


def build(url: str, *, cases: int, stored: int) -> list[Step]:
    """Fill an empty database: so many open cases to be worked on, so many orders of before.

    Returns the tasks of a case that one person does, with what they submit.
    """
    with application(url, web_threads=1):
        db.create_all()
        organisation.seed()
        calendar.load(clock.today().year + 1, {}, source="assumed", author="bench")  # periods reach into it
        definitions.deploy(CASE.bundle(), author="bench")
        people = [(f"person{n}", UNIT, ROLES, f"办件员{n}") for n in range(PEOPLE)]
        accounts.create_many([*people, ("coordinator", organisation.OFFICE, ("coordinator",), "协调员")], PASSWORD)
        registered = _registered()
        patterns = dict(zip(("open", "closed", "cancelled"), _begun(registered), strict=True))
        submitted = _work(patterns["closed"])
        instances.cancel(patterns["cancelled"], actor="bench", reason="撤回")
        _begun(_copied(registered[0][0], cases))
    _multiply(url, patterns, stored)
    return submitted[: [element for element, _values in submitted].index(SIGNED)]


def _registered() -> list[Row]:
    """Three orders, registered as any order is."""
    fields = {"subject": SUBJECTS[0], "content": "商家拒绝退款，请处理。", "name": "张三", "phone": "13800138000"}
    received = clock.now() - timedelta(minutes=1)
    many = [
        fields | {"ext_no": f"pattern-{n}", "target_name": f"第{n}号商行", "received_at": received} for n in range(3)
    ]
    return [(each.order_id, each.order_no) for each in orders.register_all(many, source="12345", actor="bench")]


def _begun(rows: list[Row]) -> list[int]:
    """Begin the matters of these orders, as a clerk's classification does. Returns the instances."""
    at = clock.local(clock.now() - timedelta(minutes=1)).isoformat(timespec="seconds")
    same = CASE.variables | {"received_at": at, "dispatched_at": at, "unit": UNIT}
    started = []
    for order_id, order_no in rows:
        own = {"order_no": order_no, "order_id": order_id, "matter_no": f"{order_no}-C1"}
        started.append(messages.send_later(CASE.message or "", own["matter_no"], same | own, actor="bench"))
    return [answer.result()["started"][0] for answer in started]


def _work(instance: int) -> list[Step]:
    """Do all tasks of a case, their forms filled as they are usually filled."""
    submitted = []
    for element, values in CASE.steps:
        query = select(UserTask).where(UserTask.instance_id == instance, UserTask.ended.is_(None))
        task = db.session.scalars(query).one()
        if task.element != element:
            raise RuntimeError(f"{task.element} instead of {element}")
        filled = play.usual_fill(tasks.schema(task.id) or {}, json.loads(task.data)) | values
        tasks.complete(task.id, filled, actor="signer" if element == SIGNED else "person0")
        submitted.append((element, filled))
        db.session.rollback()
    return submitted


def _copied(order: int, number: int) -> list[Row]:
    """So many orders like this one, for the cases to be worked on: `case-…` is their number at the source."""
    with transaction() as session:
        for model, which in ((Order, f"id = {order}"), (Party, f"order_id = {order}")):
            own = {"id": "n", "order_no": "'CASE-'||n", "ext_no": "'case-'||n", "order_id": "n"}
            session.execute(text(_insert(model.__table__, own, CASES_FROM, number, which)))
        ids = range(CASES_FROM, CASES_FROM + number)  # what is sealed opens in its own place only
        stories = [{"id": n, "content": privacy.encrypt("请处理。", "work_order", n, "content")} for n in ids]
        session.execute(update(Order), stories)
        sealed = {
            name: [privacy.encrypt("13800138000", "party", n, 1, name) for n in ids] for name in ("name", "phone")
        }
        people = [
            {"order_id": n, "number": 1, "name": a, "phone": b} for n, a, b in zip(ids, *sealed.values(), strict=True)
        ]
        session.execute(update(Party), people)
    return [(n, f"CASE-{n}") for n in range(CASES_FROM, CASES_FROM + number)]


def _insert(table: Any, own: dict[str, str], first: int, number: int, which: str) -> str:
    """SQL: copies of a table's rows, numbered from `first` on, with these columns of their own."""
    columns = [column.name for column in table.c]
    values = ", ".join(own.get(column, column) for column in columns)
    return (
        f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT {values} FROM {table.name}, "
        f"generate_series({first}, {first + number - 1}) n WHERE {which}"
    )


def _multiply(url: str, patterns: dict[str, int], stored: int) -> None:
    counts = {"open": round(stored * OPEN), "closed": round(stored * CLOSED)}
    counts["cancelled"] = stored - sum(counts.values())
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        first = COPIES
        for kind, number in counts.items():
            _copy(connection, patterns[kind], first, number, open_=kind == "open")
            first += number
        connection.exec_driver_sql("VACUUM (ANALYZE)")
        connection.exec_driver_sql("CHECKPOINT")
    engine.dispose()


def _copy(connection: Any, instance: int, first: int, number: int, *, open_: bool) -> None:
    """Copies of everything an instance's order has. `n` is a copy's number; the newest ones have the lowest."""
    order = connection.exec_driver_sql(
        f"SELECT o.id, o.order_no FROM work_order o JOIN matter m USING (order_no) WHERE m.instance_id = {instance}"
    ).one()
    lowest = connection.exec_driver_sql(f"SELECT min(id) FROM user_task WHERE instance_id = {instance}").scalar()
    key, unit = "'SH-'||n", _pick(_units(connection))
    back = "- make_interval(mins => CAST(n % 500000 AS int))"
    later = "+ interval '9 years'"  # nothing falls due while it is measured
    matter = f"{key}||'-C1'"
    task = f"{COPIES} + (n - {COPIES}) * {ROOM} + id - {lowest}"
    of_instance = {"instance_id": "n"}
    own: list[tuple[Any, str, dict[str, str]]] = [
        (Order, f"id = {order.id}", {
            "id": "n", "order_no": key, "ext_no": key, "subject": f"{_pick(SUBJECTS)}||'（'||n||'）'",
            "target_name": "'第'||(n % 100000)||'号商行'", "received_at": f"received_at {back}",
            **({} if open_ else {"state": "'closed'"})}),
        (Party, f"order_id = {order.id}", {"order_id": "n"}),
        (Matter, f"instance_id = {instance}", {
            **of_instance, "matter_no": matter, "order_no": key, "unit": unit, "received_at": f"received_at {back}"}),
        (ProcessInstance, f"id = {instance}", {"id": "n", "business_key": matter}),
        (UserTask, f"instance_id = {instance}", {**of_instance, "id": task, "unit": unit, "due": f"due {back}"}),
        (Event, f"instance_id = {instance}", of_instance),
        (ClockRun, f"instance_id = {instance}", {
            **of_instance, "business_key": matter, "order_no": key, "unit": unit, "next_at": f"next_at {later}"}),
        (Timer, f"instance_id = {instance}", {**of_instance, "due": f"due {later}"}),
        (Subscription, f"instance_id = {instance}", of_instance | {"correlation": matter}),
        (Job, f"instance_id = {instance}", {**of_instance, "id": task.replace("user_task", "job"), "status": "'done'"}),
    ]  # fmt: skip
    for model, which, changed in own:
        connection.execute(text(_insert(model.__table__, changed, first, number, which)))


def _units(connection: Any) -> list[str]:
    found = connection.exec_driver_sql("SELECT code FROM unit WHERE kind IN ('district', 'station') ORDER BY code")
    return [code for (code,) in found]


def _pick(values: Sequence[str]) -> str:
    """SQL: one of the values by the number of the copy."""
    array = ", ".join(f"'{value}'" for value in values)
    return f"(ARRAY[{array}])[1 + n % {len(values)}]"
