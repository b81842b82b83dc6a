"""Every behaviour is tested twice: on an instance kept in memory, and on one stored and restored after every step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import pytest

from engine import clock

from .kit import Case

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # Monday noon in Shanghai


@pytest.fixture(params=[False, True], ids=["kept", "restored"])
def case(request: pytest.FixtureRequest) -> partial[Case]:
    return partial(Case, restored=request.param)


@pytest.fixture(autouse=True)
def now() -> Iterator[clock.Virtual]:
    with clock.virtual(NOON) as hand:
        yield hand
