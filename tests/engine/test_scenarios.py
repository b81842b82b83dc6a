"""Scenarios are played and counted: an analyst's row decides, nobody's code."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import engine.hotline.functions  # noqa: F401  registers what the diagrams call
from engine import drawing, scenarios

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """The consultations' bundle, to be spoilt."""
    return Path(shutil.copytree(ROOT / "processes" / "consult", tmp_path / "consult"))


def _rows(bundle: Path) -> list[str]:
    return (bundle / "scenarios.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)


def test_all_that_is_drawn_is_counted_with_the_rows_that_pass_it(bundle: Path) -> None:
    [walked] = scenarios.coverage(bundle)
    assert walked.missing == []
    assert walked.counts["matter_received"] == len(walked.rows) == len(_rows(bundle)) - 2
    assert all(wrong == [] for wrong in walked.rows.values())


def test_without_its_row_an_element_is_never_walked(bundle: Path) -> None:
    rows = _rows(bundle)
    kept = [row for row in rows if "reclassified_tipoff" not in row]
    assert len(kept) < len(rows)
    (bundle / "scenarios.csv").write_text("".join(kept), encoding="utf-8")
    [walked] = scenarios.coverage(bundle)
    assert "reclassified_tipoff" in walked.missing
    picture = drawing.svg(walked.diagram.read_bytes(), walked.counts, "consult")
    assert "转为举报：0" in picture and 'class="pass none"' in picture


def test_a_row_that_expects_something_else_says_what(bundle: Path) -> None:
    wrong = (
        "".join(_rows(bundle))
        .replace(",answered_online\n", ",answered\n", 1)
        .replace(",answered_online\r\n", ",answered\r\n", 1)
    )
    (bundle / "scenarios.csv").write_text(wrong, encoding="utf-8")
    [walked] = scenarios.coverage(bundle)
    [said] = [sentences for sentences in walked.rows.values() if sentences]
    assert said == ["ends at answered_online, not answered"]


def test_a_step_that_never_comes_is_told_and_the_other_rows_count(bundle: Path) -> None:
    with (bundle / "scenarios.csv").open("a", encoding="utf-8") as file:
        file.write("consult,无此任务,,nobody,,,,answered\n")
    [walked] = scenarios.coverage(bundle)
    assert walked.rows["无此任务"][0].startswith("nobody never opens")
    assert walked.missing == []
