"""The demonstration: database, shipped bundles, organisation, accounts, some orders on their way. Nobody in it exists.

Preparing it again adds only what is missing.
"""

from __future__ import annotations

import csv
import json
import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import holidays
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from engine import calendar, definitions, tasks
from engine.clock import local, now
from engine.db import db
from engine.errors import BanjieError
from engine.hotline import access, actions, orders, organisation, sample, staff
from engine.hotline import queries as hotline
from engine.hotline.bulletin import freezing
from engine.hotline.fields import SAFETY_OF_DOMAIN
from engine.hotline.models import Order
from engine.models import ProcessDefinition, UserTask
from web import accounts, demo_late, demo_lists, demo_organisation
from web.permissions import as_viewer

PASSWORD = "banjie-demo"
ORDERS = Path(__file__).with_name("demo_orders.csv")
SHOWN = (
    "clerk", "coordinator", "ho-leader", "operator-310115", "handler-310115", "reviewer-310115", "leader-310115",
    "section-BIZ-FG", "section-BIZ-SP", "analyst", "auditor", "admin",
)  # fmt: skip
FREE = {"reviewer-310115", "section-BIZ-FG", "section-BIZ-SP"}  # of them: claim nothing, others do the same tasks
FRESH = 24  # hours: younger orders are left for the visitor
STEPS = 140  # tasks done by made-up colleagues, so that every list shows something
VISITED = "310115"  # the unit of the shown accounts
ASKED = {
    "extension_reason": "特殊疑难", "extension_days": "15",
    "extension_note": "双方同意下周调解", "interim_reply": "已约双方下周调解，调解后三日内答复您。",
}  # fmt: skip
LEFT = {"operator": 1, "handler": 4, "leader": 1}  # tasks of its roles that stay for the visitor
HANDLING = ("district", "enforcement", "agency", "council", "section")  # kinds of units that handle orders

HOTLINE_OFFICE = {
    "clerk": (("clerk",), "王丽"),
    "coordinator": (("coordinator", "operator"), "李伟民"),
    "ho-leader": (("leader", "reviewer"), "张建华"),
    "seal-keeper": (("seal_keeper",), "周静"),
    "handler-HO": (("handler", "case_officer"), "徐文杰"),
    "analyst": (("analyst",), "赵敏"),
    "auditor": (("auditor",), "孙浩"),
    "admin": (("admin",), "吴强"),
}
UNIT_STAFF = {
    "operator": ("operator",),
    "handler": ("handler", "case_officer"),
    "handler2": ("handler", "case_officer"),
    "leader": ("leader", "reviewer"),
}
SURNAMES = "陈林徐黄朱马胡郭何高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈姚卢傅"
GIVEN = ("建国", "志强", "晓燕", "海燕", "文杰", "雪梅", "俊杰", "丽华", "永刚", "慧敏", "国栋", "秀英")


def prepare(app: Flask) -> None:
    """Bring the demo up to date, in the application's context."""
    _tables()
    organisation.seed()
    _next_year()
    _people()
    _processes(app.config["SETTINGS"].processes_path, app.config["SETTINGS"].forms_path)
    if not db.session.scalar(select(func.count()).select_from(Order)):
        _orders(lambda hours: hours >= FRESH)
        _work()
        by_role, dice = _who_does_what(), random.Random(315)
        demo_late.enter(lambda task, sure: _do(task, by_role, dice, sure), VISITED)
        _orders(lambda hours: hours < FRESH)
        _claim()
        _apply()
        demo_lists.enter()
        _bulletins()
    demo_organisation.prepare()  # last: who is on duty would be given what the days before brought


def _processes(bundles: Path, forms: Path) -> None:
    """Deploy the shipped bundles once. A process that has a version already is the admin's: it is left alone."""
    known = set(db.session.scalars(select(ProcessDefinition.key)))
    for folder in definitions.bundles(bundles):
        bundle = definitions.read_bundle(folder, forms)
        if not known & definitions.keys(bundle):
            definitions.deploy(bundle, author="admin", note="随系统交付的流程")


def how_to_sign_in(port: int) -> str:
    """What `make run` prints at the end."""
    names = ", ".join(SHOWN)
    return f"\n  http://127.0.0.1:{port}\n  用户名 / user: {names}\n  密码 / password: {PASSWORD}\n"


def shown_accounts() -> list[accounts.User]:
    """The accounts that the sign-in page of a demo offers."""
    found = {
        user.username: user
        for user in db.session.scalars(select(accounts.User).where(accounts.User.username.in_(SHOWN)))
    }
    return [found[name] for name in SHOWN if name in found]


def _tables() -> None:
    upgrade(str(Path(__file__).resolve().parent.parent / "engine" / "migrations"))


def _next_year() -> None:
    """Periods reach into a year whose notice is not out yet: a real house waits for it, a demo assumes the holidays."""
    year = local(now()).year + 1
    if calendar.current().published(year):
        return
    festivals = holidays.country_holidays("CN", years=year, language="zh_CN").items()
    days = {day: calendar.Override(False, True, f"{name}（演示假定）") for day, name in festivals if day.year == year}
    calendar.load(year, days, source="演示假定，以国务院办公厅通知为准", author="demo")


