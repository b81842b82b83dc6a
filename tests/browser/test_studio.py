"""An analyst opens a diagram of another tool, follows the findings on the drawing, has it mended, and hands it over."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine import drafts
from tests.browser.visitor import Visitor
from tests.engine.test_drafts import careless

BUNDLE = Path(__file__).parents[1] / "web" / "bundle"


@pytest.fixture
def analyst(visit: Callable[..., Visitor]) -> Visitor:
    visitor = visit("analyst")
    visitor.page.goto("/language/zh_CN?next=/studio")  # the account keeps what the last test chose
    return visitor


def opened(visitor: Visitor, *files: tuple[str, bytes], name: str = "") -> str:
    """Upload files as a new draft; the address of its page."""
    page = visitor.page
    page.goto("/studio")
    upload(page, *files)
    page.locator("#upload-name").fill(name)
    visitor.press("打开并检查")
    expect(page).to_have_url(re.compile(r"/studio/\d+$"))
    visitor.settle()
    return page.url


def upload(page: Page, *files: tuple[str, bytes]) -> None:
    page.set_input_files("#files", [{"name": n, "mimeType": "text/plain", "buffer": c} for n, c in files])


def agree(page: Page, word: str) -> None:
    page.locator("dialog").get_by_role("button", name=word).click()


def said(page: Page, text: str) -> None:
    expect(page.locator("#flashes")).to_contain_text(text)


def shape(page: Page, element: str):
    return page.locator(f'#diagram [data-element-id="{element}"]')


def test_findings_and_elements_find_each_other(analyst: Visitor):
    opened(analyst, ("case.bpmn", (BUNDLE / "case.bpmn").read_bytes()), name="缺表单")
    page = analyst.page
    finding = page.locator(".finding-error", has_text="look").first
    expect(shape(page, "look")).to_have_class(re.compile("has-error"))
    finding.locator("[data-show]").click()
    expect(shape(page, "look")).to_have_class(re.compile("is-shown"))
    expect(finding).to_have_class(re.compile("is-shown"))
    page.reload()
    analyst.settle()
    expect(finding).not_to_have_class(re.compile("is-shown"))
    page.locator("#diagram .mark-error").first.click()
    expect(finding).to_have_class(re.compile("is-shown"))
    expect(finding.locator("[data-show]")).to_be_focused()


def test_a_diagram_without_a_drawing_is_drawn_and_mended(analyst: Visitor):
    opened(analyst, ("a.bpmn", careless("a")), ("b.bpmn", careless("b")), name="两张图")
    page = analyst.page
    expect(shape(page, "g")).to_be_visible()
    expect(page.locator(".nav-tabs .active")).to_contain_text("a.bpmn")
    offers = page.get_by_role("button", name=re.compile("^应用"))
    count = offers.count()
    offers.first.click()
    said(page, "已应用 1 项修正")
    analyst.press("撤回修正")
    said(page, "已撤回该项修正")
    page.get_by_text("撤回过或改掉了的修正").click()
    expect(offers).to_have_count(count)
    analyst.press("全部应用")
    said(page, "项修正")
    expect(offers).to_have_count(0)
    analyst.press("恢复此版 第 1 版")
    agree(page, "恢复此版")
    said(page, "已恢复第 1 版")
    expect(offers).to_have_count(count)
    page.locator(".nav-tabs").get_by_text("b.bpmn").click()
    expect(page).to_have_url(re.compile(r"file=b\.bpmn"))
    analyst.settle()
    expect(shape(page, "g")).to_be_visible()
    analyst.press("移除 a.bpmn")
    agree(page, "移除")
    said(page, "已移除 a.bpmn")
    expect(page.locator(".nav-tabs")).to_have_count(0)


END = b"</bpmn:definitions>"
GHOST = b"""<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"
    xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"><di:BPMNPlane bpmnElement="a">
  <di:BPMNShape id="start" bpmnElement="s"><dc:Bounds x="9" y="9" width="36" height="36"/></di:BPMNShape>
  <di:BPMNShape id="ghost"><dc:Bounds x="99" y="9" width="36" height="36"/></di:BPMNShape>
