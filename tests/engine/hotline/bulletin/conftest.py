"""A little bureau with a month behind it: every number of its bulletin can be counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask

from engine.db import transaction
from engine.hotline import organisation
from engine.hotline.models import ClockRun, Defect, Matter, Order, Survey

DAY = datetime(2026, 5, 11, 2, tzinfo=UTC)
MINHANG, PUDONG, STATION = "310112", "310115", "310115-01"


@pytest.fixture
def bureau(app: Flask) -> Flask:
    organisation.seed()
    return app


@pytest.fixture
def matter(bureau: Flask) -> Callable[..., str]:
    """`matter(unit, "投诉", result="实际解决", late=True)`: a matter with its order and the clock it was handled by."""
    numbers = count(1)

    def add(
        unit: str = PUDONG,
        nature: str = "投诉",
        *,
        at: datetime = DAY,
        days: int | None = 3,
        late: bool = False,
        answer: str | None = None,
        defect: str | None = None,
        order: dict[str, Any] | None = None,
        **found: Any,
    ) -> str:
        number = next(numbers)
        order_no, matter_no = f"SH20260511-{number:06}", f"SH20260511-{number:06}-1"
        closed = None if days is None else at + timedelta(days)
        due = at + timedelta(1 if late else 7)
        run = {"instance_id": number, "seq": 1, "business_key": matter_no, "order_no": order_no, "rule_version": 121}
        run |= {"started": at, "trace": "{}", "unit": unit}
        with transaction() as session:
            session.add(
                Order(
                    id=number, order_no=order_no, source="12345", channel="电话", nature_hint=nature, priority=1,
                    subject="健身房关门", unit="HO", rule_version=121, received_at=at, registered_at=at,
                    registered_by="clerk", content=b"", **(order or {}),
                )
            )  # fmt: skip
            session.add(
                Matter(
                    matter_no=matter_no, order_no=order_no, instance_id=number, process="complaint", nature=nature,
                    unit=unit, rule_version=121, received_at=at, dispatched_at=at,
                    state="in_progress" if closed is None else "closed", closed_at=closed, **found,
                )
            )  # fmt: skip
            state = "running" if closed is None else "stopped"
            kept = None if closed is None else closed < due
            session.add(ClockRun(code="C03", due=due, state=state, stopped=closed, kept=kept, **run))
            contact = at + timedelta(hours=3)
            session.add(ClockRun(code="C01", due=at + timedelta(1), state="stopped", stopped=contact, kept=True, **run))
            if answer:
                session.add(
                    Survey(
                        instance_id=number, seq=1, matter_no=matter_no, unit=unit, reached="接通", satisfaction=answer,
                        at=at + timedelta(4),
                    )
                )  # fmt: skip
            if defect:
                session.add(
                    Defect(
                        instance_id=number, seq=1, number=0, matter_no=matter_no, unit=unit, kind=defect, rule="R1",
                        at=at + timedelta(3),
                    )
                )  # fmt: skip
        return matter_no

    return add


@pytest.fixture
def month(matter: Callable[..., str]) -> None:
    """May 2026: two bureaus with full figures, an agency, a section, an anonymous tip-off."""
    for _ in range(3):
        matter(MINHANG, result="实际解决", fact_finding="属实", contacted="已联", answer="满意")
    matter(PUDONG, result="实际解决", fact_finding="属实", contacted="已联", answer="基本满意")
    matter(
        STATION,
        result="解释说明",
        fact_finding="不属实",
        contacted="未联",
        answer="不满意",
        late=True,
        defect="勾选不准确",
    )
    matter(PUDONG, days=None, late=True, returned=2)
    matter(PUDONG, "举报", order={"anonymous": True}, days=None)
    matter("BIZ-DJ", "咨询")
    matter("YJ", "投诉")
    matter(PUDONG, at=DAY - timedelta(60), days=30)  # April's, and closed before May
