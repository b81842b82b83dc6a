"""A consultation at the telephone: the entry that answers is proposed, and one click puts its text into the form."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visitor import Visitor


def test_a_proposed_entry_becomes_the_answer_by_one_click_and_is_counted(visit: Callable[..., Visitor]):
    clerk, coordinator = visit("clerk"), visit("coordinator")
    clerk.page.goto("/orders/new")
    clerk.field("诉求内容").fill("我的奶茶店停业了，个体工商户注销要准备什么材料？")
    clerk.press("登记")
    order_no = re.search(r"SH\d{8}-\d{6}", clerk.page.url)[0]
    clerk.find_task(order_no)
    clerk.complete({"五要素是否齐全": "齐全", "是否危及生命财产安全": "否", "是否重复反映": "不重复"})
    clerk.claim()
    clerk.complete(
        {
            "是否属于本程序办理": "是", "诉求性质": ["咨询（含求助、建议、表扬）"], "监管领域": "登记信用",
            "被反映对象所在区": "浦东新区", "安全与群体标记": "无",
        }
    )  # fmt: skip
    coordinator.find_task(order_no)
    coordinator.complete(
        {"办结时限": "一般件：5 个工作日", "工单类型": "转办", "是否领导指派": "否", "是否重复反映": "否"}
    )

    clerk.find_task(order_no)
    assert clerk.task == "知识库解答"
    expect(clerk.page.locator("aside")).to_contain_text("相同用词：")
    clerk.fill({"咨询主题": "开办注销一窗通"})
    clerk.press("填入答复")
    answer = clerk.field("解答要点", clerk.form)
    expect(answer).to_have_value(re.compile("注销登记申请书"))
    expect(clerk.field("咨询主题", clerk.form)).to_have_value("开办注销一窗通")  # what was chosen before stays
    clerk.shoot("consult-filled-zh")
    assert clerk.violations() == [] and clerk.overflow() == 0
    clerk.complete({"是否涉及一网通办": "是"})
    clerk.page.goto("/knowledge?q=个体户")
    expect(clerk.page.locator("main")).to_contain_text("用于答复 1 次")
