"""Diagrams of other products in the modeler: nothing is lost in silence, all is found, what is foreign can go."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_modeler import CHECKED, _entry, _pick, _ready, _save, _stored
from tests.browser.visitor import Visitor

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<definitions id="d" targetNamespace="t" '
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:banjie="urn:banjie:bpmn:1" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">'
)
STEPS = (
    '<startEvent id="s"/><manualTask id="任务一" name="督办"/><endEvent id="e"/>'
    '<sequenceFlow id="a" sourceRef="s" targetRef="任务一"/><sequenceFlow id="b" sourceRef="任务一" targetRef="e"/>'
)
CHOICE = (
    '<startEvent id="s"/><exclusiveGateway id="g" name="金额" default="b"/>'
    '<userTask id="t" name="核对"/><endEvent id="e"/>'
    '<sequenceFlow id="i" sourceRef="s" targetRef="g"/>'
    '<sequenceFlow id="a" sourceRef="g" targetRef="t"><conditionExpression '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="tFormalExpression" '
    'language="http://groovy.codehaus.org/">amount.gt(1)</conditionExpression></sequenceFlow>'
    '<sequenceFlow id="b" sourceRef="g" targetRef="e"/><sequenceFlow id="c" sourceRef="t" targetRef="e"/>'
)
TOLD = (
    '<startEvent id="s"/><endEvent id="e" name="通知"><extensionElements><zeebe:taskDefinition type="timeoutHandled"/>'
    '</extensionElements><messageEventDefinition id="m"/></endEvent><sequenceFlow id="a" sourceRef="s" targetRef="e"/>'
)
DATA = (
    '<startEvent id="s"/><serviceTask id="t" name="查询"><ioSpecification id="io"><dataOutput id="slot"/><inputSet/>'
    "<outputSet><dataOutputRefs>slot</dataOutputRefs></outputSet></ioSpecification>"
    '<dataOutputAssociation id="line"><sourceRef>slot</sourceRef><targetRef>paper</targetRef></dataOutputAssociation>'
    '</serviceTask><endEvent id="e"/><dataObject id="o"/>'
    '<dataObjectReference id="paper" name="材料" dataObjectRef="o"/>'
    '<sequenceFlow id="a" sourceRef="s" targetRef="t"/><sequenceFlow id="b" sourceRef="t" targetRef="e"/>'
)


PLACES = {"s": 100, "g": 200, "t": 500, "e": 800}
FLOWS = {"i": ("s", "g"), "a": ("g", "t"), "b": ("g", "e"), "c": ("t", "e")}
DRAWN = (
    '<bpmndi:BPMNDiagram id="sheet"><bpmndi:BPMNPlane id="plane" bpmnElement="p">'
    + "".join(
        f'<bpmndi:BPMNShape id="{one}_di" bpmnElement="{one}"><dc:Bounds x="{x}" y="{x}" width="50" height="50"/>'
        "</bpmndi:BPMNShape>"
        for one, x in PLACES.items()
    )
    + "".join(
        f'<bpmndi:BPMNEdge id="{flow}_di" bpmnElement="{flow}">'
        + "".join(f'<di:waypoint x="{PLACES[end] + 25}" y="{PLACES[end] + 25}"/>' for end in ends)
        + "</bpmndi:BPMNEdge>"
        for flow, ends in FLOWS.items()
    )
    + "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
)
FORK = (
    '<exclusiveGateway id="g2" name="再判断"/><endEvent id="e2"/><endEvent id="e3"/>'
    '<sequenceFlow id="f" sourceRef="g2" targetRef="e2"/><sequenceFlow id="h" sourceRef="g2" targetRef="e3"/>'
)
ARRIVAL = (
    '<intermediateCatchEvent id="c1" name="到货"><messageEventDefinition messageRef="news"/></intermediateCatchEvent>'
    '<sequenceFlow id="k" sourceRef="c1" targetRef="g2"/>'
)


@pytest.fixture
def analyst(visit: Callable[..., Visitor]) -> Visitor:
    visitor = visit("analyst")
    visitor.page.goto("/language/zh_CN?next=/studio")
    return visitor


def _uploaded(visitor: Visitor, steps: str, more: str = "") -> Page:
    """A draft of an uploaded diagram: its page."""
    page, text = (
        visitor.page,
        f'{HEAD}<process id="p" name="外来的图" isExecutable="true">{steps}</process>{more}</definitions>',
    )
    page.locator("input[type=file]").first.set_input_files(
        {"name": "strange.bpmn", "mimeType": "application/xml", "buffer": text.encode()}
    )
    page.locator("form:has(input[type=file]) button").first.click()
    page.wait_for_url(re.compile(r"/studio/\d+"))
    return page


def _edited(visitor: Visitor, steps: str, more: str = "") -> Page:
    page = _uploaded(visitor, steps, more)
    page.get_by_role("link", name=re.compile(r"^编辑.*\.bpmn")).first.click()
    _ready(page)
    return page


def _shape(page: Page, ident: str) -> None:
    _pick(page, page.locator(f"#board [data-element-id='{ident}']"))


def test_what_the_editor_cannot_read_is_said_and_never_saved_away(analyst: Visitor):
    page = _edited(analyst, STEPS)
    said = page.locator(".editor-losses")
    expect(said).to_contain_text("手动任务 “督办” 任务一")
    expect(said).to_contain_text("修改不能保存")
    assert analyst.violations() == []
    before = page.locator("#findings > li").all_inner_texts()
    assert any("task-role" in one for one in before)
    _shape(page, "s")
    page.locator("#panel [data-group-id=group-general]").click()
    _entry(page, "name").fill("开始受理")
    expect(page.locator("#editor-state")).to_contain_text("不能保存")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#flashes")).to_contain_text("没有保存")
    assert "任务一" in _stored(page)
    page.wait_for_timeout(3_000)  # the gate would have been asked by now
    assert page.locator("#findings > li").all_inner_texts() == before, "the findings are those of the stored file"
    said.get_by_role("link", name="草稿页").click()
    page.get_by_role("button", name="全部应用").first.click()
    page.get_by_role("link", name=re.compile(r"^编辑.*\.bpmn")).first.click()
    _ready(page)
    expect(page.locator("#board")).to_contain_text("督办")
    expect(page.locator(".editor-losses")).to_have_count(0)
    # The drawing library's own word about the flows of the step that it could not read.
    analyst.complaints[:] = [one for one in analyst.complaints if "failed to import" not in one]


def test_what_the_editor_cannot_read_is_mended_in_the_text_of_the_file(analyst: Visitor):
    page = _edited(analyst, STEPS)
    page.locator(".editor-losses").get_by_role("link", name="编辑原文").click()
    text = page.get_by_role("textbox", name="strange.bpmn")
    finding = page.locator("#findings > li", has_text="task-role").first
    finding.get_by_role("button").click()
    expect(text).to_be_focused()
    assert 'id="任务一"' in text.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)")
    assert analyst.violations() == []
    whole = text.input_value()
    text.fill(whole.removesuffix("</definitions>"))
    expect(page.locator("#findings")).to_contain_text("行", timeout=CHECKED)
    expect(page.locator("#findings > li")).to_have_count(1)
    text.fill(whole.replace("任务一", "step_1"))
    expect(page.locator("#findings [data-finding=step_1]").first).to_be_visible(timeout=CHECKED)
    _save(page)
    analyst.shoot("modeler-text-zh")
    assert analyst.overflow() == 0
    page.get_by_role("link", name="用图形编辑").click()
    _ready(page)
    expect(page.locator("#board")).to_contain_text("督办")
    expect(page.locator(".editor-losses")).to_have_count(0)
    analyst.complaints[:] = [one for one in analyst.complaints if "failed to import" not in one]


def test_a_finding_opens_the_field_that_mends_it(analyst: Visitor):
    page = _edited(analyst, CHOICE + FORK + ARRIVAL, "<message id='news'/>")
    for rule, element, field in (("task-role", "t", "role"), ("gateway-condition", "f", "condition")):
        page.locator(f"#findings [data-finding={element}]", has_text=rule).get_by_role("button").first.click()
        marked = page.locator("#panel .is-asked")
        expect(marked).to_have_attribute("data-entry-id", field)
        expect(marked.locator("select, textarea").first).to_be_focused()
        expect(marked).to_be_visible()
    unnamed = page.locator("#findings > li", has_text="reference-nameless").first
    unnamed.get_by_role("button").first.click()
    expect(page.locator("#panel .bio-properties-panel-header-label")).to_have_text("到货")
    expect(page.locator("#panel .is-asked")).to_have_attribute("data-entry-id", "messageName")


def test_a_layout_is_a_step_that_can_be_undone(analyst: Visitor):
    page = _edited(analyst, CHOICE, DRAWN)
    page.goto(f"{page.url}?element=t")
    _ready(page)
    _entry(page, "role").select_option("handler")
    place = "shape => shape.getAttribute('transform')"
    shape = page.locator("#board .djs-shape[data-element-id='t']")
    before = shape.evaluate(place)
    page.get_by_role("button", name="自动布局").click()
    expect(page.locator("#flashes")).to_contain_text("可以撤销")
    assert shape.evaluate(place) != before
    undo = page.get_by_role("button", name="撤销")
    undo.click()
    assert shape.evaluate(place) == before
    undo.click()
    expect(_entry(page, "role")).to_have_value("")
    expect(undo).to_be_disabled()
    assert page.locator("[title='Open pop-up editor']").count() == 0


def test_a_process_that_is_not_drawn_is_said_and_laid_out_on_a_sheet_of_its_own(analyst: Visitor):
    second = (
        '</process><process id="q" name="被调用的" isExecutable="true"><startEvent id="s2"/>'
        '<userTask id="deep" name="复核" banjie:role="wizard"/><sequenceFlow id="f2" sourceRef="s2" targetRef="deep"/>'
    )
    drawing = (
        '<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p"><bpmndi:BPMNShape bpmnElement="s">'
        '<dc:Bounds x="100" y="100" width="36" height="36"/></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    )
    page = _uploaded(analyst, '<startEvent id="s"/>' + second, drawing)
    finding = page.locator(".findings [data-finding=deep]").first
    finding.get_by_role("button", name="复核").click()
    expect(finding).to_contain_text("图上没有画出它")
    finding.get_by_role("link", name="自动布局").click()
    expect(page.locator("#diagram [data-element-id=deep]")).to_have_count(1)

    page.get_by_role("link", name=re.compile(r"^编辑.*\.bpmn")).first.click()
    _ready(page)
    finding = page.locator("#findings [data-finding=deep]").first
    finding.get_by_role("button", name="复核").click()
    finding.get_by_role("button", name="自动布局").click()
    expect(page.locator("#panel .bio-properties-panel-header-label")).to_have_text("复核", timeout=CHECKED)
    sheet = page.get_by_label("图页")
    expect(sheet.locator("option:checked")).to_have_text("被调用的")
    sheet.select_option(index=0)
    expect(page.locator("#board [data-element-id=s]")).to_have_count(1)
    sheet.select_option(index=1)
    expect(page.locator("#board [data-element-id=deep]")).to_have_count(1)


def test_a_condition_written_in_the_panel_is_no_longer_said_to_be_in_another_language(analyst: Visitor):
    page = _edited(analyst, CHOICE)
    page.goto(f"{page.url}?element=a")
    _ready(page)
    expect(page.locator("#findings")).to_contain_text("groovy")
    _entry(page, "condition").fill("金额 > 1000")
    expect(page.locator("#findings")).not_to_contain_text("groovy", timeout=CHECKED)
    _save(page)
    assert "金额 &gt; 1000" in _stored(page) and "groovy" not in _stored(page)


def test_an_extension_of_another_product_is_shown_and_taken_away(analyst: Visitor):
    page = _edited(analyst, TOLD)
    _shape(page, "e")
    group = page.locator("#panel [data-group-id=group-banjie-foreign]")
    group.get_by_text("其他产品的扩展").click()
    expect(group).to_contain_text("zeebe:taskDefinition")
    group.get_by_text("zeebe:taskDefinition").click()
    expect(group.locator("input").first).to_have_value("type=timeoutHandled")
    analyst.shoot("modeler-foreign-zh")
    assert analyst.violations() == []
    group.get_by_role("button", name="删除此项").click()
    expect(group).to_have_count(0)
    expect(page.locator("#findings")).not_to_contain_text("zeebe", timeout=CHECKED)
    page.get_by_role("button", name="撤销").click()
    expect(group).to_have_count(1)
    page.get_by_role("button", name="重做").click()
    _save(page)
    assert "taskDefinition" not in _stored(page)


def test_a_step_of_another_kind_keeps_its_line_to_data_and_nothing_that_is_gone(analyst: Visitor):
    page = _edited(analyst, DATA)
    _shape(page, "t")
    page.locator(".djs-context-pad .entry[data-action=replace]").click()
    page.locator(".djs-popup .entry[data-id=replace-with-manual-task]").click()
    expect(page.locator("#panel .bio-properties-panel-header-type")).to_have_text("手动任务")
    _save(page)
    stored = _stored(page)
    assert "<manualTask" in stored and "targetRef>paper<" in stored and "slot" not in stored
    expect(page.locator("#findings")).not_to_contain_text("slot")


def test_a_long_id_stays_in_its_column(analyst: Visitor):
    long = "_" + "A1b2C3d4" * 10
    page = _uploaded(analyst, f'<startEvent id="s"/><userTask id="{long}"/>')
    page.locator("#diagram .djs-element").first.wait_for(state="attached")
    line = page.locator(f".findings [data-finding={long}]").first
    expect(line).to_contain_text(long)
    right = "one => one.getBoundingClientRect().right"
    beyond = f"li => [...li.querySelectorAll('*')].filter(one => ({right})(one) > ({right})(li)).length"
    assert line.evaluate(beyond) == 0
    assert analyst.overflow() == 0


def test_a_file_with_nothing_to_draw_says_so_and_covers_nothing(analyst: Visitor):
    page = _uploaded(analyst, "")
    said, files = page.get_by_text("文件里没有可以绘制的内容"), page.get_by_role("heading", name="草稿的文件")
    expect(said).to_be_visible()
    box, heading = said.bounding_box(), files.bounding_box()
    assert box and heading and box["y"] + box["height"] <= heading["y"]
    # The drawing library's own word.
    analyst.complaints[:] = [one for one in analyst.complaints if "no diagram to display" not in one]
