"""The benches, where they are at hand: BANJIE_BENCHES names the folder that holds `elements_bench.py` and its like.

What they must reach is written here, so that a change that loses ground fails.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHES = Path(os.environ.get("BANJIE_BENCHES", ""))
ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (BENCHES / "elements_bench.py").is_file(), reason="BANJIE_BENCHES names no folder of benches"
    ),
]


def bench(name: str, *arguments: str) -> str:
    """The output of one bench over the adapter."""
    command = [sys.executable, str(BENCHES / name), *arguments, "--engine", "tests.conformance.adapter:Engine"]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{BENCHES}"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=600).stdout


def test_every_element_runs_as_the_standard_says() -> None:
    assert "{'right': 153} of 153" in bench("elements_bench.py")


def test_the_features_of_the_conformance_suite() -> None:
    suite = BENCHES.parent / "suites" / "betsy"
    if not suite.is_dir():
        pytest.skip("the suite is not beside the benches")
    found = re.search(r"features (\d+)/(\d+)", bench("betsy_bench.py", str(suite)))
    assert found is not None and int(found[1]) >= 70
