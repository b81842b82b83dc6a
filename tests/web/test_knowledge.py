"""The knowledge base on pages: who reads, who writes, and a click that puts an entry into an answer."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine import definitions, messages
from engine.clock import local, now
from engine.db import db
from engine.hotline import knowledge, organisation
from engine.hotline.roles import Viewer
from engine.models import UserTask

ROOT = Path(__file__).resolve().parents[2]
OFFICE = Viewer("he", "HO", frozenset({"coordinator"}))
DISHES = {"title": "小餐饮临时备案怎么办", "body": "到街道办事处领取公示卡。", "unit": "HO", "tags": "小餐饮 备案"}


@pytest.fixture
def entry(app, person) -> int:
    with app.app_context():
        organisation.seed()
        return knowledge.write(DISHES, OFFICE)


@pytest.fixture
def consulted(app, order) -> tuple[str, int]:
    """An order that asks for 小餐饮备案, and the task of its consultation at the telephone."""
    number = order("我想开面馆，小餐饮临时备案去哪里办？", subject="咨询小餐饮备案")
    with app.app_context():
        bundle = definitions.read_bundle(ROOT / "processes" / "consult", ROOT / "forms")
        definitions.deploy(bundle, author="admin")
        at = local(now()).isoformat(timespec="seconds")
        facts = {
            "order_no": number, "matter_no": f"{number}-Q1", "nature": "咨询", "unit": "HO", "received_at": at,
            "dispatched_at": at, "rule_version": 121, "priority": 1, "subject": "咨询小餐饮备案",
        }  # fmt: skip
        messages.send("matter.consult", f"{number}-Q1", facts, actor="test")
        return number, db.session.scalars(select(UserTask.id).where(UserTask.form == "consult/look_up")).one()


def test_an_entry_is_found_from_the_navigation_by_everybody_who_works(entry, person):
    handler = person("handler", unit="310151")
    page = handler.get("/knowledge?q=街道 备案").text
    assert DISHES["title"] in page and 'href="/knowledge"' in page and "新增条目" not in page
    assert "没有符合条件的条目" in handler.get("/knowledge?q=电梯").text
    assert handler.get("/knowledge/new").status_code == 403 == person("admin").get("/knowledge").status_code


def test_an_entry_is_written_changed_with_its_history_and_withdrawn(app, person):
    office = person("coordinator", unit="HO")
    assert office.get("/knowledge/new").status_code == 200
    page = office.post("/knowledge/new", follow=True, **DISHES, review_on="2030-01-01").text
    number = re.search(r"/knowledge/(\d+)/edit", page)[1]
    changed = DISHES | {"body": "网上办理。", "note": "改为网办", "version": "1", "review_on": "2031-01-01"}
    page = office.post(f"/knowledge/{number}/edit", follow=True, **changed).text
    assert "改为网办" in page and "第 2 版（现行）" in page and DISHES["body"] in page
    assert office.post(f"/knowledge/{number}/edit", **changed).status_code == 409  # written meanwhile
    assert office.post(f"/knowledge/{number}/withdraw", reason="").status_code == 422
    assert "办法废止" in office.post(f"/knowledge/{number}/withdraw", follow=True, reason="办法废止").text


def test_what_is_wrong_comes_back_to_its_field_with_what_was_typed(person):
    office = person("coordinator", unit="HO")
    answer = office.post("/knowledge/new", title="", body="联系13800138000", unit="HO")
    assert answer.status_code == 422
    assert "请填写" in answer.text and "写有手机号" in answer.text and "联系13800138000" in answer.text


def test_another_units_entry_may_not_be_changed_and_a_draft_is_not_shown_to_readers(app, entry, person):
    district = person("operator", unit="310104")
    assert district.get(f"/knowledge/{entry}/edit").status_code == 403
    assert district.post(f"/knowledge/{entry}/withdraw", reason="试一试").status_code == 403
    with app.app_context():
        db.session.execute(knowledge.Knowledge.__table__.update().values(state="draft"))
        db.session.commit()
    assert person("handler", unit="310104").get(f"/knowledge/{entry}").status_code == 404
    assert "待确认" in district.get("/knowledge?state=draft").text
    office = person("coordinator", unit="HO")
    assert "有效" in office.post(f"/knowledge/{entry}/confirm", follow=True).text
    assert person("handler", unit="310104").get(f"/knowledge/{entry}").status_code == 200


def _fill(page: str) -> dict[str, Any]:
    found = re.search(r'data-fill="([^"]+)"', page)
    return json.loads(unescape(found[1])) if found else {}


def test_the_task_of_a_consultation_proposes_the_entry_with_the_words_and_the_click_is_counted(
    entry, consulted, person
):
    clerk, (_number, task) = person("clerk", unit="HO"), consulted
    page = clerk.get(f"/tasks/{task}").text
    assert "相同用词：" in page and "小餐饮临时备案" in page and _fill(page) == {}  # to read, until it is claimed
    clerk.post(f"/tasks/{task}/claim")
    page = clerk.get(f"/tasks/{task}").text
    assert _fill(page) == {"answered_online": "是", "online_answer": DISHES["body"]}
    url = re.search(r'data-fill-url="([^"]+)"', page)[1]
    assert [clerk.send("POST", url).status_code for _ in range(2)] == [204, 204]
    assert "用于答复 1 次" in clerk.get(f"/knowledge/{entry}").text


def test_only_who_may_do_the_task_counts_a_use(entry, consulted, person):
    other = person("handler", unit="310151")
    assert other.send("POST", f"/knowledge/{entry}/use/{consulted[1]}").status_code == 403


def test_the_page_of_a_consultation_shows_the_same_without_buttons(entry, consulted, person):
    page = person("clerk", unit="HO").get(f"/orders/{consulted[0]}").text
    assert DISHES["title"] in page and "data-fill" not in page


def test_other_orders_are_not_bothered_with_proposals(entry, order, person):
    number = order("商家拒绝退款，我要投诉")
    assert "可参考的答复" not in person("clerk", unit="HO").get(f"/orders/{number}").text
