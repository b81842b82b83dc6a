"""An order from the telephone to the reply, through the hands of everybody who works on it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visitor import Visitor

DISTRICT = "310115"
ORDER = {
    "诉求内容": "3月在健身房办了两年卡，昨天到店发现已经关门，电话无人接听，要求退还剩余费用。",
    "标题": "健身房关门，预付卡退款无门",
    "具体请求": "退还剩余会费4200元",
    "姓名": "钱小桥",
    "电话": "13900139000",
    "被投诉举报人": "跃动健身（浦东店）",
    "涉及金额（元）": "4200",
}
MOMENT = {"最近一次联系（日期）": "2026/11/24", "时间": "10:30"}
COMPLAINT: list[tuple[str, str, dict[str, object]]] = [
    (
        "handler",
        "先行联系",
        {
            "先行联系结果": "已联", "联系次数": 1, **MOMENT, "联系情况": "市民确认诉求，愿意调解。",
            "转企业在线和解（ODR）": "否",
        },
    ),
    (
        "handler",
        "材料核对",
        {"材料是否齐全": "齐全", "投诉请求": ["退款"], "投诉人": "本人", "是否共同投诉": "否", "身份是否存疑": "否"},
    ),
    ("leader", "受理审查决定", {"决定": "受理"}),
    (
        "handler",
        "征询调解意愿",
        {"是否同意调解": "双方同意", "调解方式": "电话", "时间、地点和调解人员": "11月25日下午电话调解"},
    ),
    ("handler", "组织调解", {"调解结果": "达成协议", "调解记录": "商家同意分两期退还。"}),
    ("handler", "制作调解书", {"协议形式": "制作调解书", "协议内容": "十日内退还4200元。"}),
    (
        "handler",
        "填写办结报告",
        {
            "事实认定": "属实", "诉求认定": "合理合法", "现场查看": "否", "办理结果": "实际解决",
            "是否发现违法线索": "否", "办结汇总": "浦东新区局11月24日核实商家关店属实，经调解退款。",
            "答复市民要点": "浦东新区局11月24日已组织调解，商家将在十日内退款。",
        },
    ),
    ("leader", "审核签发", {"答复市民要点": "商家将在十日内退款。", "审核意见": "通过"}),
    ("handler", "答复市民", {"答复方式": "电话", "答复（日期）": "2026/11/24", "时间": "16:00", "市民反馈": "满意"}),
]  # fmt: skip


def test_an_order_is_registered_classified_dispatched_and_handled_to_its_end(visit: Callable[..., Visitor]):
    clerk, coordinator = visit("clerk"), visit("coordinator")
    order_no = _register(clerk)
    clerk.find_task(order_no)
    assert clerk.task == "登记核对"
    clerk.complete({"五要素是否齐全": "齐全", "是否危及生命财产安全": "否", "是否重复反映": "不重复"})
    assert clerk.task == "分类定性", "completing a task leads to the next one of the same order"
    clerk.claim()
    clerk.complete(
        {
            "是否属于本程序办理": "是",
            "诉求性质": ["投诉：请求解决消费者权益争议"],
            "监管领域": "消费权益",
            "安全与群体标记": "无",
        }
    )

    coordinator.find_task(order_no)
    assert coordinator.task == "分派"
    coordinator.complete(
        {"办结时限": "一般件：5 个工作日", "工单类型": "转办", "是否领导指派": "否", "是否重复反映": "否"}
    )  # the unit is the one that the decision table proposes

    people = {name: visit(f"{name}-{DISTRICT}") for name in ("operator", "handler", "leader")}
    people["operator"].find_task(order_no)
    assert people["operator"].task == "接单"
    people["operator"].complete({"是否接单": "接单"})

    before = None
    for role, name, answers in COMPLAINT:
        person = people[role]
        if role == before:  # the page has led here by itself
            person.claim()
        else:
            person.find_task(order_no)
        assert person.task == name
        if name == "先行联系":
            _sees_who_has_it(visit("handler2-310115"), person.page.url)
        person.complete(answers)
        before = role

    handler = people["handler"]
    handler.page.goto(f"/orders/{order_no}")
    expect(handler.page.locator("main")).to_contain_text("调解成功")
    expect(handler.page.locator("main p").first).to_contain_text("已办结")
    handler.shoot("order-closed-zh")


def _sees_who_has_it(colleague: Visitor, address: str) -> None:
    colleague.page.goto(address)
    expect(colleague.page.locator("main")).to_contain_text(
        re.compile(r"冯国栋 自 \d{4}-\d\d-\d\d \d\d:\d\d 起正在办理此任务")
    )
    expect(colleague.page.locator(".task-actions")).to_have_count(0)


def _register(clerk: Visitor) -> str:
    clerk.follow("工单")
    clerk.follow("登记工单")
    for label, text in ORDER.items():
        clerk.field(label).fill(text)
    clerk.page.get_by_label("事发区").select_option("浦东新区")
    clerk.press("登记")
    expect(clerk.page.locator("#flashes")).to_contain_text("已登记")
    found = re.search(r"SH\d{8}-\d{6}", clerk.page.url)
    assert found
    return found[0]
