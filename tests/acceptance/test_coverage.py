"""The list of what is asked names nothing that is not there, leaves nothing blank, and is up to date."""

from __future__ import annotations

from flask import Flask

from tests import coverage


def test_all_that_is_named_exists(app: Flask) -> None:
    assert coverage.unknown(app) == []


def test_no_row_is_blank_but_those_out_of_scope() -> None:
    blank = [row.words for row in coverage.rows() if not (row.software and row.where and row.tests) and not row.out]
    assert blank == []
    assert len(coverage.rows()) == len({row.words for row in coverage.rows()})


def test_each_row_comes_from_a_document() -> None:
    assert {row.source for row in coverage.rows()} == set(coverage.SOURCES)


def test_the_page_is_written_from_the_table() -> None:
    assert coverage.PAGE.read_text(encoding="utf-8") == coverage.page()
