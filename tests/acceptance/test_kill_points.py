"""A sample of the kill points; `make soak-points` takes every one."""

from __future__ import annotations

import pytest

from tests.acceptance.drill.report import FAULTS
from tests.acceptance.test_kill import drill, figure

EVERY = 29  # about 19 kills
EVERY_OF_MIGRATION = 60

pytestmark = pytest.mark.slow


def test_a_command_killed_anywhere_and_asked_again_leaves_what_it_leaves_undisturbed(database_url: str) -> None:
    code, said = drill("kill_points", "--every", str(EVERY), "--database", database_url)
    assert code == 0, said
    assert figure(said, "commands") == 33 and figure(said, "kills") > 10, said


def test_the_points_find_out_a_system_without_its_safety() -> None:
    code, said = drill("kill_points", "--only", "complete", "--every", "3", "--unsafe")
    assert code == FAULTS and "  rows: complete" in said, said


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_migration_killed_anywhere_has_done_all_or_nothing(kind: str) -> None:
    code, said = drill("kill_migrations", "--every", str(EVERY_OF_MIGRATION), "--database", kind)
    assert code == 0 and figure(said, "kills") > 1, said


def test_the_points_find_out_a_migration_that_commits_each_table() -> None:
    code, said = drill("kill_migrations", "--every", str(EVERY_OF_MIGRATION), "--unsafe")
    assert code == FAULTS and "  half: " in said, said
