from __future__ import annotations

import re
from datetime import timedelta

from engine import clock

NAME = re.compile(r'data-open href="/tasks/(\d+)">')


def test_a_unit_task_is_claimed_and_then_stands_under_mine(person, order, task_id):
    order()
    clerk = person("clerk", unit="HO")
    assert "手上没有任务" in clerk.get("/tasks").text
    assert "核对" in clerk.get("/tasks?scope=unit").text
    assert clerk.post(f"/tasks/{task_id('核对')}/claim", follow=True).request.path.startswith("/tasks/")
    assert "核对" in clerk.get("/tasks").text


def test_claiming_by_htmx_answers_with_the_row_and_a_flash(person, order, task_id):
    order()
    clerk = person("clerk", unit="HO")
    answer = clerk.send("POST", f"/tasks/{task_id('核对')}/claim", **{"HX-Request": "true"})
    assert answer.status_code == 200 and "data-row" in answer.text and "放回待办" in answer.text
    assert "banjie:flash" in answer.headers["HX-Trigger"] and answer.headers["HX-Trigger"].isascii()


def test_the_time_left_is_told_in_words_by_the_script_and_as_a_date_without_it(person, order):
    order()
    page = person("clerk", unit="HO").get("/tasks?scope=unit").text
    assert re.search(r'<time datetime="[^"]+\+08:00" data-due>20\d\d-\d\d-\d\d \d\d:\d\d</time>', page)


def test_the_list_is_sorted_filtered_and_searched(person, order):
    urgent = order("电梯故障，有人被困", subject="电梯困人", priority=0)
    order("商家不退款", subject="退款纠纷", received_at=clock.now() - timedelta(days=3))
    clerk = person("clerk", unit="HO")
    by_due = clerk.get("/tasks?scope=unit&sort=due").text
    assert by_due.index("退款纠纷") < by_due.index("电梯困人")
    by_priority = clerk.get("/tasks?scope=unit&sort=priority").text
    assert by_priority.index("电梯困人") < by_priority.index("退款纠纷")
    assert "退款纠纷" not in clerk.get("/tasks?scope=unit&priority=0").text
    found = clerk.get(f"/tasks?scope=unit&q={urgent}").text
    assert "电梯困人" in found and "退款纠纷" not in found
    assert "没有符合条件的任务" in clerk.get("/tasks?scope=unit&overdue=1").text


def test_a_handler_of_another_unit_does_not_see_the_task(person, order):
    order()
    assert "核对" not in person("handler", unit="310101").get("/tasks?scope=all").text


def test_a_long_list_goes_on_after_its_last_row(person, order, monkeypatch):
    from web import worklist

    monkeypatch.setattr(worklist, "PAGE", 2)
    for number in range(3):
        order(subject=f"第{number}件")
    clerk = person("clerk", unit="HO")
    first = clerk.get("/tasks?scope=unit").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following and len(NAME.findall(first)) == 2
    second = clerk.get(following[1].replace("&amp;", "&")).text
    assert len(NAME.findall(second)) == 1
    assert not set(NAME.findall(first)) & set(NAME.findall(second))


def test_the_page_speaks_english_when_asked(person, order):
    order()
    clerk = person("clerk", unit="HO")
    clerk.get("/language/en")
    page = clerk.get("/tasks?scope=unit").text
    assert "Worklist" in page and "Claim" in page and "认领" not in page
