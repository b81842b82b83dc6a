"""The page about conformance is current, and what it says runs has its tests."""

from __future__ import annotations

from . import page


def test_the_page_is_current() -> None:
    assert page.PAGE.read_text("utf-8") == page.page(), "write it again: python -m tests.conformance.page"


def test_every_element_that_runs_names_its_tests() -> None:
    assert page.wanting_a_test() <= page.tested().keys()
    folder = page.ROOT / "tests" / "engine" / "bpmn" / "elements"
    assert all((folder / file).is_file() for file in page.tested().values())
