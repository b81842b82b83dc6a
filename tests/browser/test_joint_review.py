"""A joint review as its people see it: asked for on an order's page, answered by units, kept as a precedent."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visitor import Visitor

ASKED = {
    "提请缘由": "职责不清",
    "会商问题": "关门健身房的预付卡退费由谁承办",
    "甲方案": "由经营地区局承办",
    "乙方案": "由登记地区局承办",
}
LINE = "关门门店的预付卡投诉由经营地区局承办"


def test_a_review_is_asked_for_decided_by_two_units_and_found_again(visit: Callable[..., Visitor]):
    handler, coordinator = visit("handler-310115"), visit("coordinator")
    handler.page.goto("/tasks?scope=unit")
    order_no = re.search(r"SH\d{8}-\d{6}", handler.page.locator("main tbody").inner_text())[0]
    handler.page.goto(f"/orders/{order_no}")
    handler.press("更多操作")
    handler.follow("发起会商")
    handler.fill(ASKED)
    handler.press("提交")
    expect(handler.page.locator("#flashes")).to_contain_text("发起会商")

    coordinator.page.goto(f"/tasks?scope=unit&q={order_no}")
    coordinator.follow("发起会商")
    coordinator.claim()
    coordinator.shoot("open-review-zh")
    assert coordinator.violations() == []
    coordinator.complete({"是否会商": "发起会商", "会审单位": ["徐汇区局", "浦东新区局", "静安区局"]})
    for unit in ("310104", "310115"):
        reviewer = visit(f"leader-{unit}")
        reviewer.page.goto(f"/tasks?scope=unit&q={order_no}")
        reviewer.follow("出具意见")
        reviewer.claim()
        reviewer.complete({"意见": "支持甲方案", "理由和条件": "证据都在经营地", "法律依据": "第13条"})

    coordinator.page.goto(f"/tasks?scope=unit&q={order_no}")
    coordinator.follow("制作会商纪要")
    coordinator.claim()
    opinions = coordinator.field("书面意见", coordinator.form)
    expect(opinions).to_have_value(re.compile("徐汇区局：支持甲方案.*浦东新区局：支持甲方案"))
    coordinator.complete(
        {
            "决定": "甲方案", "承办单位": "浦东新区局", "办理期限": "2026/12/10", "统一承办口径": LINE,
            "法律依据": "总局令第121号第13条", "标签": "预付卡 管辖", "会商纪要": "三家应邀，两家一致。",
        }
    )  # fmt: skip
    handler.page.goto("/precedents?q=预付卡")
    expect(handler.page.locator("main")).to_contain_text(LINE)
    handler.shoot("precedents-filled-zh")
    assert handler.violations() == []
