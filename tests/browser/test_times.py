"""A time that is typed into a form is the minute that was typed, on Beijing's wall, wherever the browser stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from web import frontend_build

DIST = Path(__file__).parents[2] / "web" / "static" / "dist"
FORM = {
    "type": "default", "id": "f", "schemaVersion": 19,
    "components": [
        {"type": "datetime", "id": "Field_at", "key": "at", "subtype": "datetime", "dateLabel": "会议时间（日期）",
         "timeLabel": "时间", "use24h": True, "timeInterval": 15, "timeSerializingFormat": "utc_offset",
         "validate": {"required": True}},
    ],
}  # fmt: skip
PAGE = """<!doctype html><html lang="zh"><meta name="csrf-token" content="x"><body>
<div id="task-form" data-submit-url="/sent" data-back-url="/"></div>
<script type="application/json" id="task-form-data">%s</script>
<script type="module" src="/dist/task.js"></script></body></html>"""


def _open(browser: Browser, zone: str, data: dict[str, str], sent: list[dict]) -> Page:
    frontend_build.build()
    context = browser.new_context(timezone_id=zone, locale="en-US")

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://form.test")
        if path == "/sent":
            sent.append(json.loads(route.request.post_data or "{}"))
            route.fulfill(json={"location": "/done"})
        elif path.startswith("/dist/"):
            route.fulfill(path=DIST / path.removeprefix("/dist/").split("?")[0])
        else:
            said = PAGE % json.dumps({"schema": FORM, "data": data}) if path == "/" else "<!doctype html>"
            route.fulfill(body=said, content_type="text/html; charset=utf-8")

    context.route("**/*", answer)
    page = context.new_page()
    page.goto("http://form.test/")
    return page


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "America/New_York", "Pacific/Auckland"])
def test_a_typed_minute_is_sent_as_it_stands_in_beijing(browser: Browser, zone: str):
    sent: list[dict] = []
    page = _open(browser, zone, {"at": "2026-05-11T23:59:00+08:00"}, sent)
    day, time = page.locator("input[id$='-date']"), page.locator("input[id$='-time']")
    expect(day).to_have_value("2026-05-11")
    expect(time).to_have_value("23:59")
    expect(time).to_have_attribute("placeholder", "时:分")
    time.fill("01:18")
    time.press("Tab")
    expect(time).to_have_value("01:18")
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/done")
    assert [each["values"] for each in sent] == [{"at": "2026-05-11T01:18+08:00"}]
    page.context.close()
