"""The built-ins by table. Sources: DMN 1.5 §10.3.4 (the section is named above each group); worked by hand."""

from __future__ import annotations

import pytest

from engine import feel
from engine.feel.builtins import BUILTINS

CASES = [
    # §10.3.4.1 conversion
    ('date("2026-02-30")', "null"),
    ("date(2026, 2, 28)", '@"2026-02-28"'),
    ('date(@"2026-02-28T10:00:00")', '@"2026-02-28"'),
    ('date and time("2026-02-28")', '@"2026-02-28T00:00:00"'),
    ('date and time(@"2026-02-28", @"10:00:00")', '@"2026-02-28T10:00:00"'),
    ('date and time("2026-02-28T24:00:00")', '@"2026-03-01T00:00:00"'),
    ('time("25:00:00")', "null"),
    ("time(9, 30, 0)", '@"09:30:00"'),
    ('time(9, 30, 0, @"PT8H")', '@"09:30:00+08:00"'),
    ('time("9:30")', "null"),
    ('number("1 000,5", " ", ",")', "1000.5"),
    ('number("1,000.5", ",", ".")', "1000.5"),
    ('number("x")', "null"),
    ('number("1.000", ".", ".")', "null"),
    ("string(1.50)", '"1.5"'),
    ("string(null)", "null"),
    ('string([1, "a", null])', '"[1, \\"a\\", null]"'),
    ('string({a: 1, b c: "x"})', '"{a: 1, \\"b c\\": \\"x\\"}"'),
    ('string(@"PT36H")', '"P1DT12H"'),
    ('string(@"09:00:00+08:00")', '"09:00:00+08:00"'),
    ("string([1..5))", '"[1..5)"'),
    ("string(1e-7)", '"0.0000001"'),
    ('duration("P1Y2M")', '@"P1Y2M"'),
    ('duration("P1M1D")', "null"),
    ('duration("-PT90M")', '-@"PT1H30M"'),
    ('years and months duration(@"2024-02-29", @"2026-02-28")', '@"P1Y11M"'),
    ('years and months duration(@"2026-02-28", @"2024-02-29")', '-@"P1Y11M"'),
    # §10.3.4.2 boolean, §10.3.4.9 is
    ("not(true)", "false"),
    ('not("x")', "null"),
    ('is(@"09:00:00Z", @"09:00:00+00:00")', "true"),
    ('is(@"09:00:00Z", @"10:00:00+01:00")', "false"),
    ('is(1, "1")', "false"),
    # §10.3.4.3 strings
    ('substring("foobar", 3)', '"obar"'),
    ('substring("foobar", 3, 3)', '"oba"'),
    ('substring("foobar", -2, 1)', '"a"'),
    ('substring("食品药品", 2, 2)', '"品药"'),
    ('substring("foobar", 0)', "null"),
    ('string length("食品🐎")', "3"),
    ('upper case("aBc4")', '"ABC4"'),
    ('lower case("aBc4")', '"abc4"'),
    ('substring before("foobar", "bar")', '"foo"'),
    ('substring before("foobar", "x")', '""'),
    ('substring after("foobar", "ob")', '"ar"'),
    ('substring after("", "a")', '""'),
    ('contains("foobar", "of")', "false"),
    ('starts with("foobar", "fo")', "true"),
    ('ends with("foobar", "r")', "true"),
    ('string join(["a", null, "c"], "-")', '"a-c"'),
    ('string join(["a"], null, "<", ">")', '"<a>"'),
    ('string join(["a", 1])', "null"),
    ('split("a;b;;", ";")', '["a", "b", "", ""]'),
    # §10.3.4.4 lists
    ("list contains([1, null], null)", "true"),
    ("count([])", "0"),
    ("count(1, 2)", "2"),
    ('min("b", "a")', '"a"'),
    ("min([])", "null"),
    ('max([1, "a"])', "null"),
    ("sum([1, 2.5])", "3.5"),
    ("sum([])", "null"),
    ('sum([1, "a"])', "null"),
    ('sum([@"P1D", @"PT12H"])', '@"P1DT12H"'),
    ("mean(1, 2, 3)", "2"),
    ("all([true, null])", "null"),
    ("all([])", "true"),
    ("any([false, null, true])", "true"),
    ("any([])", "false"),
    ("any(0)", "null"),
    ("sublist([4, 5, 6], 1, 2)", "[4, 5]"),
    ("sublist([4, 5, 6], -2)", "[5, 6]"),
    ("sublist([1], 2)", "null"),
    ("append([1], 2, 3)", "[1, 2, 3]"),
    ("concatenate([1], [2, 3])", "[1, 2, 3]"),
    ("reverse([1, 2])", "[2, 1]"),
    ("insert before([1, 3], 2, 2)", "[1, 2, 3]"),
    ("insert before([1], -1, 0)", "[0, 1]"),
    ("remove([1, 2], -1)", "[1]"),
    ("list replace([2, 4], 1, 3)", "[3, 4]"),
    ("list replace([2, 4, 7], function(i, n) i < n, 5)", "[5, 5, 7]"),
    ("index of([1, 2, 1], 1)", "[1, 3]"),
    ("union([1, 2], [2, 3])", "[1, 2, 3]"),
    ('distinct values([1, 1.0, "1", null, null])', '[1, "1", null]'),
    ("flatten([[1, [2]], [[[3]]]])", "[1, 2, 3]"),
    ("product(2, 3, 4)", "24"),
    ("median([8, 2, 5, 7])", "6"),
    ("stddev(2, 4, 7, 5)", "2.081665999466132735282297706979931"),
    ("stddev([1])", "null"),
    ("mode([6, 1, 9, 6, 1])", "[1, 6]"),
    ("mode([])", "[]"),
    # §10.3.4.5 numbers
    ("decimal(1/3, 2)", "0.33"),
    ("decimal(2.5, 0)", "2"),
    ("floor(-1.5)", "-2"),
    ("ceiling(-1.5)", "-1"),
    ("floor(1.56, 1)", "1.5"),
    ("round up(-5.5, 0)", "-6"),
    ("round down(5.5, 0)", "5"),
    ("round half up(-5.5, 0)", "-6"),
    ("round half down(5.5, 0)", "5"),
    ("round half up(1126, -2)", "1100"),
    ("round up(1, 7000)", "null"),
    ("abs(-3)", "3"),
    ('abs(@"-P1D")', '@"P1D"'),
    ("modulo(-12, 5)", "3"),
    ("modulo(12, -5)", "-3"),
    ("modulo(10.1, 4.5)", "1.1"),
    ("modulo(1, 0)", "null"),
    ("sqrt(16)", "4"),
    ("sqrt(-1)", "null"),
    ("log(0)", "null"),
    ("exp(0)", "1"),
    ("odd(5)", "true"),
    ("even(2.5)", "false"),
    ("even(0)", "true"),
    ("exp(1e9)", "null"),
    # §10.3.4.6 ranges
    ("before(1, (1..10])", "true"),
    ("before([1..5), 5)", "true"),
    ("after([5..10], [1..5))", "true"),
    ("meets([1..5], [5..10])", "true"),
    ("met by([5..10], [1..5))", "false"),
    ("overlaps([1..5], [5..8])", "true"),
    ("overlaps([1..5), [5..8])", "false"),
    ("overlaps before([1..5], [3..8])", "true"),
    ("overlaps after([3..8], [1..5])", "true"),
    ("overlaps after((1..5], [1..5])", "true"),
    ("overlaps after([1..5], [1..5))", "false"),
    ("finishes(10, [1..10])", "true"),
    ("finished by([1..10], [5..10])", "true"),
    ("includes([1..10], [4..10))", "true"),
    ("during([4..6], [1..10])", "true"),
    ("starts([1..5], [1..10])", "true"),
    ("started by([1..10], 1)", "true"),
    ("coincides([1..5], [1..5))", "false"),
    ('range("[1..3)")', "[1..3)"),
    ('range("[3..1]")', "null"),
    ('range("[1+1..3]")', "null"),
    ('range("[1..x]")', "null"),
    # §10.3.4.10, §10.3.4.11 dates
    ('day of year(@"2026-03-01")', "60"),
    ('day of week(@"2026-02-28")', '"Saturday"'),
    ('month of year(@"2026-02-28")', '"February"'),
    ('week of year(@"2026-01-01")', "1"),
    ('week of year(@"2027-01-01")', "53"),
    ('last day of month(@"2024-02-01")', "29"),
    # §10.3.4.12 contexts
    ('get value({a: 1}, "a")', "1"),
    ('get value({a: 1}, "b")', "null"),
    ("get entries({a: 1})", '[{key: "a", value: 1}]'),
    ('context([{key: "a", value: 1}])', "{a: 1}"),
    ('context put({a: 1}, "b", 2)', "{a: 1, b: 2}"),
    ('context put({a: {b: 1}}, ["a", "b"], 2)', "{a: {b: 2}}"),
    ("context merge([{a: 1}, {a: 2, b: 3}])", "{a: 2, b: 3}"),
    # §10.3.4.13 sort
    ("sort([3, 1, 2], function(x, y) x < y)", "[1, 2, 3]"),
    ("sort([3, 1, 2], function(x) x)", "null"),
    ("sort([2, 1])", "[1, 2]"),
    # named arguments and coercion of one-element lists
    ('substring(start position: 2, string: "abc")', '"bc"'),
    ('substring(strin: "abc", start position: 2)', "null"),
    ('upper case(["a"])', '"A"'),
    ("count(5)", "1"),
    ("abs(null)", "null"),
    ("abs()", "null"),
    ("abs(1, 2)", "null"),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_built_in(text: str, expected: str) -> None:
    got, wanted = feel.compile(text)({}), feel.compile(expected)({})
    assert type(got) is type(wanted) and feel.equal(got, wanted) is True, feel.text_of(got)


def test_every_built_in_of_the_standard_is_there() -> None:
    standard = (  # the lists of §10.3.4
        "date|date and time|time|number|string|duration|years and months duration|not|substring|"
        "string length|upper case|lower case|substring before|substring after|replace|contains|"
        "starts with|ends with|matches|split|string join|list contains|list replace|count|min|max|sum|"
        "mean|all|any|sublist|append|concatenate|insert before|remove|reverse|index of|union|"
        "distinct values|flatten|product|median|stddev|mode|decimal|floor|ceiling|round up|round down|"
        "round half up|round half down|abs|modulo|sqrt|log|exp|odd|even|is|before|after|meets|met by|"
        "overlaps|overlaps before|overlaps after|finishes|finished by|includes|during|starts|started by|"
        "coincides|range|day of year|day of week|month of year|week of year|now|today|get value|"
        "get entries|context|context put|context merge|sort"
    )
    assert set(standard.split("|")) <= set(BUILTINS)


def test_the_catalogue_tells_an_editor_how_to_call() -> None:
    told = {entry["name"]: entry["signatures"] for entry in feel.catalogue()}
    assert told.keys() == BUILTINS.keys()
    assert told["contains"] == ["contains(string: string, match: string)"]
    assert len(told["date"]) == 3


def test_functions_never_fail_on_any_kind_of_argument() -> None:
    samples = [
        "null",
        "1",
        "-1.5",
        "1e6000",
        '""',
        '"x"',
        "true",
        "[]",
        "[1, null]",
        "{}",
        '@"2026-01-01"',
        '@"P1D"',
        "[1..2]",
        "abs",
    ]
    for name in BUILTINS:
        for a in samples:
            for text in (f"{name}({a})", f"{name}({a}, {a})", f'{name}({a}, "a", {a})', f"{name}([{a}], 1, {a})"):
                feel.compile(text)({})
