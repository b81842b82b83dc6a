"""A condition that can never hold refuses the diagram where no case could end without it."""

import json

import pytest

from .cases.meaning import FORM, options
from .draw import MESSAGE, boundary, catch, end, flow, gateway, judge, line, node, one, script, start, timer, user

ASK = user("u", banjie__form="facts")
NEVER = 'accept_decision = "yes"'


def loop(condition: str, *more: str, first: str = "u", asks: str = ASK) -> dict[str, bytes]:
    """A form that is asked again until a condition holds."""
    drawn = one(start(), asks, gateway("exclusive", "g", default="g_u", name="批准"), end(), line("s", first),
                line("u", "g"), flow("g", "e", condition, id="out"), flow("g", "u", id="g_u"), *more)  # fmt: skip
    return {"test.bpmn": drawn, "forms/facts.json": FORM}


def told(bundle: dict[str, bytes]) -> list[tuple[str, str]]:
    return [(f.rule, f.severity) for f in judge(bundle).findings if f.rule.startswith(("value-", "kinds-"))]


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (NEVER, "value-never"),
        (NEVER + " and urgent", "value-never"),
        ('accept_decision in ("yes")', "value-never"),
        ('urgent = "yes"', "kinds-differ"),
        ('amount > "10"', "kinds-differ"),
    ],
)
def test_a_loop_whose_only_way_out_never_opens_is_refused(condition, code):
    report = judge(loop(condition))
    [finding] = report.errors
    assert (finding.rule, finding.element) == (code, "out")
    assert "批准 → 办理 → 批准" in finding.zh and "never ends" in finding.en


@pytest.mark.parametrize("condition", ['accept_decision = "受理"', NEVER + " or urgent"])
def test_a_way_out_that_may_open_is_not_refused(condition):
    assert judge(loop(condition)).ok


@pytest.mark.parametrize("condition", ['case_no = "1"', 'other = "1"'])
def test_a_way_out_that_nothing_in_the_loop_can_open_is_refused_without_a_word_about_its_values(condition):
    drawn = loop(condition)
    [finding] = judge(drawn).errors
    assert (finding.rule, finding.element) == ("loop-no-way-out", "u") and told(drawn) == []
    assert "办理" in finding.zh and "启动时给出的值每圈都一样" in finding.mend_zh
    assert "name-unset" not in [f.rule for f in judge(drawn).findings]


def test_what_the_start_may_give_is_only_doubted():
    before = gateway("exclusive", "h") + line("h", "g")
    assert told(loop(NEVER, before, flow("h", "u", "urgent"), first="h")) == [("value-doubtful", "warning")]


def test_a_message_on_the_way_may_bring_the_value():
    came = catch("c", MESSAGE, banjie__correlation="note") + line("c", "u")
    drawn = loop(NEVER, came, first="c")
    assert told(drawn) == [("value-doubtful", "warning")]


def test_another_way_out_is_enough():
    late = boundary("late", "u", timer("P2D")) + line("late", "e")
    assert told(loop(NEVER, late)) == [("value-doubtful", "warning")]


def test_a_script_may_set_the_value_as_well():
    again = script("b", '{ accept_decision: "yes" }') + line("b", "u")
    assert told(loop(NEVER, again, first="b")) == []


def test_a_fork_that_never_opens_stops_the_case():
    drawn = one(start(), ASK, gateway("exclusive", "g"), end(), line("s", "u", "g"), flow("g", "e", NEVER, id="out"))
    report = judge({"test.bpmn": drawn, "forms/facts.json": FORM})
    assert [(f.rule, f.element) for f in report.errors] == [("value-never", "out")]
    assert "停在那里" in report.errors[0].zh


def test_a_table_of_answers_counts_as_well():
    form = {"type": "default", "schemaVersion": 19, "components": [options("select", "kind", "a", "b")]}
    drawn = {**loop('kind = "c"'), "forms/facts.json": json.dumps(form).encode()}
    assert told(drawn) == [("value-never", "error")]
    assert node("userTask", "u")  # the drawing kit names steps by their ids
