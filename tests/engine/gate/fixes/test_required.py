"""A field that a gateway needs is made required."""

import json

from engine.gate import fixes
from tests.engine.gate.cases.optional_answers import BAD, GOOD
from tests.engine.gate.draw import judge
from tests.engine.gate.fixes.drawing import NAMES, offered


def test_the_field_is_required_then_and_nothing_is_left_to_tell():
    files = BAD[0][2]
    [offer] = offered(files, "required")
    assert (offer.element, offer.rule, offer.choice) == ("a", "answer-optional", "")
    made = fixes.apply(files, [offer.id], **NAMES).files
    [field] = json.loads(made["forms/verdict.json"])["components"]
    assert field["validate"] == {"required": True} and field["label"] == "结论"
    assert "answer-optional" not in {one.rule for one in judge(made).findings}
    assert not [one for files in GOOD for one in offered(files, "required")]
