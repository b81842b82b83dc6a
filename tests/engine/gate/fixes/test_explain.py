from pathlib import Path

import pytest

from engine.gate.fixes import FIXES, explain

PAGE = Path(__file__).parents[4] / "docs" / "fixes.md"


def test_the_page_is_current():
    assert PAGE.read_text("utf-8") == explain.page()


@pytest.mark.parametrize("fix", FIXES)
def test_each_fix_is_explained(fix):
    assert all(f"{part}. " in fix.__doc__ for part in explain.PARTS)
    assert fix.__name__.rpartition(".")[2].replace("_", "-") == fix.KIND
    assert any("一" <= c <= "鿿" for c in fix.__doc__)
