"""Every row of every scenarios.csv, and the promise that any sensible answers lead every process to an end."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import clock
from engine.scenarios import elements, judge
from tests.processes import play

DIAGRAMS = sorted(play.ROOT.glob("processes/*/*.bpmn"))
NAMES = [path.stem for path in DIAGRAMS]


def _returned(dice: random.Random) -> dict[str, Any]:
    result = dice.choice(("改派", "不同意", "退回市热线"))
    return {"return_result": result, "unit": "310104", "return_count": 1, "return_bound": True}


# message -> what it may say; the others say nothing
ANSWERS: dict[str, Callable[[random.Random], dict[str, Any]]] = {
    "return.decided": _returned,
    "call.declined": lambda dice: {"reason": dice.choice(("占线", "拒接", "离岗"))},
}


@pytest.mark.parametrize("scenario", play.scenarios(), ids=str)
def test_a_scenario_goes_its_expected_way(scenario: play.Scenario) -> None:
    assert judge(scenario, play.play(scenario)) == []


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=NAMES)
def test_the_scenarios_walk_every_element_and_every_flow(diagram: Path) -> None:
    walked: set[str] = set()
    for scenario in play.scenarios():
        if scenario.process == diagram.stem:
            walked |= set(play.play(scenario).path)
    assert set(elements(diagram.read_bytes())[diagram.stem]) - walked == set()


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("diagram", DIAGRAMS, ids=NAMES)
def test_any_sensible_answers_reach_an_end(diagram: Path, seed: int) -> None:
    dice = random.Random(f"{diagram.stem} {seed}")
    start, usual = next((s.start, s.usual) for s in play.scenarios() if s.process == diagram.stem)
    program = play.programs(diagram.parent)[diagram.stem]
    begins = start.get("dispatched_at")
    with clock.virtual(datetime.fromisoformat(begins) if begins else play.MORNING) as hand:
        case = play.Case(program, dict(start), hand, play.dice_fill(dice))
        for _ in range(play.LIMIT):
            if case.completed:
                break
            if dice.random() < 0.2:
                case.pass_time(timedelta(days=dice.randrange(9)))
            elif case.tasks:
                task = dice.choice(case.tasks)
                case.answer(task, {}, usual.get(task.element) if task.kind == "job" else None)
            elif told := [wait for wait in case.waits.values() if wait.kind in ("message", "signal")]:
                wait = dice.choice(told)
                name = wait.name or ""
                case.tell(name, ANSWERS[name](dice) if name in ANSWERS else usual.get(name, {}), wait.kind)
            else:
                case.pass_time(timedelta(days=1))
        assert case.completed, f"still at {[w.element for w in case.waits.values()]}"
