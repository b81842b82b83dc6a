"""Overdue work is found, says what has happened and what can be done, and is done, by the handler and the reviewer."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visitor import Visitor

NOTE = "店方同意赔偿八百元，双方已签字。"


def _open_overdue(visitor: Visitor, task: str) -> None:
    page = visitor.page
    page.goto("/tasks?scope=mine&overdue=1")
    expect(page.locator("[data-row]").first).to_contain_text("已超期")
    page.locator("[data-open]", has_text=task).first.click()
    notice = page.get_by_role("note")
    expect(notice).to_contain_text("已超期，请立即办理")
    expect(notice).to_contain_text("现在已不能延期")
    expect(notice).to_contain_text("现场督办")
    visitor.claim()
    assert visitor.violations() == [] and visitor.overflow() == 0


def test_a_handler_does_an_overdue_task_and_is_told_what_comes_next(visit: Callable[..., Visitor]):
    handler = visit("handler-310115")
    _open_overdue(handler, "组织调解")
    handler.complete({"调解结果": "达成协议", "调解记录": NOTE})
    expect(handler.page.locator("#flashes")).to_contain_text("下一步：「制作调解书」")


def test_a_reviewer_signs_an_overdue_report(visit: Callable[..., Visitor]):
    reviewer = visit("leader-310115")
    _open_overdue(reviewer, "审核签发")
    reviewer.complete({"审核意见": "通过"})
    expect(reviewer.page.locator("#flashes")).to_contain_text("下一步")


def test_a_task_is_put_back_only_after_the_question_what_happens(visit: Callable[..., Visitor]):
    handler = visit("handler-310115")
    page = handler.page
    page.goto("/tasks")
    row = page.locator("[data-row]").last
    row.get_by_role("button", name="放回待办").click()
    expect(page.get_by_role("dialog")).to_contain_text("工单不会退回")
    page.get_by_role("dialog").get_by_role("button", name="放回待办").click()
    expect(page.locator("#flashes")).to_contain_text("已放回待办")
