"""The table of elements against the standard's own schema, as SpiffWorkflow ships it."""

from pathlib import Path

import SpiffWorkflow
from lxml import etree

from engine.gate.elements import ELEMENTS, NODES

XSD = "{http://www.w3.org/2001/XMLSchema}"
# Element names that exist in the schema only to be derived from; a file never holds them.
ABSTRACT = {
    "activity", "baseElement", "baseElementWithMixedContent", "callableElement", "catchEvent", "choreographyActivity",
    "dataAssociation", "event", "eventDefinition", "flowElement", "flowNode", "gateway", "loopCharacteristics",
    "rootElement", "throwEvent",
}  # fmt: skip


def schema() -> etree._Element:
    folder = Path(SpiffWorkflow.__file__).parent / "bpmn" / "parser" / "schema"
    return etree.parse(folder / "Semantic.xsd").getroot()


def attributes(types: dict[str, etree._Element], name: str) -> set[str]:
    kind = types[name]
    extension = kind.find(f".//{XSD}extension")
    inherited = (
        attributes(types, extension.get("base")) if extension is not None and extension.get("base") in types else set()
    )
    return inherited | {attribute.get("name") for attribute in kind.iter(XSD + "attribute")}


def test_every_element_and_attribute_of_the_standard_has_a_row():
    root = schema()
    types = {kind.get("name"): kind for kind in root.findall(XSD + "complexType")}
    for element in root.findall(XSD + "element"):
        name = element.get("name")
        if name in ABSTRACT:
            continue
        assert name in ELEMENTS
        if element.get("type") in types:
            assert attributes(types, element.get("type")) <= ELEMENTS[name].attributes, name
    inner = {element.get("name") for kind in types.values() for element in kind.iter(XSD + "element")} - {None}
    assert inner - ABSTRACT <= ELEMENTS.keys()


def test_no_row_is_invented():
    root = schema()
    known = {element.get("name") for element in root.iter(XSD + "element")} | {"definitions", "import"}
    assert ELEMENTS.keys() <= known


def test_the_engine_runs_every_flow_node():
    assert {tag for tag in NODES if ELEMENTS[tag].status != "runs"} == set()
    assert {row.zh for row in ELEMENTS.values()} >= {"用户任务", "排他网关"}
