"""The short form of the kill drill; `make soak-kill` is the long one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.drill.report import FAULTS

KILLS, CONTROL_KILLS, SERVER_KILLS, SECONDS = 25, 15, 2, 300

pytestmark = pytest.mark.slow


def test_kills_lose_nothing_double_nothing_and_miss_nothing(database_url: str) -> None:
    code, said = drill("kill", "--kills", str(KILLS), "--database", database_url)
    assert code == 0, said
    assert figure(said, "web killed") + figure(said, "worker killed") == KILLS
    for what in ("orders acknowledged", "completions acknowledged", "timers fired", "jobs"):
        assert figure(said, what) > 0, said  # how many is a matter of the machine


def test_a_database_that_is_killed_keeps_what_was_acknowledged() -> None:
    code, said = drill("kill", "--server", "--kills", str(SERVER_KILLS))
    assert code == 0, said
    assert figure(said, "postmaster killed") + figure(said, "backends killed") == SERVER_KILLS
    assert figure(said, "completions acknowledged") > 0, said


def test_the_drill_finds_out_a_system_without_its_safety() -> None:
    for _ in range(3):
        code, said = drill("kill", "--kills", str(CONTROL_KILLS), "--unsafe")
        assert code in (0, FAULTS), said
        if "  chain: " in said:  # half of a step was kept: a kill fell between two commits
            return
    pytest.fail(f"three drills without safety went unnoticed:\n{said}")


def drill(name: str, *options: str) -> tuple[int, str]:
    """Run a drill with a new seed. Returns its exit code and what it said."""
    seed = random.randrange(10**6)
    command = [sys.executable, "-m", f"tests.acceptance.{name}", "--seed", str(seed), *options]
    root = Path(__file__).parents[2]
    process = subprocess.Popen(command, cwd=root, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        said, _ = process.communicate(timeout=SECONDS)
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)  # all its processes die with it
            process.wait()
    return process.returncode, said


def figure(said: str, what: str) -> int:
    """One of the figures it told."""
    return int(next(line for line in said.splitlines() if line.strip().startswith(f"{what}:")).rpartition(":")[2])
