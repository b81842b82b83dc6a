"""The short form of the timers under kills; `make soak-timers` is the long one."""

from __future__ import annotations

import pytest

from tests.acceptance.drill.report import FAULTS
from tests.acceptance.test_kill import drill, figure

TIMERS, KILLS = 300, 40

pytestmark = pytest.mark.slow


def test_no_timer_is_missed_or_doubled_or_early_whatever_is_killed_and_however_the_clock_jumps(
    database_url: str,
) -> None:
    code, said = drill("kill_timers", "--timers", str(TIMERS), "--kills", str(KILLS), "--database", database_url)
    assert code == 0, said
    assert (figure(said, "timers fired"), figure(said, "kills")) == (TIMERS, KILLS)
    assert figure(said, "jumps back") > 0, said


def test_the_timers_find_out_a_system_without_its_safety() -> None:
    code, said = drill("kill_timers", "--timers", str(TIMERS), "--kills", str(KILLS), "--unsafe")
    assert code == FAULTS and "  missed: " in said, said
