"""The demo's cases that began weeks ago: two are overdue, two near their end, so that late work can be seen and done.

They pass in virtual time, so that their clocks, histories and due times are those of cases that took as long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from engine import clock, jobs
from engine.db import db
from engine.hotline import deadlines, orders, queries, reminders, staff
from engine.models import UserTask

CLERK = "clerk"  # registered them, and is told when they are late
STEP = timedelta(hours=2)  # of working time, from one task to the next
MOST = 12  # tasks of one case until it must be where it stops
WEEKS = timedelta(days=45)  # past every clock of the hotline, and before the sixty days of mediation
NEAR = "C08"  # the clock that two of them are near the end of

Do = Callable[[UserTask, staff.Habits], bool]
FOUND: staff.Habits = {"fact_finding": {"属实": 300.0}}  # else a review stands before the signature


@dataclass(frozen=True, slots=True)
class Late:
    """A case: the element of the complaint it stops before, and whether it is overdue or only near its end."""

    stops: str
    overdue: bool
    fields: dict[str, str]


CASES = (
    Late("mediate", True, {
        "subject": "洗衣店洗坏羽绒服，赔偿迟迟谈不拢", "target_name": "洁净洗衣（川沙店）", "amount": "1200",
        "content": "羽绒服送洗后严重缩水变色，店方承认责任，但赔偿金额一直谈不拢。", "request": "按购买价赔偿",
    }),
    Late("approve_report", True, {
        "subject": "家具店延期交货且不退定金", "target_name": "宜居家具（张江店）", "amount": "5000",
        "content": "订购的沙发约定一个月内送货，已超过两个月仍未送货，要求退定金被拒。", "request": "退还定金",
    }),
    Late("check_material", False, {
        "subject": "网购跑步机故障，卖家不上门维修", "target_name": "动力健身器材", "amount": "2999",
        "content": "跑步机使用一周后电机异响，卖家要求自费寄回检测，不愿上门。", "request": "退货退款",
    }),
    Late("decide_acceptance", False, {
        "subject": "电动车以旧充新", "target_name": "捷风电动车（惠南店）", "amount": "3600",
        "content": "购买的新车电池有明显使用痕迹，出厂日期为两年前，店方不承认。", "request": "退一赔三",
    }),
)  # fmt: skip


def enter(do: Do, district: str) -> None:
    """Register them and let colleagues do their tasks up to where each stops; then tell whom their clocks concern."""
    for number, case in enumerate(CASES, 1):
        begun = clock.now() - WEEKS if case.overdue else _near()
        person = {"name": f"市民{number}", "phone": f"1390000010{number}", "district": district}
        fields = {**case.fields, **person, "ext_no": f"DEMO-LATE-{number}", "received_at": begun}
        with clock.virtual(begun) as hand:
            order_no = orders.register(fields, source="12345", actor=CLERK).order_no
            for _ in range(MOST):
                task = _next(order_no)
                hand.move_to(staff.working_time_after(clock.now(), STEP))
                if task is None or task.element == case.stops or not do(task, FOUND):
                    break
                jobs.run_due()  # letters are of the day they were written
    while reminders.raise_due():
        pass


def _next(order_no: str) -> UserTask | None:
    db.session.rollback()
    query = select(UserTask).where(queries.of_case(order_no), UserTask.ended.is_(None))
    return db.session.scalars(query.order_by(UserTask.id).limit(1)).first()


def _near() -> datetime:
    """The latest instant from which the clock has passed 80 % by now, and is not over."""
    now = clock.now()
    for hours in range(24, 24 * 30, 3):
        begun = now - timedelta(hours=hours)
        found = deadlines.deadline(NEAR, begun)
        if found.thresholds[1].at <= now < found.operational:
            return begun
    return now - timedelta(days=7)
