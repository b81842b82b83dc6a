"""The condition that a finding shows can be written at that very gateway."""

import json

import pytest

from .draw import end, flow, gateway, judge, line, one, script, start, user

FORM = {
    "type": "default",
    "schemaVersion": 19,
    "components": [
        {"type": "textfield", "key": "remark", "label": "备注"},
        {
            "type": "radio",
            "key": "verdict",
            "label": "结论",
            "values": [{"label": "同意", "value": "agreed"}, {"label": "退回", "value": "returned"}],
        },
    ],
}


def mend(*before: str, first: str = "a", condition: str | None = None, name: str = "") -> str:
    drawn = one(
        start(), *before, gateway("exclusive", "g"), end(), end("z"), line("s", first, "g"), flow("g", "e", id="o"),
        flow("g", "z", condition), flow("g", "e").replace('id="g_e"', f'id="g_e" name="{name}"'),
    )  # fmt: skip
    report = judge({"test.bpmn": drawn, "forms/v.json": json.dumps(FORM).encode()})
    [finding] = [one for one in report.findings if (one.rule, one.element) == ("gateway-condition", "g_e")]
    return str(finding.mend_en)


@pytest.mark.parametrize(
    ("drawn", "such"),
    [
        ({"before": (user("a", banjie__form="v"),)}, 'verdict = "agreed"'),
        ({"before": (user("a", banjie__form="v"),), "name": "returned"}, 'verdict = "returned"'),
        ({"before": (user("a", banjie__form="v"),), "condition": 'verdict = "agreed"'}, 'verdict = "returned"'),
        ({"before": (script("a", "{ urgent: 1 > 2 }"),)}, "such as urgent;"),
        ({"before": (script("a", "{ days: 3 }"),)}, "days > 10"),
        ({"before": (script("a", "{ x: 1 }"),), "condition": "level = 'A'", "name": "B"}, 'level = "B"'),
        ({"before": (gateway("exclusive", "a"),)}, "let a step before it set a variable"),
    ],
)
def test_an_example_asks_what_is_set_before_the_gateway(drawn, such):
    assert such in mend(*drawn.pop("before"), **drawn)


def test_the_answer_to_another_gateway_s_question_is_no_example():
    drawn = one(
        start(), user("a", banjie__form="v"), gateway("exclusive", "f", default="f_g"), gateway("exclusive", "g"),
        end(), end("z"), line("s", "a", "f", "g"), flow("f", "z", 'verdict = "agreed"'), flow("g", "e", id="o"),
        flow("g", "z"),
    )  # fmt: skip
    report = judge({"test.bpmn": drawn, "forms/v.json": json.dumps(FORM).encode()})
    [finding] = [one for one in report.findings if (one.rule, one.element) == ("gateway-condition", "o")]
    assert "verdict" not in finding.mend_zh and "remark" in finding.mend_zh
