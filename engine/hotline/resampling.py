"""The monthly second look at closed reports: which ones, and what was found (办理报告质量审核, 月度抽检)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from engine import clock, errors, registry
from engine.db import db, transaction
from engine.hotline.models import Defect, Matter, Order

NATURES = ("complaint", "tipoff")  # processes whose closing reports are reviewed
KINDS = ("勾选不准确", "报告不规范", "不属实失实")
RULE = "SAMPLE"


@registry.connector(
    "sample_reports", "抽取上月办结报告（step 每几件抽一件，limit 上限）", "Draw last month's closing reports"
)
def sample_reports(payload: dict[str, Any], job_id: int) -> dict[str, Any]:
    """Every n-th matter closed in the month before, in the order of closing: who draws again draws the same."""
    step, limit = int(payload["step"]), int(payload["limit"])
    if step < 1 or limit < 1:
        raise errors.Invalid("step and limit must be at least 1", zh="每几件和上限都应不小于 1")
    until = clock.local(clock.now()).replace(day=1)
    since = (until - timedelta(days=1)).replace(day=1)
    query = (
        select(Matter.matter_no, Matter.unit, Order.subject)
        .join(Order, Order.order_no == Matter.order_no)
        .where(Matter.process.in_(NATURES), Matter.state == "closed", Matter.result.is_not(None))
        .where(Matter.closed_at >= clock.midnight(since.date()), Matter.closed_at < clock.midnight(until.date()))
        .order_by(Matter.closed_at, Matter.matter_no)
    )
    closed = db.session.execute(query).all()
    return {"reports": [dict(row._mapping) for row in closed[::step]][:limit]}


@registry.connector("note_defect", "记一项报告缺陷（matter_no kind）", "Note a defect of a report")
def note_defect(payload: dict[str, Any], job_id: int) -> dict[str, Any]:
    """A defect found by the second look, once for each job."""
    kind, number = str(payload["kind"]), str(payload["matter_no"])
    if kind not in KINDS:
        raise errors.Invalid(f"{kind} is no kind of defect", zh=f"没有“{kind}”这类缺陷")
    with transaction() as session:
        matter = session.get(Matter, number)
        if matter is None:
            raise errors.NotFound(f"there is no matter {number}", zh=f"没有事项 {number}")
        if session.get(Defect, (job_id, 0, 0)) is None:  # no event of an instance tells of it, but this job
            session.add(
                Defect(
                    instance_id=job_id, seq=0, number=0, matter_no=number, unit=matter.unit, kind=kind, rule=RULE,
                    at=clock.now(),
                )
            )  # fmt: skip
    return {}
