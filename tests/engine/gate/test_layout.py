"""A diagram without a drawing gets one; all else of the file stays."""

import random
import re
from pathlib import Path

import pytest
from lxml import etree

from engine import xml
from engine.gate import layout as drawn
from engine.gate.standard import layout

from .draw import HEAD, end, flow, gateway, line, node, one, start, through, user

HOUSE = Path(__file__).parents[3]
SHIPPED = sorted((HOUSE / "processes").glob("*/*.bpmn"))
DRAWING = re.compile(rb"\s*<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", re.DOTALL)

POOLS = f"""<?xml version="1.0" encoding="UTF-8"?>
{HEAD}>
<!-- 这一行要保留 -->
<collaboration id="c"><participant id="office" name="热线办" processRef="p"/><participant id="citizen" name="群众"/>
<messageFlow id="m" sourceRef="a" targetRef="citizen"/></collaboration>
<process id="p" isExecutable="true"><laneSet id="ls">
<lane id="desk"><flowNodeRef>s</flowNodeRef><flowNodeRef>a</flowNodeRef></lane>
<lane id="units"><flowNodeRef>b</flowNodeRef><flowNodeRef>late</flowNodeRef><flowNodeRef>e</flowNodeRef></lane>
</laneSet>
<startEvent id="s"/><userTask id="a" name="受理" banjie:role="clerk"/>
<subProcess id="b"><startEvent id="s2"/><task id="t"/><endEvent id="e2"/>
<sequenceFlow id="f_in" sourceRef="s2" targetRef="t"/><sequenceFlow id="f_in2" sourceRef="t" targetRef="e2"/>
</subProcess>
<boundaryEvent id="late" attachedToRef="b"><timerEventDefinition/></boundaryEvent><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="b"/>
<sequenceFlow id="f3" sourceRef="b" targetRef="e"/><sequenceFlow id="f4" sourceRef="late" targetRef="a"/>
<textAnnotation id="note"><text>两日内</text></textAnnotation><association id="to_note" sourceRef="a" targetRef="note"/>
<dataObject id="do"/><dataObjectReference id="data" dataObjectRef="do"/>
</process></definitions>
<!-- </definitions> nor this -->
""".encode()


def same(content, again):
    """Whether two files are alike but for their drawing and the space around it."""
    return DRAWING.sub(b"", again).translate(None, b" \n") == content.translate(None, b" \n")


def shapes(content):
    """Shapes by what they show: (x, y, right, bottom)."""
    found = {}
    for shape in xml.parse(content).iter("{*}BPMNShape"):
        x, y, width, height = (float(shape[0].get(name)) for name in ("x", "y", "width", "height"))
        found[shape.get("bpmnElement")] = (x, y, x + width, y + height)
    return found


def edges(content):
    return {edge.get("bpmnElement"): edge for edge in xml.parse(content).iter("{*}BPMNEdge")}


def inside(inner, outer):
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_step_and_flow_of_the_houses_own_diagrams_is_drawn_again(file):
    content = file.read_bytes()
    plain = DRAWING.sub(b"", content)
    assert layout(content) == content, "it has a drawing"
    again = layout(plain)
    assert DRAWING.sub(b"", again) == plain, "nothing but the drawing is written"
    assert shapes(again).keys() == shapes(content).keys() and edges(again).keys() == edges(content).keys()


def test_pools_lanes_sub_processes_boundary_events_comments_and_data_are_drawn():
    content = layout(POOLS)
    boxes, lines = shapes(content), edges(content)
    assert boxes.keys() == {"office", "citizen", "desk", "units", *"sabe", "s2", "t", "e2", "late", "note", "data"}
    assert lines.keys() == {"f1", "f2", "f3", "f4", "f_in", "f_in2", "m", "to_note"}
    assert all(inside(boxes[name], boxes["office"]) for name in boxes.keys() - {"citizen"})
    assert all(inside(boxes[name], boxes["desk"]) for name in "sa")
    assert all(inside(boxes[name], boxes["units"]) for name in ("b", "e"))
    assert all(inside(boxes[name], boxes["b"]) for name in ("s2", "t", "e2"))
    assert boxes["late"][1] < boxes["b"][3] < boxes["late"][3], "a boundary event sits on the border"
    assert same(POOLS, content)


