import pytest

from tests.engine.gate.fixes.drawing import diagram, mended, offered


def _task(attributes: str = "", inside: str = ""):
    inside = f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>" if inside else ""
    return diagram(
        f"""<bpmn:userTask id="t">
      <bpmn:multiInstanceLoopCharacteristics {attributes}>{inside}</bpmn:multiInstanceLoopCharacteristics>
    </bpmn:userTask>"""
    )


@pytest.mark.parametrize(
    "said",
    [
        'camunda:collection="items" camunda:elementVariable="item"',
        'flowable:collection="${items}" flowable:elementVariable="item"',
    ],
)
def test_collections_of_camunda_7_and_flowable(said):
    assert '<bpmn:userTask id="t" banjie:collection="items" banjie:item="item">' in mended(_task(said), "many")


def test_collections_of_camunda_8():
    inside = (
        '<zeebe:loopCharacteristics inputCollection="=items" inputElement="item" '
        'outputCollection="results" outputElement="=answer.value"/>'
    )
    new = mended(_task(inside=inside), "many")
    assert (
        'banjie:collection="items" banjie:item="item" banjie:collect="results" banjie:collectItem="answer.value"' in new
    )
    assert offered(_task(inside=inside), "many")[0].rule == "foreign-needed"


@pytest.mark.parametrize(
    ("attributes", "inside"),
    [
        ("", ""),
        ('camunda:collection="${bean.items(1)}"', ""),
        ("", '<zeebe:loopCharacteristics inputCollection="=items(" inputElement="item"/>'),
        ('camunda:collection="a" xmlns:banjie="urn:banjie:bpmn:1" banjie:collection="b"', ""),
    ],
)
def test_others_are_left(attributes, inside):
    assert not offered(_task(attributes, inside), "many")
