"""A three-party call as the seat sees it: asked for on the order's page, rung, answered, solved."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visitor import Visitor


def test_a_three_party_call_rings_is_answered_and_ends_the_order(visit: Callable[..., Visitor]):
    clerk = visit("clerk")
    clerk.page.goto("/orders/new")
    clerk.field("诉求内容").fill("请问预包装食品的生产日期可以标在瓶盖上吗？")
    clerk.press("登记")
    clerk.press("更多操作")
    clerk.follow("三方转接")
    asked = {"咨询主题": "食品", "请专家解答的问题": "生产日期标在瓶盖上是否合规", "已请市民等候": "是"}
    clerk.fill(asked)
    clerk.press("提交")
    panel = clerk.page.locator("#ringing")
    expect(panel).to_contain_text("正在呼叫食品安全处（第 1 个，共 3 个）")
    clerk.shoot("ringing-zh")
    assert clerk.violations() == [] and clerk.overflow() == 0
    clerk.press("占线")
    expect(panel).to_contain_text("正在呼叫消费权益处（第 2 个，共 3 个）")
    clerk.press("已接通")
    expect(panel).to_contain_text("正在与消费权益处三方通话")
    clerk.follow("介绍并三方通话")
    clerk.claim()
    talk = {"市民与专家均已确认，接线员退出": "是", "通话结果": "当场解决", "通话要点": "可以标在瓶盖上，应清晰。"}
    talk["知识库是否缺此条目"] = "否"
    clerk.complete(talk)
    clerk.page.goto("/orders?q=瓶盖")
    clerk.page.locator("[data-open]").first.click()
    expect(clerk.page.locator("main")).to_contain_text("已办结")
    expect(panel).to_have_count(0)
