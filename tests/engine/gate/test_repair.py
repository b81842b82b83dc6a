"""All mistakes of an expression are told at once, with the whole as it can be read."""

import pytest

from engine import feel
from engine.gate.repair import repair

from .cases.meaning import asked
from .draw import judge


@pytest.mark.parametrize(
    ("text", "meant", "count"),
    [
        ("Service Level == 'Premium'", 'Service_Level = "Premium"', 2),
        ("amount == 10 && note == 'x' || urgent", 'amount = 10 and note = "x" or urgent', 5),
        ("（amount ＞ 10）", "(amount > 10)", 3),
        ("${amount <> 3}", "amount != 3", 1),
        ("!urgent", "not(urgent)", 1),
        ("IF urgent THEN true ELSE false", "if urgent then true else false", 1),
        ("not(bpmn:getDataObject('approved'))", "not(approved)", 0),
        ("bpmn:getDataInput('clarified') = 'yes'", 'clarified = "yes"', 0),
        ("getDataObject('a') and bpmn:getDataOutput('b') > 3", "a and b > 3", 0),
    ],
)
def test_what_is_meant_is_found(text, meant, count):
    found = repair(text, feel.compile)
    assert found.text == meant
    assert len(found.problems) >= count if count else not found.problems
    feel.compile(found.text)


@pytest.mark.parametrize("text", ["amount >", "a b c (", "} else {", "'unclosed", "=" * 500, "&" * 3000])
def test_where_a_person_must_say_it_nothing_is_proposed(text):
    assert repair(text, feel.compile).text is None


def test_a_place_is_that_of_the_text_as_written():
    problems = repair("amount == 10 && note = 'x'", feel.compile).problems
    assert [one.position for one in problems] == [8, 13, 23]


def test_mistakes_of_writing_and_of_meaning_are_told_together():
    findings = [f for f in judge(asked("recieved = 'x' and foo > 3 and urgentt")).findings if f.element == "g_a"]
    text = " ".join(f.zh for f in findings)
    assert "双引号" in text and all(f"“{name}”" in text for name in ("recieved", "foo", "urgentt"))
    assert (
        next(f for f in findings if f.rule == "expression-broken").mend_zh
        == '写成 recieved = "x" and foo > 3 and urgentt'
    )


def test_two_unknown_names_of_one_expression_are_both_told():
    names = [f.zh for f in judge(asked("foo > 3 and bar < 4")).findings if f.rule == "name-unset"]
    assert len(names) == 2
