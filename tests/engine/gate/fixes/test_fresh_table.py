"""The table that a task asks and no file holds is made under the name it is asked by."""

from engine.gate import fixes
from tests.engine.gate.draw import end, flow, gateway, judge, line, node, one, start
from tests.engine.gate.fixes.drawing import NAMES, offered


def _drawn() -> dict[str, bytes]:
    rule = node("businessRuleTask", "a", banjie__decision="risk_check")
    ways = line("s", "a", "g") + flow("g", "b", 'level = "high"') + flow("g", "e")
    return {"x.bpmn": one(start(), rule, gateway("exclusive", "g", default="g_e"), end(), end("b"), ways)}


def test_it_bears_the_name_and_its_output_is_what_the_gateway_asks():
    [offer] = offered(_drawn(), "fresh-table")
    assert (offer.element, offer.rule, bool(offer.choice)) == ("a", "decision-unknown", True)
    made = dict(fixes.apply(_drawn(), [offer.id], **NAMES).files)
    assert b'id="risk_check"' in made["risk_check.dmn"] and b'name="level"' in made["risk_check.dmn"]
    told = {one.rule for one in judge(made).findings}
    assert "table-blank" in told and "answer-lost" in told and not told & {"decision-unknown", "decision-broken"}
    assert not offered(made, "fresh-table")