def _people() -> None:
    known = set(db.session.scalars(select(accounts.User.username)))
    number = count()
    wanted = [(name, organisation.OFFICE, roles, display) for name, (roles, display) in HOTLINE_OFFICE.items()]
    for unit in organisation.units():
        if unit.kind in HANDLING:
            wanted += [
                (f"{name}-{unit.code}", unit.code, roles, _name(next(number))) for name, roles in UNIT_STAFF.items()
            ]
        if unit.kind == "section":
            wanted.append((f"section-{unit.code}", unit.code, ("section", "reviewer"), _name(next(number))))
    for unit in organisation.units():
        if unit.kind in HANDLING:  # named last: whoever joins them takes nobody's name
            wanted.append((f"reviewer-{unit.code}", unit.code, ("reviewer",), _name(next(number))))
    accounts.create_many([person for person in wanted if person[0] not in known], PASSWORD)


def _name(number: int) -> str:
    return SURNAMES[number % len(SURNAMES)] + GIVEN[number % len(GIVEN)]


def _orders(wanted: Callable[[float], bool]) -> None:
    """The sample, received during the last days as seen from now."""
    with ORDERS.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            hours = float(row.pop("hours_ago"))
            if not wanted(hours):
                continue
            received = now() - timedelta(hours=hours)
            orders.register(
                {**row, "ext_no": f"DEMO-{number:03}", "received_at": received}, source="12345", actor="import"
            )


def _work() -> None:
    """Let made-up colleagues do some tasks; what they cannot do stays for the visitor."""
    dice = random.Random(12345)
    by_role = _who_does_what()
    visited = set(db.session.scalars(select(Order.order_no).where(Order.district == VISITED)))  # dispatched first
    for _ in range(STEPS):
        ready = select(UserTask).where(UserTask.status == "ready").order_by(UserTask.id)
        waiting = _without_the_visitors(list(db.session.scalars(ready)))
        if not waiting:
            return
        first = [task for task in waiting if task.instance.business_key in visited]
        task = first[0] if first else dice.choice(waiting)
        _do(task, by_role, dice)


def _do(
    task: UserTask,
    by_role: Mapping[tuple[str | None, str | None], str],
    dice: random.Random,
    sure: staff.Habits | None = None,
) -> bool:
    """A made-up colleague does a task; False when there is none, or not every made-up answer fits the form. `sure`:
    what they answer rather than what chance has."""
    actor = by_role.get((task.role, task.unit)) or by_role.get((task.role, None))
    if actor is None:
        return False
    try:
        schema = tasks.schema(task.id)
        data = json.loads(task.data)
        values = staff.fill(schema, data, _habits(data) | (sure or {}), dice) if schema else {}
        tasks.complete(task.id, values, actor=actor)
    except BanjieError:
        db.session.rollback()
        return False
    return True


def _bulletins() -> None:
    """Last month's is published, this month's stands as it is counted so far."""
    month = local(now()).date().replace(day=1)
    last = freezing.take(f"{month - timedelta(days=1):%Y-%m}", actor="coordinator")
    signer = HOTLINE_OFFICE["ho-leader"][1]
    freezing.publish(last.id, {"features": "演示数据：系统启用当月，工单不多。"}, signed_by=signer, public=False)
    freezing.take(f"{month:%Y-%m}", actor="coordinator")


def _without_the_visitors(waiting: list[UserTask]) -> list[UserTask]:
    """The tasks for made-up colleagues: in the unit of the shown accounts a few of each role stay for the visitor."""
    left = Counter((task.role, task.unit) for task in waiting)
    return [
        task for task in waiting if task.unit != VISITED or left[task.role, task.unit] > LEFT.get(task.role or "", 0)
    ]


def _habits(data: dict[str, Any]) -> staff.Habits:
    """As in the simulated year, but people mostly leave what the form already says."""
    told = {key: {value: 300.0} for key, value in data.items() if isinstance(value, str)}
    order = db.session.scalar(select(Order).where(Order.order_no == data.get("order_no")))
    heard = (
        {"natures": {sample.NATURES.get(order.nature_hint, "咨询"): 300.0}, "domain": _domain(order)} if order else {}
    )
    unit = {"handling_unit": {data.get("suggested_unit") or data.get("district"): 300.0}}
    return sample.HABITS | heard | unit | told


def _domain(order: Order) -> dict[str, float]:
    """What the order is about: the field of safety its words touch, else the rights of consumers."""
    touched = next((domain for domain, tag in SAFETY_OF_DOMAIN.items() if tag == order.safety_tag), "消费权益")
    return {order.domain or touched: 300.0}


def _claim() -> None:
    """The accounts shown have something on their desk."""
    for user in (user for user in shown_accounts() if user.username not in FREE):
        rows = hotline.worklist(as_viewer(user), scope="unit").rows
        for row in rows[:3]:
            tasks.claim(row.task_id, actor=user.username)


def _apply() -> None:
    """One of the handlers shown asks for more time: the page of extensions has something to show."""
    for viewer in map(as_viewer, shown_accounts()):
        if viewer.unit != VISITED:
            continue
        for number in db.session.scalars(select(Order.order_no).where(access.visible_orders(viewer)).limit(20)).all():
            for offer in actions.offered(number, viewer):
                if offer.action.name == "extend":
                    opened = actions.begin("extend", number, offer.matter_no, viewer)
                    actions.take(opened, ASKED, viewer, key=f"demo extend {offer.matter_no}")
                    return


def _who_does_what() -> dict[tuple[str | None, str | None], str]:
    """A user for each role in each unit, and for each role anywhere."""
    found: dict[tuple[str | None, str | None], str] = {}
    for user in accounts.colleagues(None):
        for role in user.role_names:
            found.setdefault((role, user.unit), user.username)
            found.setdefault((role, None), user.username)
    return found
