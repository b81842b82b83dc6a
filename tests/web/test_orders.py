from __future__ import annotations

import re

import pytest
from flask import Flask

from engine.hotline import queries


@pytest.fixture
def fields() -> dict[str, str]:
    said = {"content": "买到过期牛奶，要求退一赔十", "name": "李四", "phone": "13900139000"}
    untouched = dict.fromkeys(("priority", "district", "gender", "id_type", "target_uscc", "amount", "email"), "")
    return {"source": "12315", "key": "once", **untouched, **said}


def test_an_order_is_registered_by_the_form_and_its_process_begins(deployed, person, fields):
    clerk = person("clerk", unit="HO")
    page = clerk.post("/orders/new", follow=True, **fields)
    assert page.request.path.startswith("/orders/SH") and "已登记" in page.text
    assert "买到过期牛奶" in page.text and "核对" in page.text


def test_pressing_the_button_twice_registers_one_order(deployed, person, fields):
    clerk = person("clerk", unit="HO")
    first, second = (clerk.post("/orders/new", **fields).location for _ in range(2))
    assert first == second


def test_a_number_that_is_taken_is_said_and_what_was_typed_stays_in_the_form(deployed, person, fields):
    clerk = person("clerk", unit="HO")
    first = clerk.post("/orders/new", **fields, ext_no="A-1").location
    assert clerk.post("/orders/new", **fields, ext_no="A-1").location == first  # the same once more: nothing was lost
    second = fields | {"key": "twice", "content": "另一位市民说电梯困人"}
    page = clerk.post("/orders/new", **second, ext_no="A-1")
    assert page.status_code == 409
    assert "没有保存" in page.text and "已登记：" not in page.text and f'href="{first}"' in page.text
    assert "另一位市民说电梯困人" in page.text and 'value="A-1"' in page.text
    assert clerk.post("/orders/new", **second, ext_no="A-2").location not in (None, first)


def test_every_error_stands_at_its_field_and_nothing_typed_is_lost(deployed, person, fields):
    clerk = person("clerk", unit="HO")
    wrong = fields | {"phone": "12", "target_uscc": "XYZ", "amount": "很多", "email": "nobody"}
    page = clerk.post("/orders/new", **wrong)
    assert page.status_code == 422
    for name in ("phone", "target_uscc", "amount", "email"):
        assert f'id="{name}-error"' in page.text
        assert re.search(rf'name="{name}"[^>]*value="{wrong[name]}"', page.text)
    assert "买到过期牛奶" in page.text


@pytest.mark.parametrize("amount", ["-1", "1,000,000,000,000"])
def test_an_amount_out_of_range_is_told_the_range(deployed, person, fields, amount: str):
    page = person("clerk", unit="HO").post("/orders/new", **(fields | {"amount": amount}))
    assert page.status_code == 422 and "金额须在 0 至 999,999,999,999.99 元之间" in page.text


def test_errors_are_told_in_the_readers_language(deployed, person, fields):
    clerk = person("clerk", unit="HO")
    clerk.get("/language/en")
    page = clerk.post("/orders/new", **(fields | {"phone": "12"})).text
    assert "This is not a telephone number" in page and "电话号码有误" not in page


@pytest.mark.parametrize("content", ["", " "])
def test_a_missing_content_is_told_at_its_field_beside_the_other_errors(deployed, person, fields, content: str):
    page = person("clerk", unit="HO").post("/orders/new", **(fields | {"content": content, "phone": "12"}))
    assert page.status_code == 422
    assert 'id="content-error"' in page.text and 'id="phone-error"' in page.text


def test_the_register_is_searched_and_filtered_and_never_by_personal_data(order, person):
    number = order(subject="电梯困人")
    order(subject="退款纠纷")
    coordinator = person("coordinator", unit="HO")
    assert {"电梯困人", "退款纠纷"} <= set(re.findall("电梯困人|退款纠纷", coordinator.get("/orders").text))
    assert "退款纠纷" not in coordinator.get(f"/orders?q={number}").text
    assert "没有符合条件的工单" in coordinator.get("/orders?q=13800138000").text
    assert "没有符合条件的工单" in coordinator.get("/orders?state=closed").text


