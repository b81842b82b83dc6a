"""All scenarios of all bundles, for tests; what plays them is `engine/scenarios.py`."""

from __future__ import annotations

import random
from functools import cache, partial

import engine.hotline.functions  # noqa: F401  registers deadline() and its sisters
from engine import scenarios as played
from engine.scenarios import (
    FORMS,
    LIMIT,
    MORNING,
    Case,
    Fill,
    Scenario,
    Step,
    play,
    programs,
    schema,
    steps,
    usual_fill,
)

__all__ = [
    "LIMIT", "MORNING", "ROOT", "Case", "Fill", "Scenario", "Step", "dice_fill", "form_names", "play", "programs",
    "scenarios", "schema", "steps", "usual_fill",
]  # fmt: skip
ROOT = FORMS.parent


@cache
def scenarios() -> tuple[Scenario, ...]:
    """All rows of all bundles."""
    return tuple(row for file in sorted(ROOT.glob("processes/*/scenarios.csv")) for row in played.read(file))


@cache
def form_names() -> tuple[str, ...]:
    return tuple(f"{path.parent.name}/{path.stem}" for path in sorted(ROOT.glob("forms/*/*.json")))


def dice_fill(dice: random.Random) -> Fill:
    """Answers by dice: any option, whatever stood there."""
    return lambda form, data: usual_fill(form, {}, partial(dice.choice))