</di:BPMNPlane></di:BPMNDiagram></bpmn:definitions>"""


def test_what_cannot_be_drawn_is_told_with_what_to_do(analyst: Visitor):
    lost = b'<bpmn:message id="m" itemRef="nowhere"/>'  # is no part of the drawing: the gate tells it
    opened(analyst, ("a.bpmn", careless("a").replace(b"<bpmn:process", lost + b"<bpmn:process").replace(END, GHOST)))
    told = analyst.page.locator(".alert-warning[role=status]")
    expect(told).to_contain_text("有 1 处无法绘制")
    expect(told).to_contain_text("流程按文件的内容运行")
    told.locator("summary").click()
    expect(told).to_contain_text("图形 ghost 没有指明画的是哪个元素；自动布局会去掉它")
    told.get_by_role("link", name="自动布局，显示全部").click()
    expect(shape(analyst.page, "g")).to_be_visible()
    expect(told).to_have_count(0)


def test_a_finding_on_another_sheet_turns_to_it(analyst: Visitor):
    whole = drafts.drawing(careless("a")).decode()
    first = whole.index("<bpmndi:BPMNDiagram")
    head = re.match(r"<bpmndi:BPMNDiagram[^>]*>", whole[first:])
    start = re.search(r'<bpmndi:BPMNShape id="s_di".*?</bpmndi:BPMNShape>', whole, re.DOTALL)
    assert head and start
    sheet = f'{head[0].replace("a_diagram", "one")}<bpmndi:BPMNPlane id="plane_one" bpmnElement="a">'
    sheet += f"{start[0].replace('s_di', 's_one')}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    opened(analyst, ("a.bpmn", (whole[:first] + sheet + whole[first:]).encode()), name="两页")
    page = analyst.page
    expect(shape(page, "s")).to_be_visible()
    expect(shape(page, "yes")).to_have_count(0)
    page.locator('[data-show="yes"]').first.click()
    expect(shape(page, "yes")).to_have_class(re.compile("is-shown"))
    expect(page.get_by_label("图页")).to_have_value("1")


def test_what_is_no_diagram_says_so_and_can_be_replaced(analyst: Visitor):
    opened(analyst, ("x.bpmn", b"<html/>"), name="网页")
    expect(analyst.page.locator("main")).to_contain_text("不是 BPMN 流程图")
    upload(analyst.page, ("x.bpmn", (BUNDLE / "case.bpmn").read_bytes()))
    analyst.press("上传")
    said(analyst.page, "已保存 x.bpmn")
    analyst.settle()
    expect(shape(analyst.page, "look")).to_be_visible()


def test_a_draft_goes_from_the_analyst_to_the_admin_who_deploys_it(analyst: Visitor, visit: Callable[..., Visitor]):
    page = analyst.page
    page.goto("/studio")
    page.get_by_label("流程名称").fill("夜间巡查")
    analyst.press("新建")
    expect(page.locator("main")).to_contain_text("可以部署")
    address = page.get_by_label("本草稿的地址").input_value()
    expect(page.locator("#deploy").get_by_role("button")).to_have_count(0)
    admin = visit("admin")
    admin.page.goto(address)
    admin.settle()
    admin.page.get_by_label("版本说明").fill("第一版")
    admin.page.locator("#deploy").get_by_role("button", name="部署").click()
    agree(admin.page, "部署")
    said(admin.page, "已部署 夜间巡查 v1")
    admin.page.get_by_role("link", name="夜间巡查 v1").first.click()
    expect(admin.page.locator("h1")).to_contain_text("夜间巡查")
    expect(admin.page.locator("main")).to_contain_text("第一版")


def test_two_at_once_lose_nothing(analyst: Visitor, visit: Callable[..., Visitor]):
    address = opened(analyst, ("a.bpmn", careless("a")), name="同时")
    admin = visit("admin")
    admin.page.goto(address)
    analyst.press("全部应用")
    said(analyst.page, "项修正")
    admin.page.get_by_label("草稿名称").fill("我想要的名字")
    admin.press("改名")
    page = admin.page
    expect(page.locator("h1")).to_have_text("草稿已被改动")
    expect(page.locator("main")).to_contain_text("赵敏")
    expect(page.locator("main")).to_contain_text("我想要的名字")
    looks_well(admin, "draft-conflict")
    admin.follow("打开最新版")
    admin.settle()
    admin.press("删除草稿")
    agree(page, "删除")
    said(page, "已删除草稿“同时”")


def test_the_page_of_a_draft_is_accessible_and_fits_a_phone(analyst: Visitor):
    address = opened(
        analyst, ("a.bpmn", careless("a")), ("case.bpmn", (BUNDLE / "case.bpmn").read_bytes()), name="页面"
    )
    analyst.page.get_by_role("button", name=re.compile("^应用")).first.click()
    said(analyst.page, "已应用")
    for language in ("en", "zh_CN"):
        analyst.page.goto(f"/language/{language}?next=/account")
        analyst.page.goto(address)
        analyst.settle()
        analyst.page.locator("[data-show]").first.click()
        looks_well(analyst, f"draft-{language[:2]}")


def looks_well(visitor: Visitor, name: str) -> None:
    visitor.shoot(name)
    assert visitor.violations() == []
    assert visitor.overflow() == 0
    assert "None" not in visitor.page.locator("body").inner_text()
