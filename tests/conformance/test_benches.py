"""The benches, where they are at hand: BANJIE_BENCHES names the folder that holds `elements_bench.py` and its like.

What they must reach is what the page about conformance tells, so that a change that loses ground fails.
"""

from __future__ import annotations

import json

import pytest

from .page import BENCHES, RESULTS, measure

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (BENCHES / "elements_bench.py").is_file(), reason="BANJIE_BENCHES names no folder of benches"
    ),
]


@pytest.mark.parametrize("figure", ["elements", "features", "constraints", "models", "executable", "hostile"])
def test_the_figures_of_the_page_are_reached(figure: str) -> None:
    assert measure(figure) == json.loads(RESULTS.read_text("utf-8"))[figure]
