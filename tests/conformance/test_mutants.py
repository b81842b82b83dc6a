"""A few hundred mutants at every run, and the proof that the judge sees what it looks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import bpmn
from engine.gate import rules
from tests.engine.gate.draw import FORM_FILE, end, flow, gateway, line, one, start, through, user

from . import mutants, verdicts
from .seeds import Seeds

FORM = {"forms/note.json": FORM_FILE}
GOOD = {"case.bpmn": through(user()), **FORM}
ENDLESS = one(start(), gateway("exclusive", "g"), user("a"), user("b"), gateway("parallel", "j"), end(), flow("s", "g"),
              flow("g", "a", "true"), flow("g", "b", "false"), line("a", "j", "e"), line("b", "j"))  # fmt: skip


@pytest.mark.slow
def test_the_gate_and_the_engine_agree_on_mutants_and_nothing_breaks(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(mutants, "BUILD", tmp_path)
    figures = mutants.run(700, seed=20261125, suites=None)
    assert (figures["defects"], figures["killed"]) == ({}, 0)
    assert figures["ends"]["completed"] > 70 and figures["ends"]["refused"] > 200


def test_a_mutant_is_the_same_whenever_it_is_made() -> None:
    first, second = Seeds(), Seeds()
    assert all(mutants.mutant(first, 7, index) == mutants.mutant(second, 7, index) for index in range(40))
    files, steps = mutants.mutant(first, 7, 3)
    assert mutants.mutant(first, 7, 3, keep=list(range(len(steps))))[0] == files


def test_the_page_is_told_how_many_passed_were_played_and_how_memory_went() -> None:
    ends = {"refused": 700, "completed": 250, "waiting": 45, "defect": 5}
    figures = {"mutants": 1_000, "ends": ends, "defects": {"hangs": 5}, "megabytes": [90, *range(101, 120)]}
    assert mutants.told(figures) == "995 of 1,000 (295 played, 102 MB early on and 119 MB at the end)"
    assert mutants.told({**figures, "megabytes": []}) == "995 of 1,000 (295 played)"


def test_a_good_bundle_plays_to_its_end_and_a_bad_one_is_refused() -> None:
    assert verdicts.judge(GOOD, 1) | {"memory": 0} == {"end": "completed", "defects": [], "rules": [], "memory": 0}
    refused = verdicts.judge({"case.bpmn": ENDLESS, **FORM}, 1)
    assert (refused["end"], refused["defects"]) == ("refused", []) and "deadlock" in refused["rules"]


def test_a_rule_that_breaks_is_a_defect(monkeypatch) -> None:
    monkeypatch.setattr(rules.limits, "check", lambda bundle: [][0])
    assert any(defect.startswith("gate-fault") for defect in verdicts.judge(GOOD, 1)["defects"])


def test_an_engine_that_breaks_is_a_defect(monkeypatch) -> None:
    monkeypatch.setattr(bpmn, "load", lambda files, **names: {}["missing"])
    assert any(defect.startswith("engine-refuses") for defect in verdicts.judge(GOOD, 1)["defects"])


def test_a_case_that_stands_still_though_nobody_said_so_is_a_defect(monkeypatch) -> None:
    for rule in (rules.soundness, rules.expressions, rules.gateways):
        monkeypatch.setattr(rule, "check", lambda bundle: [])
    said = verdicts.judge({"case.bpmn": ENDLESS, **FORM}, 1)
    assert said["defects"] == ["stands still at ['parallelGateway']"]


def test_a_fault_of_the_engine_is_told_from_one_of_the_data(monkeypatch) -> None:
    def breaks(instance, token, submission):
        raise bpmn.execution.errors.DiagramFault("a", "a failed") from KeyError("a mistake of ours")

    monkeypatch.setattr(bpmn, "complete", breaks)
    assert verdicts.judge(GOOD, 1)["defects"] == ["fails while it plays: KeyError('a mistake of ours')"]


def test_a_worker_that_hangs_or_dies_is_a_defect_and_another_takes_over(monkeypatch) -> None:
    monkeypatch.setattr(mutants, "SECONDS", 0.0)
    monkeypatch.setattr(mutants, "PATIENCE", 30.0)
    worker = mutants.Worker(1, None)
    try:
        worker.process.kill()
        assert worker.ask({"index": 1})["defects"] == ["dies (-9)"]
        assert worker.killed == 1 and worker.process.poll() is None
    finally:
        worker.close()