def test_steps_do_not_stand_on_each_other():
    parts = [user(f"t{n}") for n in range(12)]
    flows = line("s", "t0", "t1", "t2", "e") + flow("t1", "t3") + flow("t3", "t1") + flow("t4", "t4") + flow("t5", "e")
    boxes = list(shapes(layout(one(start(), *parts, end(), gateway("parallel", "g"), flows))).values())
    assert len(boxes) == 15
    for n, (x, y, right, bottom) in enumerate(boxes):
        for other in boxes[n + 1 :]:
            assert right <= other[0] or other[2] <= x or bottom <= other[1] or other[3] <= y


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030", "utf-8-sig"])
def test_a_file_keeps_its_encoding(encoding):
    declared = {"utf-8-sig": "UTF-8"}.get(encoding, encoding)
    content = f'<?xml version="1.0" encoding="{declared}"?>' + through(user("a", name="受理")).decode()
    again = layout(content.encode(encoding))
    assert 'bpmnElement="a"' in again.decode(encoding) and "受理" in again.decode(encoding)


def test_an_empty_drawing_is_replaced():
    empty = b'<bpmndi:BPMNDiagram id="D"><bpmndi:BPMNPlane id="P"/></bpmndi:BPMNDiagram></definitions>'
    bare = through(user()).replace(b"<definitions ", b'<definitions xmlns:bpmndi="%s" ' % drawn.SHAPES.encode())
    again = layout(bare.replace(b"</definitions>", empty))
    assert len(shapes(again)) == 3 and again.count(b"</bpmndi:BPMNDiagram>") == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"no xml", b"<a/>", HEAD.encode() + b"></definitions>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"],
)
def test_what_cannot_be_drawn_stays_as_it_was(content):
    assert layout(content) == content


def test_a_failing_layout_leaves_the_file_alone(monkeypatch):
    monkeypatch.setattr(drawn, "layout_process", lambda source: 1 / 0)
    assert layout(POOLS) == POOLS
    monkeypatch.undo()
    monkeypatch.setattr(drawn, "MAX_NODES", 1)
    assert layout(POOLS) == POOLS


def test_strange_diagrams_are_drawn_or_left_alone_quickly():
    dice = random.Random(5)
    for _ in range(150):
        root = etree.fromstring(POOLS)
        for _ in range(dice.randint(1, 6)):
            elements = [e for e in root.iter() if isinstance(e.tag, str) and e.getparent() is not None]
            one_, other = dice.choice(elements), dice.choice(elements)
            if dice.random() < 0.3:
                one_.tag = other.tag
            elif one_.attrib:
                one_.set(dice.choice(list(one_.attrib)), dice.choice([other.get("id") or "", "a", "b", "true"]))
        content = etree.tostring(root)
        assert same(content, layout(content))


def test_nested_sub_processes_are_drawn_within_each_other():
    inner = node("subProcess", "b", start("s2"), end("e2"), flow("s2", "e2"))
    boxes = shapes(layout(through(node("subProcess", "a", start("s1"), inner, end("e1"), line("s1", "b", "e1")))))
    assert inside(boxes["b"], boxes["a"]) and inside(boxes["s2"], boxes["b"])


def test_a_process_without_a_pool_is_drawn_on_a_sheet_of_its_own():
    called = b"""<process id="called"><startEvent id="s9"/><task id="only"/>
<sequenceFlow id="f9" sourceRef="s9" targetRef="only"/></process></definitions>"""
    again = layout(POOLS.replace(b"</definitions>", called, 1))
    assert [plane.get("bpmnElement") for plane in xml.parse(again).iter("{*}BPMNPlane")] == ["c", "called"]
    assert {"a", "only"} <= set(shapes(again)) and {"f1", "f9"} <= set(edges(again))
