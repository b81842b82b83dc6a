"""The monthly second look draws from the month before and counts each flaw once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from engine import clock, errors
from engine.clock import SHANGHAI
from engine.db import db, transaction
from engine.hotline import resampling
from engine.hotline.models import Defect, Matter
from tests.engine.hotline.test_projections import World

NOW = datetime(2026, 6, 3, 1, tzinfo=UTC)


@pytest.fixture
def world(app: Flask) -> World:
    """Six matters; all but two were closed in May with a report."""
    world = World()
    for number in range(1, 7):
        world.follow(world.started(number), world.ended(number))
    with transaction() as session:
        for matter in session.scalars(select(Matter)):
            day = {5: datetime(2026, 4, 30, 15, 59, tzinfo=UTC), 6: None}.get(
                matter.instance_id, datetime(2026, 5, 10, tzinfo=UTC) + timedelta(days=matter.instance_id)
            )
            matter.closed_at, matter.result = day or datetime(2026, 5, 31, 16, tzinfo=UTC), "实际解决"
    return world


def draw(**how: int) -> list[str]:
    with clock.virtual(NOW.astimezone(SHANGHAI)):
        return [report["matter_no"] for report in resampling.sample_reports(how, 1)["reports"]]


def test_reports_of_the_month_before_are_drawn_in_the_order_of_closing(world: World) -> None:
    number = world.order_no
    assert draw(step=1, limit=9) == [f"{number}-C{n}" for n in (1, 2, 3, 4)]
    assert draw(step=2, limit=9) == [f"{number}-C1", f"{number}-C3"]
    assert draw(step=1, limit=2) == [f"{number}-C1", f"{number}-C2"]
    with pytest.raises(errors.Invalid):
        draw(step=0, limit=1)


def test_a_flaw_is_counted_once_for_a_job_that_is_repeated(world: World) -> None:
    flaw = {"matter_no": f"{world.order_no}-C2", "kind": "勾选不准确"}
    for job in (8_000_000_000, 8_000_000_000, 9_000_000_000):
        resampling.note_defect(flaw, job)
    found = db.session.execute(select(Defect.kind, Defect.unit, Defect.rule)).all()
    assert [tuple(row) for row in found] == [("勾选不准确", "310104", "SAMPLE")] * 2


def test_what_is_no_defect_or_no_matter_is_refused(world: World) -> None:
    with pytest.raises(errors.Invalid):
        resampling.note_defect({"matter_no": f"{world.order_no}-C2", "kind": "字丑"}, 1)
    with pytest.raises(errors.NotFound):
        resampling.note_defect({"matter_no": "SH0-C1", "kind": "勾选不准确"}, 1)
