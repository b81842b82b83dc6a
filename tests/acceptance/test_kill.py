"""The short form of the kill drill; `make soak-kill` is the long one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.kill import FAULTS

KILLS, CONTROL_KILLS, SECONDS = 25, 15, 150

pytestmark = pytest.mark.slow


def test_kills_lose_nothing_double_nothing_and_miss_nothing(database_url: str) -> None:
    code, said = _drill("--kills", str(KILLS), "--database", database_url)
    assert code == 0, said
    assert _figure(said, "web killed") + _figure(said, "worker killed") == KILLS
    for what in ("orders acknowledged", "completions acknowledged", "timers fired", "jobs"):
        assert _figure(said, what) > 20, said


def test_the_drill_finds_out_a_system_without_its_safety() -> None:
    for _ in range(3):
        code, said = _drill("--kills", str(CONTROL_KILLS), "--unsafe")
        assert code in (0, FAULTS), said
        if "  chain: " in said:  # half of a step was kept: a kill fell between two commits
            return
    pytest.fail(f"three drills without safety went unnoticed:\n{said}")


def _drill(*options: str) -> tuple[int, str]:
    seed = random.randrange(10**6)
    command = [sys.executable, "-m", "tests.acceptance.kill", "--seed", str(seed), *options]
    root = Path(__file__).parents[2]
    drill = subprocess.Popen(command, cwd=root, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        said, _ = drill.communicate(timeout=SECONDS)
    finally:
        if drill.poll() is None:
            os.kill(drill.pid, signal.SIGKILL)  # all its processes die with it
            drill.wait()
    return drill.returncode, said


def _figure(said: str, what: str) -> int:
    return int(next(line for line in said.splitlines() if line.strip().startswith(f"{what}:")).rpartition(":")[2])
