"""The forms fit the diagrams: each user task has its own, none is left over, forms decide what gateways ask."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

import engine.hotline.order_actions  # noqa: F401  registers the actions
from engine import feel, forms, registry
from engine.hotline.actions import ACTIONS
from tests.processes import play

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BANJIE = "{urn:banjie:bpmn:1}"
DIAGRAMS = sorted(play.ROOT.glob("processes/*/*.bpmn"))
PERSONAL = ("citizen_name", "phone", "address", "id_no", "email", "employer", "informant")


def _tasks(diagram: Path) -> list[etree._Element]:
    return list(etree.parse(diagram).iter(BPMN + "userTask"))


def test_every_form_belongs_to_the_user_task_or_action_it_is_named_after() -> None:
    places = [(diagram.parent.name, task) for diagram in DIAGRAMS for task in _tasks(diagram)]
    wanted = {task.get(BANJIE + "form") for _folder, task in places}
    assert wanted <= {f"{folder}/{task.get('id')}" for folder, task in places}  # another task may share it
    assert wanted | {action.form for action in ACTIONS.values()} == set(play.form_names())


@pytest.mark.parametrize("name", play.form_names())
def test_a_form_can_be_filled_without_knowing_it(name: str) -> None:
    schema = play.schema(name)
    checked = forms.check(schema, play.usual_fill(schema, {}), {})
    assert checked.errors == {}


@pytest.mark.parametrize("name", play.form_names())
def test_a_form_keeps_no_personal_data(name: str) -> None:
    assert not [key for key in forms.keys(play.schema(name)) if key.startswith(PERSONAL)]


@pytest.mark.parametrize("name", play.form_names())
def test_a_form_shows_only_what_it_is_given(name: str) -> None:
    """Conditions read fields of the same form: the task hands over nothing else."""
    assert forms.reads(play.schema(name)) == frozenset()


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda path: path.stem)
def test_what_a_gateway_asks_is_answered_by_a_required_field_or_given_at_the_start(diagram: Path) -> None:
    tree = etree.parse(diagram)
    known = {"matter_no", "nature"}  # nature: the item of the loop over natures
    for scenario in play.scenarios():
        if scenario.process == diagram.stem:
            known |= set(scenario.start)
    for task in _tasks(diagram):
        fields = play.schema(task.get(BANJIE + "form"))["components"]
        known |= {field["key"] for field in fields if field.get("validate", {}).get("required")}
    for element in tree.iter():
        known |= {element.get(BANJIE + "result"), element.get(BANJIE + "collect")}
        known |= {element.get("name") if element.tag == BANJIE + "output" else None}
        if element.tag == BPMN + "script":
            known |= set(re.findall(r"(\w+):", element.text))
    for condition in tree.iter(BPMN + "conditionExpression"):
        assert feel.compile(condition.text).names - set(registry.FUNCTIONS) <= known, condition.text
