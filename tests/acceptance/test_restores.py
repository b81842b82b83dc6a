"""The short form of the restores; `make soak-restores` is the long one."""

from __future__ import annotations

import pytest

from tests.acceptance.drill.report import FAULTS
from tests.acceptance.test_kill import drill, figure

BACKUPS = 2

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_under_load_is_whole_and_holds_all_that_was_acknowledged(kind: str) -> None:
    code, said = drill("restores", "--backups", str(BACKUPS), "--database", kind)
    assert code == 0, said
    assert figure(said, "backups restored") == BACKUPS
    assert figure(said, "completions acknowledged before a backup") > 10, said


def test_the_restores_find_out_a_copied_file() -> None:
    code, said = drill("restores", "--backups", str(BACKUPS), "--unsafe")
    assert code == FAULTS and ("  lost: " in said or "  damaged: " in said), said
