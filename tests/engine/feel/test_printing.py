"""Printing a tree and reading it again gives the same tree."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel
from engine.feel import tree

from .trees import trees

NAMES = ["full name", "first name"]


@given(trees)
@settings(max_examples=400, deadline=None)
def test_a_printed_tree_reads_back_as_itself(node: tree.Node) -> None:
    assert feel.parse(feel.print_tree(node), NAMES) == node


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@given(st.lists(trees, max_size=3), st.booleans())
@settings(max_examples=100, deadline=None)
def test_a_printed_cell_reads_back_as_itself(tests: list[tree.Node], negated: bool) -> None:
    cell = tree.Tests(tuple(tests), negated and bool(tests))
    assert feel.parse_tests(feel.print_tree(cell), NAMES) == cell


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("a+b*c", "a + b * c"),
        ("(a+b)*c", "(a + b) * c"),
        ("a-(b-c)", "a - (b - c)"),
        ("-2 ** 2", "-2 ** 2"),
        ("-(2 ** 2)", "-(2 ** 2)"),
        ("not(a)or b", "not(a) or b"),
        ("if a then b else c", "if a then b else c"),
        ("(for x in y return x)[1]", "(for x in y return x)[1]"),
        ("]1..2[", "(1..2)"),
        ("x in (<5,>7)", "x in (< 5, > 7)"),
        ('"a\\"b"', '"a\\"b"'),
    ],
)
def test_brackets_stand_only_where_they_are_needed(written: str, printed: str) -> None:
    assert feel.print_tree(feel.parse(written)) == printed
