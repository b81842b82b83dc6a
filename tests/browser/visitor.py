"""A person at a browser: what they press and read, in the words of the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
SETTLES = 400  # ms: form-js hands on what was typed after 300
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


class Visitor:
    """One browser with a session of its own. `complaints` are the errors that its console has shown."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.set_default_timeout(10_000)
        page.set_viewport_size(WIDE)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self._heard(said.type, said.text))

    def _heard(self, kind: str, text: str) -> None:
        # The browser itself reports every answer of 4xx; the tests ask for some of these.
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.complaints.append(text)

    def sign_in(self, username: str, password: str) -> None:
        self.page.goto("/login")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(password)
        self.press("登录")
        expect(self.page).not_to_have_url(re.compile("/login"))

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def field(self, label: str, within: Page | Locator | None = None) -> Locator:
        """The field of that label; a required one has a star beside it."""
        return (within or self.page).get_by_label(re.compile(rf"^{re.escape(label)}\s*\*?$")).first

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    # -- tasks -----------------------------------------------------------------------------------------------------

    def find_task(self, order_no: str) -> None:
        """From the unit's worklist to the task of that order, claimed."""
        self.page.goto(f"/tasks?scope=unit&q={order_no}")
        self.page.locator("[data-open]").first.click()
        self.claim()

    def claim(self) -> None:
        """Make the task of this page one's own, if it is not yet; then its form may be filled."""
        expect(self.page.locator("main [data-claim], main .task-actions button").first).to_be_visible()
        if self.page.locator("main [data-claim]").count():
            self.press("认领")
        expect(self.page.locator(".task-actions [type=submit]")).to_be_visible()

    @property
    def form(self) -> Locator:
        return self.page.locator("#task-form form")

    @property
    def task(self) -> str:
        """The name of the task on this page."""
        return str(self.page.locator("h1").evaluate("h1 => h1.firstChild.textContent.trim()"))

    def fill(self, answers: dict[str, Any]) -> None:
        """Answer the questions of the form by their labels: a list ticks boxes, a text is chosen or typed."""
        expect(self.page.locator(".task-actions [type=submit]")).to_be_visible()
        for label, answer in answers.items():
            self._answer(label, answer)
        self.page.wait_for_timeout(SETTLES)

    def _answer(self, label: str, answer: Any) -> None:
        for role in ("radiogroup", "group"):
            question = self.form.get_by_role(role, name=label)  # type: ignore[arg-type]
            if question.count():
                for one in answer if isinstance(answer, list) else [answer]:
                    question.get_by_label(one, exact=True).check()
                return
        field = self.field(label, self.form)
        box = field.locator("xpath=ancestor::div[contains(concat(' ', @class, ' '), ' fjs-form-field ')][1]")
        if "fjs-form-field-select" in (box.get_attribute("class") or ""):
            box.locator(".fjs-input-group").click()
            box.locator(".fjs-dropdownlist-item", has_text=answer).first.click()
            shown = box.locator(".fjs-select-display, input.fjs-input").first
            expect(shown).to_contain_text(answer) if shown.inner_text() else expect(shown).to_have_value(answer)
            return
        field.fill(str(answer))
        field.press("Tab")  # a date is taken over when its field is left

    def complete(self, answers: dict[str, Any]) -> None:
        """Fill, complete, and land on another page."""
        here = self.page.url
        self.fill(answers)
        self.press("办结")
        expect(self.page).not_to_have_url(here)
        expect(self.page.locator("#flashes")).to_contain_text("已办结")

    # -- looking ---------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Until scripts have drawn what they draw."""
        drawings = ("#task-form", "#task-form form"), ("#diagram", "#diagram .djs-element"), ("#walked", "#walked svg")
        for place, drawn in drawings:
            if self.page.locator(place).count():
                self.page.locator(drawn).first.wait_for(state="attached", timeout=60_000)

    def shoot(self, name: str) -> None:
        """Screenshots of the whole page, wide and narrow."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for size in (NARROW, WIDE):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            self.page.screenshot(path=SCREENSHOTS / f"{name}-{size['width']}.png", full_page=True)

    def violations(self) -> list[str]:
        """What axe finds on this page: rule, and the first element that breaks it."""
        found = Axe().run(self.page).response["violations"]
        return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]

    def overflow(self) -> int:
        """Pixels by which the page is wider than a phone."""
        self.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        wider = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        self.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        return int(wider)
