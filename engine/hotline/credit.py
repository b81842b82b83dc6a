"""What the credit supervision is fed with 信用监管: filed and decided cases of each trader. No word of who informed.

A case is filed in this house (tipoff#decide_filing); what the case system decides in it comes by the message
`case.decided` (correlation: the matter's number) and is kept here: no instance waits for it any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from engine import clock
from engine.db import db, transaction
from engine.errors import FormInvalid, NotFound
from engine.hotline.models import CaseDecision, Matter, Order

DECIDED = "case.decided"  # the message
FILED = "立案"
DECISIONS = ("行政处罚", "不予行政处罚", "撤销案件", "移送司法机关")


@dataclass(frozen=True, slots=True)
class CreditCase:
    """A case against a trader. The last four are empty until the case is decided."""

    name: str | None
    uscc: str | None
    matter_no: str
    unit: str | None
    domain: str | None
    filed_at: datetime
    case_no: str | None = None
    decision: str | None = None
    document_no: str | None = None
    decided_at: datetime | None = None


def feed(first: date, last: date) -> list[CreditCase]:
    """Cases that were filed or decided in these days, by trader. Of who has no name nothing is told."""
    start, end = (clock.midnight(day) for day in (first, last + timedelta(1)))
    columns = (
        Order.target_name.label("name"), Order.target_uscc.label("uscc"), Matter.matter_no, Matter.unit,
        Order.domain, Matter.filed_at, CaseDecision.case_no, CaseDecision.decision,
        CaseDecision.document_no, CaseDecision.decided_at,
    )  # fmt: skip
    filed = select(Matter.matter_no).where(Matter.filed_at >= start, Matter.filed_at < end)
    ended = select(CaseDecision.matter_no).where(CaseDecision.decided_at >= start, CaseDecision.decided_at < end)
    query = (
        select(*columns)
        .join(Order, Order.order_no == Matter.order_no)
        .outerjoin(CaseDecision, CaseDecision.matter_no == Matter.matter_no)
        .where(Matter.matter_no.in_(filed.union(ended)), Matter.file_decision == FILED)
        .where(or_(Order.target_name.is_not(None), Order.target_uscc.is_not(None)))
        .order_by(Order.target_uscc, Order.target_name, Matter.filed_at, Matter.matter_no)
    )
    return [CreditCase(**row) for row in db.session.execute(query).mappings()]


def by_trader(cases: list[CreditCase]) -> dict[tuple[str | None, str | None], list[CreditCase]]:
    """(unified social credit code, name) -> its cases."""
    found: dict[tuple[str | None, str | None], list[CreditCase]] = {}
    for case in cases:
        found.setdefault((case.uscc, case.name), []).append(case)
    return found


def decided(matter_no: str, said: dict[str, Any]) -> int:
    """Note what the case system decided; the same again changes nothing. Returns the matter's instance.

    Raises NotFound (no such matter, or no case was filed in it) and FormInvalid.
    """
    wrong: dict[str, tuple[str, str]] = {}
    case_no, document_no = (str(said.get(name) or "").strip() for name in ("case_no", "document_no"))
    if not 1 <= len(case_no) <= 200:
        wrong["case_no"] = ("请填写案号", "is missing")
    if said.get("decision") not in DECISIONS:
        wrong["decision"] = (f"应为：{'、'.join(DECISIONS)}", f"must be one of {', '.join(DECISIONS)}")
    try:
        at = clock.aware(datetime.fromisoformat(str(said.get("decided_at"))))
    except ValueError:
        wrong["decided_at"] = ("决定时间应为 ISO 8601", "must be an ISO 8601 time")
    if wrong:
        en = {key: [f"{key} {english}"] for key, (_zh, english) in wrong.items()}
        raise FormInvalid({key: [zh] for key, (zh, _en) in wrong.items()}, "; ".join(v[0] for v in en.values()), en=en)
    with transaction() as session:
        matter = session.get(Matter, matter_no)
        if matter is None or matter.file_decision != FILED:
            raise NotFound(f"no case was filed in {matter_no}", zh=f"事项 {matter_no} 没有立案")
        values = {
            "case_no": case_no,
            "decision": said["decision"],
            "document_no": document_no or None,
            "decided_at": at,
        }
        known = session.get(CaseDecision, matter_no)
        if known is None or any(getattr(known, name) != value for name, value in values.items()):
            session.merge(CaseDecision(matter_no=matter_no, told_at=clock.now(), **values))
        return matter.instance_id
