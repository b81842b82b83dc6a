"""An analyst at the modeler: draws, is told what is wrong while drawing, saves, and loses nothing to a colleague."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.visitor import NARROW, Visitor

CHECKED = 15_000  # ms: the gate's verdict on a busy machine


@pytest.fixture
def analyst(visit: Callable[..., Visitor]) -> Visitor:
    visitor = visit("analyst")
    visitor.page.goto("/language/zh_CN?next=/studio")  # the account keeps what the last test chose
    return visitor


def _blank(visitor: Visitor, name: str) -> None:
    """A fresh draft, in the modeler."""
    page = visitor.page
    page.goto("/studio")
    page.get_by_label("流程名称").fill(name)
    visitor.press("新建")
    page.get_by_role("link", name=re.compile(r"^编辑.*\.bpmn")).first.click()
    _ready(page)


def _deployed(visitor: Visitor, key: str, file: str) -> None:
    """A draft of a deployed process; the first file of that ending in its editor."""
    page = visitor.page
    page.goto("/studio")
    version = page.locator("#definition option", has_text=f"（{key}）").first
    page.get_by_label("流程版本").select_option(value=version.get_attribute("value"))
    visitor.press("以此起草")
    page.get_by_role("link", name=re.compile(rf"^编辑.*{re.escape(file)}$")).first.click()
    if file.endswith(".bpmn"):
        _ready(page)
    else:
        expect(page.locator("#findings-count")).not_to_be_empty()


def _ready(page: Page) -> None:
    page.locator("#board .djs-element").first.wait_for(state="attached")
    expect(page.locator("#findings-count")).not_to_be_empty()


def _pick(page: Page, shape: Locator) -> str:
    shape.locator(".djs-hit").first.click()
    return str(shape.get_attribute("data-element-id"))


def _entry(page: Page, name: str) -> Locator:
    """A field of the panel by the name of its entry."""
    return page.locator(f"#panel [data-entry-id='{name}']").locator("select, textarea, input").first


def _save(page: Page) -> None:
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#editor-state")).to_contain_text("已保存")


def _stored(page: Page) -> str:
    """The diagram as the draft has it now."""
    address = page.url.replace("/edit/", "/files/")
    return page.request.get(address).text()


def test_a_task_is_given_its_role_and_the_finding_of_the_gate_comes_and_goes(analyst: Visitor):
    page = analyst.page
    _blank(analyst, "改表单和角色")
    task = _pick(page, page.locator("#board .djs-shape[data-element-id='task']"))
    form = _entry(page, "form").input_value()
    assert form.endswith("/handle")

    _entry(page, "role").select_option("handler")
    due = _entry(page, "due")
    due.fill('deadline("C10", ')
    expect(page.locator("[data-entry-id=due] .feel-problems")).to_contain_text("个字符处")
    badge = page.locator("#board .mark-error")
    expect(badge).to_have_count(1, timeout=CHECKED)
    expect(page.locator(f"#findings [data-finding='{task}']").first).to_contain_text("修改建议")
    analyst.shoot("modeler-finding-zh")

    due.fill('deadline("C10", now())')
    expect(page.locator("[data-entry-id=due] .feel-problems")).to_be_empty()
    expect(badge).to_have_count(0, timeout=CHECKED)
    _save(page)
    stored = _stored(page)
    assert 'banjie:role="handler"' in stored and f'banjie:form="{form}"' in stored
    assert 'banjie:due="deadline(&#34;C10&#34;, now())"' in stored or "C10" in stored
    page.get_by_role("link", name="改表单和角色").click()
    expect(page.locator("main")).to_contain_text("第 2 版")
    assert page.locator(".finding-error").count() == 0


def test_a_task_is_added_at_the_context_pad_named_undone_and_redone(analyst: Visitor):
    page = analyst.page
    _blank(analyst, "加一项任务")
    before = page.locator("#board .djs-shape").count()
    _pick(page, page.locator("#board .djs-shape[data-element-id='task']"))
    page.locator(".djs-context-pad .entry[data-action='append.append-task']").click()
    page.keyboard.type("复核")
    page.keyboard.press("Enter")
    expect(page.locator("#board")).to_contain_text("复核")
    expect(page.locator("#findings")).not_to_be_empty(timeout=CHECKED)
    page.get_by_role("button", name="撤销").click()
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("#board .djs-shape")).to_have_count(before)
    page.get_by_role("button", name="重做").click()
    page.get_by_role("button", name="重做").click()
    page.locator("#board svg").first.focus()
    page.keyboard.press("Control+s")
    expect(page.locator("#editor-state")).to_contain_text("已保存")
    assert 'name="复核"' in _stored(page)


def test_an_element_is_appended_by_keyboard(analyst: Visitor):
    page = analyst.page
    _blank(analyst, "只用键盘")
    _pick(page, page.locator("#board .djs-shape[data-element-id='task']"))
    page.keyboard.press("a")
    menu = page.locator(".djs-popup")
    expect(menu).to_contain_text("用户任务")
    # The menu's title is an h3 of bpmn-js.
    assert [one for one in analyst.violations() if "djs-popup-title" not in one] == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(menu).to_have_count(0)
    expect(page.locator("#panel .bio-properties-panel-header-type")).to_have_text("用户任务")
    shapes = page.locator("#board .djs-shape[data-element-id^=Activity]:not([data-element-id$=label])")
    label = page.locator(".djs-direct-editing-content")
    expect(label).to_be_focused()  # a new step asks for its name first
    page.keyboard.press("Escape")
    expect(label).to_have_count(0)
    expect(page.locator("#board svg").first).to_be_focused()
    for keys, count in (("Control+z", 0), ("Control+y", 1)):
        page.keyboard.press(keys)
        expect(shapes).to_have_count(count)
    page.keyboard.press("Control+s")
    expect(page.locator("#editor-state")).to_contain_text("已保存")
    assert _stored(page).count("<bpmn:userTask") == 2


def test_variables_and_functions_in_scope_are_offered_by_keyboard(analyst: Visitor):
    page = analyst.page
    _deployed(analyst, "complaint", ".bpmn")
    _pick(page, page.locator("#board .djs-shape[data-element-id='first_contact']"))
    unit = _entry(page, "unit")
    unit.fill("")
    unit.press_sequentially("sign_d")
    offers = page.locator("[data-entry-id=unit] [role=option]")
    expect(offers.first).to_contain_text("sign_decision")
    unit.press("Enter")
    expect(unit).to_have_value("sign_decision")
    unit.press_sequentially(" = deadl")
    expect(offers.first).to_contain_text("deadline(")
    unit.press("Escape")
    expect(offers).to_have_count(0)


def test_no_key_is_lost_while_what_was_typed_is_taken_over(analyst: Visitor):
    page = analyst.page
    _deployed(analyst, "complaint", ".bpmn")
    _pick(page, page.locator("#board .djs-shape[data-element-id='first_contact']"))
    unit = _entry(page, "unit")
    unit.fill("")
    slow = page.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    typed = "applicant_says"
    unit.press_sequentially(typed, delay=260, timeout=30_000)  # about as long as the field waits until it hands over
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    expect(unit).to_have_value(typed)


def test_the_names_of_messages_are_offered_and_a_connector_says_what_it_does(analyst: Visitor):
    page = analyst.page
    _deployed(analyst, "complaint", ".bpmn")
    address = page.url
    for element, entry in (("submit_report", "messageName"), ("sync_closed", "message")):
        page.goto(f"{address}?element={element}")
        _ready(page)
        listed = page.locator(f"#known-{entry} option").evaluate_all("all => all.map((one) => one.value)")
        assert {"order.received", "report.submitted"} <= set(listed)
        expect(_entry(page, entry)).to_have_attribute("list", f"known-{entry}")
    said = page.locator("#panel [data-entry-id=connector] .bio-properties-panel-description")
    expect(said).to_contain_text("全国12315平台同步")
    expect(said).to_contain_text("交给它后步骤就继续")
    _entry(page, "connector").select_option("notice")
    expect(said).to_contain_text("文书与告知")


def test_a_condition_a_time_and_a_clock_are_changed_in_the_panel(analyst: Visitor):
    page = analyst.page
    _deployed(analyst, "complaint", ".bpmn")
    address = page.url
    for element, entry, text in (
        ("both_willing_to_unwilling", "condition", 'willing = "都不同意"'),
        ("identity_expired", "timerValue", 'deadline("C10", now())'),
        ("sign", "priority", "0"),
    ):
        page.goto(f"{address}?element={element}")  # leads to the element
        _ready(page)
        _entry(page, entry).fill(text)
        _entry(page, entry).press("Tab")
        _save(page)
    page.locator("#panel [data-group-id=group-banjie-Clock] .bio-properties-panel-add-entry").click()
    clocks = page.locator("#panel [data-group-id=group-banjie-Clock] select")
    clocks.nth(0).select_option("C01")
    clocks.nth(1).select_option("start")
    _save(page)
    stored = _stored(page)
    assert (
        "都不同意" in stored and '>deadline("C10", now())</bpmn:timeDate>' in stored and 'banjie:priority="0"' in stored
    )
    assert '<banjie:clock code="C01" action="start" />' in stored


def test_who_saved_meanwhile_is_told_and_nothing_is_overwritten(visit: Callable[..., Visitor]):
    first, second = visit("analyst"), visit("admin")
    _blank(first, "两人同时改")
    second.page.goto(first.page.url)
    _ready(second.page)
    for visitor, role in ((second, "clerk"), (first, "leader")):
        _pick(visitor.page, visitor.page.locator("#board .djs-shape[data-element-id='task']"))
        _entry(visitor.page, "role").select_option(role)
    _save(second.page)
    first.press("保存")
    dialog = first.page.get_by_role("dialog")
    expect(dialog).to_contain_text("已于")
    assert first.violations() == []
    first.shoot("modeler-conflict-zh")
    with first.page.expect_download() as copy:
        dialog.get_by_role("link", name="下载我的版本").click()
    assert 'banjie:role="leader"' in Path(copy.value.path()).read_text(encoding="utf-8")
    assert 'banjie:role="clerk"' in _stored(first.page)
    first.press("继续编辑")
    expect(first.page.locator("#editor-state")).to_contain_text("未保存")


def test_leaving_with_unsaved_changes_asks_first(analyst: Visitor):
    page = analyst.page
    _blank(analyst, "离开前提醒")
    here = page.url
    _pick(page, page.locator("#board .djs-shape[data-element-id='task']"))
    _entry(page, "role").select_option("leader")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="离开前提醒").click(no_wait_after=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"] and page.url == here


def test_a_rule_of_a_decision_table_is_changed_judged_and_saved(analyst: Visitor):
    page = analyst.page
    _deployed(analyst, "intake", "routing.dmn")
    cell = page.locator("#board td.input-cell").first
    expect(cell).to_contain_text("药械化")
    cell.click()
    page.keyboard.press("Control+a")
    page.keyboard.type('"药械化" && ')
    expect(page.locator("#findings .finding-error").first).to_contain_text("修改建议", timeout=CHECKED)
    page.keyboard.press("Control+a")
    page.keyboard.type('"药械化", "化妆品"')
    expect(page.locator("#findings .finding-error")).to_have_count(0, timeout=CHECKED)
    _save(page)
    assert "化妆品" in _stored(page)
    analyst.shoot("table-editor-zh")
    # The empty heading above the numbers of the rules is dmn-js' own.
    assert [one for one in analyst.violations() if "index-column" not in one] == []
    assert analyst.overflow() == 0
    assert page.locator(".bjs-powered-by, .powered-by").first.is_visible()


def test_a_field_of_a_form_is_renamed_and_added_judged_and_saved(analyst: Visitor):
    page = analyst.page
    _blank(analyst, "改表单")
    page.get_by_role("link", name="改表单").click()
    page.get_by_role("link", name=re.compile(r"^编辑.*handle\.json$")).click()
    expect(page.locator("#board .fjs-palette-group-title").first).to_have_text("输入")
    page.locator("#board .fjs-form-field", has_text="办理结果").first.click()
    page.get_by_text("通用", exact=True).click()
    key = page.locator(".fjs-properties-container [data-entry-id=key] input")
    key.fill("parent")  # a word of the forms' language
    expect(page.locator("#findings .finding-error").first).to_contain_text("修改建议", timeout=CHECKED)
    key.fill("outcome")
    expect(page.locator("#findings .finding-error")).to_have_count(0, timeout=CHECKED)
    page.get_by_role("button", name="数字").press("Enter")
    expect(page.locator("#board .fjs-form-field-number")).to_have_count(1)
    assert page.locator("#board [data-field-type=filepicker]").is_hidden(), "the gate would refuse it"
    _save(page)
    stored = _stored(page)
    assert '"key": "outcome"' in stored and '"type": "number"' in stored
    analyst.shoot("form-editor-zh")
    assert analyst.violations() == []
    assert analyst.overflow() == 0
    assert page.locator(".fjs-powered-by").is_visible()


def test_new_options_are_called_so_in_chinese(analyst: Visitor):
    page = analyst.page
    _blank(analyst, "加选项")
    page.get_by_role("link", name="加选项").click()
    page.get_by_role("link", name=re.compile(r"^编辑.*handle\.json$")).click()
    page.get_by_role("button", name="单选组").press("Enter")
    radio = page.locator("#board .fjs-form-field-radio")
    expect(radio).to_contain_text("选项")
    radio.click()
    options = page.locator(".fjs-properties-container [data-group-id$=staticOptions]")
    options.locator(".bio-properties-panel-add-entry").click()
    expect(radio).to_contain_text("选项 2")
    _save(page)
    stored = _stored(page)
    assert '"label": "选项 2"' in stored and '"label": "Value' not in stored and '"value": "value2"' in stored


def test_a_key_may_be_chinese_and_a_refused_one_is_said_to_be_refused(analyst: Visitor):
    page = analyst.page
    _blank(analyst, "中文变量名")
    page.get_by_role("link", name="中文变量名").click()
    page.get_by_role("link", name=re.compile(r"^编辑.*handle\.json$")).click()
    page.locator("#board .fjs-form-field", has_text="办理结果").first.click()
    page.get_by_text("通用", exact=True).click()
    entry = page.locator(".fjs-properties-container [data-entry-id=key]")
    entry.locator("input").fill("3 金额")
    expect(entry).to_contain_text("未采用：变量名以汉字、字母或 _ 开头")
    assert analyst.violations() == []
    entry.locator("input").fill("金额.总计")
    expect(entry.locator(".bio-properties-panel-error")).to_have_count(0)
    entry.locator("input").fill("金额")
    expect(page.locator("#findings .finding-error")).to_have_count(0, timeout=CHECKED)
    _save(page)
    assert '"key": "金额"' in _stored(page)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_modeler_is_accessible_and_can_be_read_on_a_phone(analyst: Visitor, language: str):
    page = analyst.page
    _blank(analyst, "一张图")
    page.goto(f"/language/{language}?next={page.url.removeprefix(page.url.split('/studio')[0])}")
    _ready(page)
    _pick(page, page.locator("#board .djs-shape[data-element-id='task']"))
    expect(_entry(page, "role")).to_be_visible()
    assert analyst.violations() == []
    assert analyst.overflow() == 0
    analyst.shoot(f"modeler-{language[:2]}")

    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.reload()
    _ready(page)
    expect(page.locator("main")).to_contain_text("只能查看" if language == "zh_CN" else "only be looked at")
    expect(page.locator(".djs-palette")).to_have_count(0)
    assert analyst.violations() == []
    page.screenshot(path=Path("build/screenshots") / f"modeler-phone-{language[:2]}.png")
