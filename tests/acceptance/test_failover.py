"""The short form of the failover drill; `make soak-failover` is the long one."""

from __future__ import annotations

import pytest

from tests.acceptance.drill.cluster import KIND, missing
from tests.acceptance.test_kill import drill, figure

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}: failover is not tested"),
]


def test_a_leader_that_dies_takes_nothing_along_that_was_acknowledged() -> None:
    code, said = drill("failover", "--kills", "1")
    assert code == 0, said
    assert figure(said, KIND) == 1
    assert figure(said, "completions acknowledged") > 0, said


def test_the_drill_finds_out_a_cluster_whose_commits_wait_for_no_standby() -> None:
    for _ in range(3):
        _code, said = drill("failover", "--kills", "1", "--unsafe")
        if "  lost: " in said:  # what was acknowledged while the standbys were cut off
            return
    pytest.fail(f"three drills without safety went unnoticed:\n{said}")
