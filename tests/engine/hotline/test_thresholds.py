"""The points of a clock, as data."""

from __future__ import annotations

import csv
from datetime import datetime
from typing import Any

import pytest

from engine.clock import SHANGHAI
from engine.hotline import clock_runs, clocks, roles, thresholds
from engine.registry import ROLES


def run(code: str, started: str, **more: Any) -> dict[str, Any]:
    begin = datetime.fromisoformat(started).replace(tzinfo=SHANGHAI)
    row = {
        "code": code, "started": begin, "rule_version": 121, "restarted": None, "state": "running",
        "pauses": "[]", "extensions": "[]", "reached": 0,
    }  # fmt: skip
    return row | clock_runs.count(row) | more


def points(row: dict[str, Any]) -> dict[int, str]:
    return {step.level: f"{step.at.astimezone(SHANGHAI):%m-%d %H:%M}" for step in thresholds.steps(row)}


def test_the_points_of_a_clock_of_working_days() -> None:
    """E7: five working days over the National Day of 2025."""
    assert points(run("C03", "2025-09-26T17:30")) == {
        50: "09-30 09:00", 80: "10-09 09:00", 100: "10-10 17:30", 999: "10-11 00:00", 1001: "10-11 17:30",
        1003: "10-14 17:30",
    }  # fmt: skip


def test_a_point_that_has_been_told_is_not_next() -> None:
    row = run("C03", "2026-05-11T10:00")
    assert thresholds.next_at(row) == row["warn_at"]
    assert thresholds.next_at(row | {"reached": 80}) == row["operational"]
    assert thresholds.next_at(row | {"reached": 1003}) is None
    assert thresholds.next_at(row | {"state": "paused"}) is None


def test_a_clock_without_an_end_has_no_points() -> None:
    assert thresholds.steps(run("C10", "2026-12-25T10:00")) == []


def test_points_in_a_year_without_notice_are_left_out() -> None:
    assert 1003 not in points(run("C01", "2026-12-30T10:00"))


def test_statutory_clocks_end_in_a_breach_record_and_mediation_opens_no_supervision() -> None:
    assert [effect.name for effect in thresholds.effects_of("C08")[thresholds.LEGAL]] == ["违限"]
    assert [effect.name for effect in thresholds.effects_of("C12")[thresholds.LEGAL]] == ["违限"]
    assert 100 not in thresholds.effects_of("C10") and 50 in thresholds.effects_of("C10")
    assert not thresholds.effects_of("C22")


def test_every_row_names_a_clock_roles_and_its_source() -> None:
    assert roles  # registers them
    with thresholds.FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            assert row["clock"] == "*" or row["clock"] in clocks.CODES, row
            assert set(row["to"].split()) <= ROLES.keys() and row["source"], row
            assert bool(row["to"]) == (row["effect"] != "-"), row


@pytest.mark.parametrize("point", ["70%", "50", "+", "later"])
def test_an_unknown_point_is_refused(point: str) -> None:
    with pytest.raises(ValueError):
        thresholds.level_of(point)


def test_every_source_names_a_document_or_says_that_there_is_none() -> None:
    with thresholds.FILE.open(encoding="utf-8", newline="") as lines:
        sources = [row["source"] for row in csv.DictReader(lines)]
    bases = [each.article for each in clocks.CATALOGUE]
    for said in (*sources, *bases):
        assert said.count("内控") == said.count(clocks.HOUSE), said
        assert "热线工作要求" not in said
