"""The bulletin in the browser: asked for by the office, contested by a unit."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from engine import clock
from engine.hotline.bulletin import periods
from tests.browser.visitor import Visitor

YEAR = str(int(periods.closed("year", clock.today()).key) + 1)  # the running one, in which the demo's orders came


def open_task(visitor: Visitor, name: str) -> None:
    """Wait for a task of the bulletin that the worker is about to open."""
    row = visitor.page.locator("[data-row]", has_text=name)
    for _ in range(40):
        visitor.page.goto("/tasks?scope=unit&process=bulletin")
        if row.count():
            break
        visitor.page.wait_for_timeout(250)
    row.first.locator("[data-open]").click()
    expect(visitor.page).to_have_url(re.compile(r"/tasks/\d+$"))
    visitor.claim()


def test_a_unit_contests_a_figure_and_the_office_sees_it(visit: Callable[..., Visitor]):
    office, unit = visit("coordinator"), visit("operator-310115")
    office.page.goto("/bulletins")
    office.field("期间").fill(YEAR)
    office.press("开始统计")
    expect(office.page.locator("#flashes")).to_contain_text("已开始")

    open_task(unit, "核对数据")
    expect(unit.field("本单位数据", unit.form)).to_have_value(re.compile("承办 \\d+ 件"))
    unit.fill({"核对结果": "有异议", "有异议的数据": "按时办结", "应为": "7", "理由和证据": "系统故障一日，材料附后。"})
    unit.shoot("bulletin-check")
    assert unit.violations() == []
    unit.press("办结")
    expect(unit.page.locator("h1")).not_to_contain_text("核对数据")

    for _ in range(40):
        office.page.goto("/bulletins")
        office.page.locator("[data-open]", has_text=re.compile(f"^{YEAR}$")).first.click()
        if office.page.locator("#contests-title").count():
            break
        office.page.wait_for_timeout(250)
    expect(office.page.locator("main")).to_contain_text("系统故障一日，材料附后。")
    expect(office.page.locator("main")).to_contain_text("待裁定")
    assert office.violations() == []
