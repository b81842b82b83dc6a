"""Frozen counts stay; what differs later is a new version that says so; on both databases."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from engine import clock, errors
from engine.db import db, transaction
from engine.hotline.bulletin import freezing
from engine.hotline.bulletin.freezing import Correction
from engine.hotline.bulletin.models import Bulletin
from tests.engine.hotline.bulletin.conftest import DAY, PUDONG


@pytest.fixture(autouse=True)
def june():
    with clock.virtual(DAY + timedelta(30)):
        yield


def test_the_same_counts_are_the_same_version(bureau, month) -> None:
    first = freezing.take("2026-05", actor="ann")
    again = freezing.take("2026-05", actor="bob", reason="another look")
    assert (first.id, first.version) == (again.id, again.version) and again.version == 1
    assert freezing.whole(first) and len(first.sha256) == 64


def test_what_changed_since_is_a_new_version_that_names_it(bureau, month, matter) -> None:
    first = freezing.take("2026-05", actor="ann").id
    text = freezing.get(first).counts
    matter(PUDONG, "举报", days=None)
    second = freezing.take("2026-05", actor="ann", reason="漏登一件")
    assert (second.version, second.reason) == (2, "漏登一件")
    changes = {change["what"]: (change["before"], change["after"]) for change in orjson.loads(second.changes)}
    assert changes["all.handled"] == (9, 10)
    assert changes[f"units.{PUDONG}.tally.handled"] == (4, 5)
    assert freezing.get(first).counts == text and freezing.whole(freezing.get(first))


def test_a_correction_moves_the_unit_and_the_whole_and_holds_on(bureau, month, matter) -> None:
    first = freezing.take("2026-05", actor="ann")
    corrected = freezing.correct(
        first.id, [Correction(PUDONG, "in_time", 2, "系统故障一日")], actor="ann", reason="单位异议"
    )
    found = orjson.loads(corrected.counts)
    assert (found["units"][PUDONG]["tally"]["in_time"], found["all"]["in_time"]) == (2, 7)
    assert corrected.version == 2
    matter(PUDONG, days=None)
    third = orjson.loads(freezing.take("2026-05", actor="ann").counts)
    assert third["units"][PUDONG]["tally"]["in_time"] == 2 and third["all"]["handled"] == 10
    assert [c["reason"] for c in third["corrections"]] == ["系统故障一日"]


def test_the_same_step_asks_twice_and_gets_one_version(bureau, month, matter) -> None:
    first = freezing.take("2026-05", actor="ann", job_id=7).id
    matter(PUDONG)
    assert freezing.take("2026-05", actor="ann", job_id=7).id == first
    assert db.session.query(Bulletin).count() == 1


def test_a_published_version_takes_no_other_text(bureau, month) -> None:
    number = freezing.take("2026-05", actor="ann").id
    freezing.publish(number, {"practices": "甲"}, signed_by="chief", public=True)
    freezing.publish(number, {"practices": "乙"}, signed_by="other", public=False)
    found = freezing.get(number)
    assert (orjson.loads(found.texts), found.signed_by, found.public) == ({"practices": "甲"}, "chief", True)
    assert freezing.newest("2026-05", published=True).id == number


def test_a_published_version_is_followed_by_another_when_there_is_a_reason(bureau, month) -> None:
    number = freezing.take("2026-05", actor="ann").id
    freezing.publish(number, {"practices": "甲"}, signed_by="chief", public=True)
    assert freezing.take("2026-05", actor="ann").id == number
    again = freezing.take("2026-05", actor="ann", reason="文字有误")
    assert (again.version, again.published_at, orjson.loads(again.changes)) == (2, None, [])


def test_tampering_shows(bureau, month) -> None:
    number = freezing.take("2026-05", actor="ann").id
    with transaction() as session:
        row = session.get(Bulletin, number)
        row.counts = row.counts.replace('"handled":9', '"handled":8', 1)
    assert not freezing.whole(freezing.get(number))


def test_what_has_not_begun_and_what_is_not_counted_are_refused(bureau, month) -> None:
    with pytest.raises(errors.Invalid):
        freezing.take("2099", actor="ann")
    number = freezing.take("2026-05", actor="ann").id
    for unit, figure in ((PUDONG, "mood"), ("nowhere", "handled")):
        with pytest.raises(errors.Invalid):
            freezing.correct(number, [Correction(unit, figure, 1, "")], actor="ann", reason="")
    with pytest.raises(errors.NotFound):
        freezing.get(10**6)