def test_the_order_page_masks_personal_data_and_shows_it_for_a_reason_that_is_recorded(app: Flask, order, person):
    number = order()
    clerk = person("clerk", unit="HO")
    page = clerk.get(f"/orders/{number}").text
    assert "13800138000" not in page and "张三丰" not in page and "138****8000" in page
    refused = clerk.post(f"/orders/{number}/unmask", reason="")
    assert refused.status_code == 422 and "13800138000" not in refused.text
    clear = clerk.post(f"/orders/{number}/unmask", reason="回拨核实退款金额")
    assert "13800138000" in clear.text and "张三丰" in clear.text
    assert clear.headers["Cache-Control"] == "no-store, private"
    assert "13800138000" not in clerk.get(f"/orders/{number}").text
    with app.app_context():
        [reading] = queries.readings(order_no=number)
        assert (reading.person, reading.reason) == ("clerk-HO", "回拨核实退款金额")


def test_who_may_not_unmask_is_refused(order, person):
    number = order()
    assert person("analyst").post(f"/orders/{number}/unmask", reason="统计需要").status_code == 403


def test_an_analyst_sees_neither_story_nor_person(order, person):
    page = person("analyst").get(f"/orders/{order(subject='退款纠纷')}").text
    assert "退款纠纷" in page and "请联系" not in page and "138" not in page


def test_a_note_is_kept_and_shown_to_colleagues(order, person):
    number = order()
    person("clerk", unit="HO").post(f"/orders/{number}/notes", text="已电话联系市民")
    page = person("coordinator", unit="HO").get(f"/orders/{number}").text
    assert "已电话联系市民" in page and "clerk-HO 的姓名" in page


def test_the_timeline_speaks_the_words_of_the_diagram(order, person, task_id):
    number = order()
    clerk = person("clerk", unit="HO")
    task = task_id("核对")
    clerk.send("POST", f"/tasks/{task}", {"values": {"finding": "属实，电话13700137000"}})
    page = clerk.get(f"/orders/{number}").text
    assert "办结「核对」" in page and "clerk-HO 的姓名" in page
    assert "核对结果" in page and "属实" in page and "13700137000" not in page


def test_an_order_of_others_is_not_found(order, person):
    assert person("handler", unit="310101").get(f"/orders/{order()}").status_code == 404


def test_addresses_hold_no_personal_data(order, person):
    number = order()
    clerk = person("clerk", unit="HO")
    for path in ("/orders", f"/orders/{number}", "/tasks?scope=unit"):
        for address in re.findall(r'(?:href|action|hx-get|hx-post)="([^"]+)"', clerk.get(path).text):
            assert "13800138000" not in address and "张" not in address


def test_a_suspended_case_says_so_on_its_order_with_the_reason(order, person):
    number = order()
    admin, clerk = person("admin"), person("clerk", unit="HO")
    admin.post("/instances/1/suspend", reason="等待市局指示")
    page = clerk.get(f"/orders/{number}").text
    assert "state-warning" in page and "已挂起" in page and "理由：等待市局指示" in page and "待办任务" not in page
    admin.post("/instances/1/resume")
    page = clerk.get(f"/orders/{number}").text
    assert "已挂起" not in page and "待办任务" in page


def test_an_order_without_a_caller_says_so_and_offers_nobody_to_read(order, person):
    clerk = person("clerk", unit="HO")
    page = clerk.get(f"/orders/{order('网店虚假宣传', name='', phone='', district='310115')}").text
    assert "没有来电人信息" in page and "不对您的岗位显示" not in page and "查看原文" not in page
    assert re.search(r"<dt>事发区</dt><dd>浦东新区</dd>", page)
    assert "查看原文" in clerk.get(f"/orders/{order('请联系13800138000', name='', phone='')}").text  # in the story


def test_who_has_an_order_now_is_told_to_whoever_may_see_it(order, person, task_id):
    number = order()
    page = person("auditor").get(f"/orders/{number}").text
    assert "正在其他岗位办理" in page and "<strong>核对</strong>" in page and "待认领" in page
    assert f"/tasks/{task_id('核对')}" not in page
    assert "正在其他岗位办理" not in person("clerk", unit="HO").get(f"/orders/{number}").text, "it is theirs"
