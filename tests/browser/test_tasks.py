"""What happens at a task besides completing it: drafts, mistakes, somebody else's hands, the keyboard, the language."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.browser.visitor import SETTLES, Visitor
from web import demo

REGISTER = {"五要素是否齐全": "齐全", "是否危及生命财产安全": "否", "是否重复反映": "不重复"}
NOTE = "市民补充了付款截图，已核对。"


def test_a_worklist_is_worked_by_keyboard_and_a_draft_comes_back(visit: Callable[..., Visitor]):
    clerk = visit("clerk")
    page = clerk.page
    page.goto("/tasks?scope=unit&process=intake&sort=created&q=登记核对")
    rows = page.locator("[data-worklist] [data-row]")
    for key, place in (("j", 0), ("j", 1), ("k", 0), ("j", 1)):
        page.keyboard.press(key)
        expect(rows.nth(place)).to_have_class(re.compile("is-active"))
    name = rows.nth(1).get_attribute("id")
    page.keyboard.press("c")
    row = page.locator(f"#{name}")
    expect(row).to_contain_text("放回待办")
    expect(page.locator("#flashes")).to_contain_text("已认领")
    row.locator("[data-open]").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/tasks/\d+$"))

    clerk.fill({"五要素是否齐全": "经补充齐全", "登记说明": NOTE})
    expect(page.locator(".task-status")).to_contain_text("已自动保存")
    page.reload()
    expect(page.locator(".task-status")).to_contain_text("的草稿")
    expect(clerk.field("登记说明", clerk.form)).to_have_value(NOTE)
    expect(page.get_by_role("radiogroup", name="五要素是否齐全").get_by_label("经补充齐全")).to_be_checked()
    assert clerk.violations() == []

    page.on("dialog", lambda dialog: dialog.accept())
    clerk.press("放弃草稿")
    expect(clerk.field("登记说明", clerk.form)).to_have_value("")


def _dispatching(coordinator: Visitor) -> Page:
    """A matter to be dispatched, whose form asks for a day."""
    page = coordinator.page
    page.goto("/tasks?scope=unit&process=intake&q=分派")
    for address in page.locator("[data-open]").evaluate_all("all => all.map((one) => one.href)"):
        page.goto(address)
        coordinator.settle()
        if page.locator(".fjs-datepicker").count():
            coordinator.claim()
            return page
    raise AssertionError("nothing to dispatch")


def test_dates_are_written_as_on_the_pages_whatever_the_browser_speaks(browser: Browser, server: str):
    context = browser.new_context(base_url=server, locale="en-US", timezone_id="Asia/Shanghai")
    coordinator = Visitor(context.new_page())
    coordinator.sign_in("coordinator", demo.PASSWORD)
    day = _dispatching(coordinator).locator(".fjs-datepicker input.fjs-input").first
    expect(day).to_have_attribute("placeholder", "年-月-日")
    day.fill("2026-12-1")
    day.press("Tab")
    expect(day).to_have_value("2026-12-01")
    context.close()


def test_a_unit_that_was_typed_and_not_picked_says_so(visit: Callable[..., Visitor]):
    coordinator = visit("coordinator")
    _dispatching(coordinator)
    unit = coordinator.field("承办单位", coordinator.form)
    box = unit.locator("xpath=ancestor::div[contains(concat(' ', @class, ' '), ' fjs-form-field ')][1]")
    if box.locator(".fjs-select-cross").count():
        box.locator(".fjs-select-cross").click()
    unit.press_sequentially("陆家嘴街道")
    unit.press("Tab")
    expect(box).to_contain_text("请从列表中选择：“陆家嘴街道”没有选中")
    coordinator.press("办结")
    expect(box).to_contain_text("请从列表中选择")
    unit.press_sequentially("浦东新区局")
    box.locator(".fjs-dropdownlist-item", has_text="浦东新区局").first.click()
    expect(box.locator(".fjs-form-field-error")).to_have_count(0)


def test_the_server_judges_again_and_its_sentence_stands_at_the_field(visit: Callable[..., Visitor]):
    clerk = visit("clerk")
    page = clerk.page
    page.goto("/tasks?scope=unit&process=intake&sort=created&q=登记核对")
    page.locator("[data-open]").last.click()
    clerk.claim()
    clerk.press("办结")
    expect(page.locator(".task-alert")).to_contain_text("还有未填好的内容")

    clerk.fill(REGISTER)
    page.route("**/tasks/*", lambda route: route.continue_(post_data=json.dumps({"values": {"elements": "齐全"}})))
    clerk.press("办结")
    question = page.get_by_role("radiogroup", name="是否重复反映")
    expect(question.get_by_role("alert")).to_be_visible()
    expect(page.locator("[aria-invalid=true]").first).to_be_focused()
    assert clerk.violations() == []
    clerk.shoot("task-refused-zh")

    page.unroute("**/tasks/*")
    page.get_by_role("radiogroup", name="五要素是否齐全").get_by_label("经补充齐全").check()
    page.wait_for_timeout(SETTLES)
    clerk.press("办结")
    expect(page.locator("#flashes")).to_contain_text("已办结")


def test_an_order_form_keeps_what_was_typed_and_names_the_wrong_fields(visit: Callable[..., Visitor]):
    clerk = visit("clerk")
    clerk.page.goto("/orders/new")
    clerk.field("诉求内容").fill("商家拒绝退款")
    clerk.field("电话").fill("12")
    clerk.press("登记")
    expect(clerk.page.get_by_role("alert")).to_contain_text("电话号码有误")
    expect(clerk.field("电话")).to_have_attribute("aria-invalid", "true")
    expect(clerk.field("诉求内容")).to_have_value("商家拒绝退款")
    assert clerk.violations() == []


def test_a_task_that_somebody_else_has_ended_says_who_was_faster_and_when(visit: Callable[..., Visitor]):
    clerk, late = visit("clerk"), visit("clerk")
    clerk.page.goto("/tasks?scope=unit&process=intake&sort=created&q=登记核对")
    clerk.page.locator("[data-open]").nth(2).click()
    clerk.claim()
    late.page.goto(clerk.page.url)
    expect(late.form).to_be_visible()
    clerk.complete(REGISTER)

    late.fill(REGISTER)
    late.press("办结")
    expect(late.page.locator(".task-alert")).to_contain_text(re.compile(r"由 王丽 于 \d\d-\d\d \d\d:\d\d 办结"))
    late.page.reload()
    expect(late.page.locator("main")).to_contain_text(re.compile(r"王丽 已于 \d{4}-\d\d-\d\d \d\d:\d\d 办结"))


def test_the_language_is_switched_and_kept(visit: Callable[..., Visitor]):
    leader = visit("leader-310115")
    leader.follow("English")
    expect(leader.page.locator("html")).to_have_attribute("lang", "en")
    expect(leader.page.locator("h1")).to_have_text("Worklist")
    leader.page.goto("/orders")
    expect(leader.page.locator("h1")).to_have_text("Orders")
    leader.follow("中文")
    expect(leader.page.locator("h1")).to_have_text("工单")
