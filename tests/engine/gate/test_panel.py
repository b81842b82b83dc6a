"""The gate's sentences use the words of the editor's properties panel."""

import re
from pathlib import Path

import pytest

from engine.gate import panel
from engine.registry import Connector

from .draw import (
    MESSAGE,
    NAMES,
    catch,
    end,
    extended,
    flow,
    gateway,
    judge,
    line,
    node,
    one,
    script,
    start,
    through,
    timer,
    user,
)

MODELER = Path(__file__).parents[3] / "web" / "frontend" / "src" / "modeler"
SOURCE = "".join((MODELER / file).read_text("utf-8") for file in ("panel.js", "lists.js"))


@pytest.mark.parametrize("name", sorted(panel.WORDS.keys() - {"loopCardinality", "completionCondition"}))
def test_a_field_is_called_as_the_panel_labels_it(name):
    zh, en = panel.WORDS[name]
    assert f"say('{zh}', '{en}')" in SOURCE


def test_the_actions_of_a_clock_are_called_as_the_panel_lists_them():
    for name, (zh, en) in panel.ACTIONS.items():
        assert f"value: '{name}', label: say('{zh}', '{en}')" in SOURCE


BROKEN = [
    through(user("a", banjie__form="", banjie__role="", banjie__due="1 +")),
    through(node("serviceTask", "a", extended('<banjie:input name="x"/>'), banjie__result="a b")),
    through(node("businessRuleTask", "a", banjie__result="in")),
    through(catch("c", MESSAGE), via=("c",)),
    through(catch("c", timer("5个工作日")), via=("c",)),
    through(catch("c", timer("working_days(now(), 3)")), via=("c",)),
    through(user("a", extended('<banjie:clock code="C08" action="begin"/>'))),
    through(user("a", node("multiInstanceLoopCharacteristics", "m"))),
    through(user("a", node("multiInstanceLoopCharacteristics", "m", banjie__item="x", banjie__collect="y"))),
    through(user("a", node("potentialOwner", "po"), banjie__role="")),
    through(node("callActivity", "a")),
    one(start(), gateway("exclusive", "g"), user("a"), user("b"), end(), line("s", "g", "a", "e"), flow("g", "b"),
        flow("b", "e")),
    one(start(), user("a", startQuantity="2"), end(), line("s", "a", "e")),
    through(script("a", "")),
    through(script("a", "{ x: y }")),
]  # fmt: skip


@pytest.mark.parametrize("bundle", BROKEN)
def test_no_sentence_speaks_of_attributes(bundle):
    findings = judge(bundle).findings
    assert findings
    for finding in findings:
        for text in (finding.zh, finding.en, finding.mend_zh, finding.mend_en):
            plain = re.sub(r"（[^）]*）|\([^)]*\)|“[^”]*”", "", text)
            if "XML" not in text:
                assert not re.search(
                    r"banjie:|time(Date|Duration|Cycle)|loopCardinality|startQuantity|collectItem", plain
                )


def test_connectors_are_named_by_their_labels():
    registered = {"notify": Connector("notify", "文书与告知", "Letters and notices", lambda payload, job: None)}
    report = judge(through(node("serviceTask", "a", banjie__connector="mail")), connectors=registered)
    (finding,) = [one for one in report.findings if one.rule == "connector-unknown"]
    assert "文书与告知（notify）" in finding.mend_zh and "Letters and notices (notify)" in finding.mend_en
    assert NAMES["connectors"] == {"notify"}  # names alone will do as well
