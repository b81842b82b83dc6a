"""Precision and recall on real messages, against pairs that a person has read and labelled.

The messages are not part of this project, only their numbers and the labels are (how: docs/mass-incidents.md). Put the
file's path into BANJIE_MESSAGES to run this.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from engine.hotline.incidents_mass import replay

PAIRS = Path(__file__).with_name("pairs.csv")
MESSAGES = os.environ.get("BANJIE_MESSAGES")


def pairs() -> list[dict[str, str]]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def measured(groups: list[list[str]], chosen: list[dict[str, str]]) -> tuple[float, float]:
    """Precision and recall: a pair is called the same when detection has put both into one group."""
    where = {number: index for index, group in enumerate(groups) for number in group}
    hits = sum(pair["same"] == "1" for pair in chosen if _together(where, pair))
    called = sum(_together(where, pair) for pair in chosen)
    return hits / called, hits / sum(pair["same"] == "1" for pair in chosen)


def _together(where: dict[str, int], pair: dict[str, str]) -> bool:
    return pair["one"] in where and where[pair["one"]] == where.get(pair["other"])


def test_there_are_enough_labels_of_both_kinds() -> None:
    labels = [pair["same"] for pair in pairs()]
    assert len(labels) >= 300 and 100 <= labels.count("1") <= len(labels) - 100
    assert len({(pair["one"], pair["other"]) for pair in pairs()}) == len(labels)


@pytest.mark.slow
@pytest.mark.skipif(not MESSAGES, reason="BANJIE_MESSAGES does not name the file of real messages")
def test_detection_agrees_with_the_reader() -> None:
    report = replay.run(replay.read(Path(str(MESSAGES))))
    everything = measured(report.groups, pairs())
    held_out = measured(report.groups, [pair for pair in pairs() if pair["half"] == "held out"])
    assert everything[0] >= 0.9 and everything[1] >= 0.85, everything
    assert held_out[0] >= 0.9 and held_out[1] >= 0.8, held_out
    largest = [incident.people for incident in report.incidents][:2]
    assert largest == [52, 52]
