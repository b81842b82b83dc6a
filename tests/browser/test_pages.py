"""Every kind of page, in both languages and at both widths: no violation of accessibility, nothing wider than a phone.

The screenshots are for people: `build/screenshots`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.visitor import Visitor

# name of the screenshot -> who looks, and how they come to the page: an address, then links to follow
PAGES: dict[str, tuple[str | None, str, list[str]]] = {
    "sign-in": (None, "/login", []),
    "worklist": ("handler-310115", "/tasks?scope=unit", []),
    "worklist-empty": ("handler-310115", "/tasks?q=nothing-like-this", []),
    "task": ("handler-310115", "/tasks?scope=unit", ["[data-open]"]),
    "task-clerk": ("clerk", "/tasks?scope=unit", ["[data-open]"]),
    "derivation": ("handler-310115", "/tasks?scope=unit", [".counted summary"]),
    "clocks": ("handler-310115", "/clocks", []),
    "orders": ("coordinator", "/orders", []),
    "order": ("coordinator", "/orders?q=健身房", ["[data-open]"]),
    "action": (
        "coordinator",
        "/orders?q=健身房",
        ["[data-open]", "button:has-text('更多操作'), button:has-text('More actions')", "[href*='/actions/']"],
    ),
    "command": ("coordinator", "/command", []),
    "lines": ("coordinator", "/lines", []),
    "clues": ("coordinator", "/clues", []),
    "platform": ("admin", "/platform", []),
    "masses": ("coordinator", "/masses", []),
    "deferrals": ("coordinator", "/deferrals", []),
    "bad-reviews": ("coordinator", "/bad-reviews", []),
    "letters": ("coordinator", "/letters", []),
    "letter": ("coordinator", "/letters?which=all", ["[data-open]"]),
    "letter-new": (
        "handler-310115",
        "/tasks?scope=unit",
        ["[data-open]", "main a[href^='/orders/SH']", "section:has(#letters-title) button", "a[href*='letters/new']"],
    ),
    "order-new": ("clerk", "/orders/new", []),
    "import": ("clerk", "/import", []),
    "definitions": ("analyst", "/definitions", []),
    "definition": ("analyst", "/definitions/complaint", []),
    "coverage": ("analyst", "/definitions/consult/coverage", []),
    "deploy": ("admin", "/definitions/deploy", []),
    "studio": ("analyst", "/studio", []),
    "instances": ("admin", "/instances", []),
    "instance": ("admin", "/instances?status=running", ["main tbody a"]),
    "incidents": ("admin", "/incidents", []),
    "calendar": ("admin", "/calendar", []),
    "calendar-next": ("admin", "/calendar?year=2028", []),
    "precedents": ("handler-310115", "/precedents", []),
    "organisation": ("coordinator", "/organisation", []),
    "unit": ("operator-310115", "/organisation/310115", []),
    "liaisons": ("handler-310115", "/liaisons", []),
    "duty": ("coordinator", "/duty?unit=HO", []),
    "substitutes": ("operator-310115", "/substitutes", []),
    "knowledge": ("coordinator", "/knowledge", []),
    "knowledge-entry": ("coordinator", "/knowledge", ["[id^='entry-'] a"]),
    "knowledge-new": ("coordinator", "/knowledge/new", []),
    "consultation": ("clerk", "/orders?q=个体工商户注销", ["[data-open]"]),
    "campaigns": ("coordinator", "/campaigns", []),
    "campaign": ("coordinator", "/campaigns", ["[data-open]"]),
    "campaign-new": ("coordinator", "/campaigns/new", []),
    "orders-of-campaign": ("coordinator", "/campaigns", ["[data-open]", "a[href*='campaign=']"]),
    "trainings": ("coordinator", "/trainings", []),
    "training-new": ("coordinator", "/trainings/new", []),
    "readings": ("auditor", "/readings", []),
    "bulletins": ("coordinator", "/bulletins", []),
    "bulletin": ("coordinator", "/bulletins", ["[data-open]"]),
    "bulletin-printed": ("analyst", "/bulletins/printed/2019", []),
    "account": ("handler-310115", "/account", []),
    "password": ("handler-310115", "/account/password", []),
    "not-found": ("handler-310115", "/orders/none", []),
    "forbidden": ("handler-310115", "/instances", []),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits_a_phone_in_both_languages(name: str, guest: Callable[..., Visitor]):
    username, address, links = PAGES[name]
    visitor = guest(username)
    for language in ("en", "zh_CN"):
        visitor.page.goto(f"/language/{language}?next=/account" if username else f"/language/{language}?next=/login")
        visitor.page.goto(address)
        for link in links:
            visitor.page.wait_for_load_state()  # a menu opens only once its script is there
            visitor.page.locator(link).first.click()
        visitor.settle()
        visitor.shoot(f"{name}-{language[:2]}")
        assert visitor.violations() == []
        assert visitor.overflow() == 0
        assert "None" not in _text(visitor.page)
        if language == "en":
            assert _chinese_chrome(visitor.page) == []


def _text(page: Page) -> str:
    return page.locator("body").inner_text()


def _chinese_chrome(page: Page) -> list[str]:
    """Chinese words in headings, labels and navigation of the English page (data stays Chinese)."""
    texts = page.locator("thead th, main label:not(.fjs-form-field-label), nav a, h2").all_inner_texts()
    return [text for text in texts if re.search(r"[\u4e00-\u9fff]", text) and text != "中文"]
