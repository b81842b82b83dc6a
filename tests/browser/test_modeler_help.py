"""What helps an analyst at the modeler: suggestions, the gate's word under a field, new files, what is not drawn."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.test_modeler import CHECKED, _blank, _deployed, _entry, _pick, _ready, _save, _stored
from tests.browser.visitor import Visitor


@pytest.fixture
def analyst(visit: Callable[..., Visitor]) -> Visitor:
    visitor = visit("analyst")
    visitor.page.goto("/language/zh_CN?next=/studio")  # the account keeps what the last test chose
    return visitor


def test_suggestions_stay_while_one_pauses_and_the_gate_speaks_under_the_field(analyst: Visitor):
    page = analyst.page
    _blank(analyst, "边写边提示")
    _pick(page, page.locator("#board .djs-shape[data-element-id='task']"))
    due = _entry(page, "due")
    due.press_sequentially("de")
    offers = page.locator("[data-entry-id=due] [role=option]")
    expect(offers.first).to_contain_text("deadline(", timeout=CHECKED)
    page.wait_for_timeout(1500)  # by now it has become the value
    expect(offers.first).to_contain_text("deadline(")
    due.fill('deadline("C99", now())')
    expect(page.locator("[data-entry-id=due] .feel-problems")).to_contain_text("C99", timeout=CHECKED)
    due.fill('deadline("C10", now())')
    expect(page.locator("[data-entry-id=due] .feel-problems")).to_be_empty(timeout=CHECKED)


def test_a_cron_line_is_answered_with_the_gates_sentence(analyst: Visitor):
    page = analyst.page
    _deployed(analyst, "complaint", ".bpmn")
    page.goto(f"{page.url}?element=identity_expired")
    _ready(page)
    _entry(page, "timerValue").fill("0 9 * * 1")
    said = page.locator("[data-entry-id=timerValue] .feel-problems")
    expect(said).to_contain_text("每周", timeout=CHECKED)
    expect(said).not_to_contain_text("缺少运算符")


def test_a_loop_gets_its_condition_and_its_most_rounds_in_the_panel(analyst: Visitor):
    page = analyst.page
    _blank(analyst, "重复办理")
    _pick(page, page.locator("#board .djs-shape[data-element-id='task']"))
    page.locator(".djs-context-pad [data-action=replace]").click()
    page.locator(".djs-popup [data-id=toggle-loop]").click()
    expect(page.locator("#findings")).to_contain_text("最多次数", timeout=CHECKED)
    _entry(page, "loopMaximum").fill("3")
    _entry(page, "loopCondition").fill("done = false")
    expect(page.locator("#findings")).not_to_contain_text("最多次数", timeout=CHECKED)
    _save(page)
    stored = _stored(page)
    assert 'loopMaximum="3"' in stored and "done = false</bpmn:loopCondition>" in stored


def test_a_finding_opens_the_folded_group_of_its_field(analyst: Visitor):
    page = analyst.page
    _blank(analyst, "重复几次")
    _pick(page, page.locator("#board .djs-shape[data-element-id='task']"))
    page.locator(".djs-context-pad [data-action=replace]").click()
    page.locator(".djs-popup [data-id=toggle-parallel-mi]").click()
    group = page.locator("#panel [data-group-id=group-multiInstance]")
    field = group.locator("[data-entry-id=loopCardinality] .bio-properties-panel-input")
    header = group.locator(".bio-properties-panel-group-header")
    if not field.is_visible():
        header.click()
    field.fill("3 +")
    finding = page.locator("#findings li", has_text="循环基数 3 +").first
    expect(finding).to_be_visible(timeout=CHECKED)
    header.click()
    expect(field).to_be_hidden()
    finding.get_by_role("button").first.click()
    expect(field).to_be_focused()


def test_a_form_is_made_from_the_panel_chosen_and_stored_with_the_diagram(analyst: Visitor):
    page = analyst.page
    _blank(analyst, "面板里建表单")
    _pick(page, page.locator("#board .djs-shape[data-element-id='task']"))
    page.get_by_role("button", name="新建表单").click()
    expect(_entry(page, "form")).to_have_value("办理")
    link = page.get_by_role("link", name="打开编辑")
    expect(link).to_have_attribute("href", re.compile("/edit/forms/"))
    analyst.shoot("modeler-new-form-zh")
    here = page.url
    draft = page.get_by_role("link", name="面板里建表单").get_attribute("href") or ""
    assert "办理.json" not in page.request.get(draft).text(), "nothing is left behind when the diagram is not saved"
    link.click()
    expect(page.locator("#board .fjs-palette-container")).to_be_visible()
    assert page.url != here and "%E5%8A%9E%E7%90%86.json" in page.url
    page.goto(here)
    _ready(page)
    assert 'banjie:form="办理"' in _stored(page)


def test_what_is_not_drawn_is_said_and_laid_out(analyst: Visitor):
    page = analyst.page
    _blank(analyst, "漏画一步")
    text = _stored(page)
    half = re.sub(r'<bpmndi:BPMNShape id="task_di".*?</bpmndi:BPMNShape>', "", text, flags=re.S)
    half = re.sub(r"<bpmndi:BPMNEdge .*?</bpmndi:BPMNEdge>", "", half, flags=re.S)
    half = half.replace('banjie:role="handler"', 'banjie:role="wizard"')
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    page.request.put(page.url, data={"content": half, "revision": 1}, headers={"X-CSRFToken": token})
    page.reload()
    _ready(page)
    finding = page.locator("#findings [data-finding=task]").first
    finding.get_by_role("button", name="办理").click()
    expect(finding).to_contain_text("图上没有画出它")
    finding.get_by_role("button", name="自动布局").click()
    expect(page.locator("#board .djs-shape[data-element-id='task']")).to_have_count(1, timeout=CHECKED)
    _save(page)
    assert 'bpmnElement="task"' in _stored(page)


def test_the_palette_covers_nothing_and_the_panel_speaks_chinese(analyst: Visitor):
    page = analyst.page
    _blank(analyst, "打开时都看得见")
    palette = page.locator(".djs-palette").bounding_box()
    start = page.locator("#board .djs-shape[data-element-id='start'] .djs-hit").bounding_box()
    assert palette and start and start["x"] > palette["x"] + palette["width"]
    _pick(page, page.locator("#board .djs-shape[data-element-id='task']"))
    titles = page.locator("#panel [title]").evaluate_all("all => all.map(one => one.title)")
    assert titles and [one for one in titles if re.search("Toggle section|Delete item|Create", one)] == []
