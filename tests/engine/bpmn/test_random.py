"""Random processes do what the oracle says, and the oracle finds an engine that does not.

Hypothesis grows the processes, so that one unlike the oracle is shrunk; `make soak-oracle` plays 10,000 by seed.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import clock, gate
from engine.bpmn.elements.boundary import BoundaryEvent
from engine.bpmn.elements.joins import ParallelJoin
from engine.bpmn.elements.throwing import Throwing

from .conftest import NOON
from .oracle import blocks as b
from .oracle.beside import Choose, Drawn, play, rarest
from .oracle.grow import RARE, Grower

QUIET = settings(
    deadline=None, database=None, derandomize=True, report_multiple_bugs=False, suppress_health_check=list(HealthCheck)
)


PICKS = st.lists(st.integers(0, 9), max_size=40)
BELOW = [st.integers(0, most) for most in range(40)]


@st.composite
def processes(draw: st.DrawFn, rare: tuple[str, ...] = RARE) -> b.Scope:
    return Grower(lambda options: options[draw(BELOW[len(options) - 1])], rare).process()


def chooser(drawn: Drawn, picks: list[int]) -> Choose:
    """As picked; then always what has happened least often."""
    left, then = iter(picks), rarest(drawn, True)

    def choose(offers: list[Any]) -> Any:
        pick = next(left, None)
        return then(offers) if pick is None else offers[pick % len(offers)]

    return choose


@settings(QUIET, max_examples=300)
@given(processes(), PICKS, st.booleans())
def test_a_random_process_does_what_the_oracle_says(process: b.Scope, picks: list[int], restored: bool) -> None:
    with clock.virtual(NOON):
        drawn = Drawn(process)
        play(drawn, chooser(drawn, picks), restored)


def test_random_processes_pass_the_gate() -> None:
    for seed in range(25):
        drawn = Drawn(Grower(random.Random(seed).choice).process())
        report = gate.check(drawn.files, functions={}, connectors={"c"}, roles={"clerk"})
        assert report.ok, (drawn.process, report.findings)


def first_come(self: Any, token: Any, arrivals: list[Any]) -> list[Any]:
    return arrivals[:1]


DEFECTS = [  # what is broken, and which rare blocks are needed to see it
    (ParallelJoin, "take", first_come, ()),
    (BoundaryEvent, "_on_ready_hook", lambda self, token: token.detach(), ()),
    (Throwing, "_plan", lambda self, token: [], ("undone",)),
]


@pytest.mark.parametrize(("owner", "name", "defect", "rare"), DEFECTS, ids=[defect[1] for defect in DEFECTS])
def test_a_planted_defect_is_found_and_shrunk_to_what_shows_it(
    monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, defect: Any, rare: tuple[str, ...]
) -> None:
    monkeypatch.setattr(owner, name, defect)
    unlike: list[b.Scope] = []

    @settings(QUIET, max_examples=1_000)
    @given(processes(rare), PICKS)
    def search(process: b.Scope, picks: list[int]) -> None:
        with clock.virtual(NOON):
            drawn = Drawn(process)
            try:
                play(drawn, chooser(drawn, picks), False)
            except Exception:
                unlike.append(process)
                raise

    with pytest.raises(AssertionError):
        search()
    steps = [part for part in b.walk(unlike[-1]) if not isinstance(part, (b.Scope, b.End))]
    assert len({part.id for part in steps}) <= 6, steps
