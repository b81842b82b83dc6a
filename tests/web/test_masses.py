"""The pages of mass incidents: who sees them, why an alarm was raised, linking, taking out, the reply on an order."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from engine import clock
from engine.db import db, transaction
from engine.hotline import orders
from engine.hotline.incidents_mass.models import MassGroup, MassMember


@pytest.fixture
def alarm(app: Flask) -> str:
    """Three people whose trader has shut its doors, and one order of another matter; the first order's number."""
    with app.app_context():
        numbers = [
            orders.register(
                {
                    "content": f"{trader}关门跑路，要求退还课时费",
                    "phone": f"1380000000{number}",
                    "received_at": (clock.now() - timedelta(minutes=9 - number)).isoformat(),
                },
                source="12345",
                actor="li",
            ).order_no
            for number, trader in enumerate(("开心豆早教", "开心豆早教", "开心豆早教", "蓝天书店"))
        ]
    return numbers[0]


def test_the_list_shows_alarms_and_their_levels(alarm: str, person) -> None:
    page = person("coordinator", unit="HO").get("/masses").text
    assert "开心豆早教关门跑路" in page and "关注" in page and "待确认" in page
    assert "蓝天书店" not in page


def test_one_incident_says_why_and_shows_its_orders(alarm: str, person) -> None:
    page = person("coordinator", unit="HO").get("/masses/QT000001").text
    assert "7 天内 3 名不同诉求人（标准 3 人）" in page and "跑路" in page
    assert alarm in page and "开心豆早教" in page


def test_who_may_not_see_the_orders_sees_only_how_many(alarm: str, person) -> None:
    page = person("handler", unit="310151").get("/masses/QT000001").text
    assert alarm not in page and "另有 3 件不在您的查看范围内" in page
    assert person("admin").get("/masses/QT000001").status_code == 403


def test_only_the_duty_office_links_and_takes_out(alarm: str, app: Flask, person) -> None:
    handler, duty = person("handler", unit="310151"), person("coordinator", unit="HO")
    assert handler.post("/masses/QT000001/orders/1/unlink", reason="另一件事").status_code == 403
    assert duty.post("/masses/QT000001/orders/1/unlink", reason="").status_code == 422
    assert "已移出" in duty.post("/masses/QT000001/orders/1/unlink", reason="另一件事", follow=True).text
    assert duty.post("/masses/QT000001/link", order_no=alarm).status_code == 303
    with app.app_context():
        member = db.session.get(MassMember, 1)
        assert member is not None and member.unlinked_at is None and member.linked_by == "coordinator-HO"


def test_a_person_raises_what_the_numbers_do_not(alarm: str, app: Flask, person) -> None:
    with app.app_context():
        other = db.session.get(MassMember, 4)
        assert other is not None and other.group_id != 1
    duty = person("coordinator", unit="HO")
    number = alarm[:-6] + "000004"
    assert "发起预警" in duty.post("/masses", order_no=number, follow=True).text
    assert "蓝天书店" in duty.get("/masses").text
    assert duty.post("/masses", order_no=number).status_code == 409
    assert duty.post("/masses", order_no="SH0").status_code == 404


def test_the_common_reply_stands_on_every_order(alarm: str, app: Flask, person) -> None:
    with app.app_context(), transaction() as session:
        group = session.get(MassGroup, 1)
        assert group is not None
        group.state, group.reply = "confirmed", "请到现场登记处办理"
    page = person("coordinator", unit="HO").get(f"/orders/{alarm}").text
    assert "请到现场登记处办理" in page and "QT000001" in page


def test_the_terminal_replays_a_file_and_stores_nothing(app: Flask, tmp_path: Path) -> None:
    lines = ["id,sender,subject,received_at,text"]
    for number in range(4):
        lines.append(f"{number},u{number},红叶早教关门跑路,2026-05-0{number + 1}T10:00:00,红叶早教关门跑路不退课时费")
    file = tmp_path / "messages.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    runner = app.test_cli_runner()
    report = json.loads(runner.invoke(args=["mass", "replay", str(file), "--json"]).output)
    assert report["messages"] == 4 and report["groups"] == [["0", "1", "2", "3"]]
    [incident] = report["incidents"]
    assert (incident["level"], incident["people"]) == ("attention", 4)
    assert "红叶早教" in runner.invoke(args=["mass", "replay", str(file)]).output
    with app.app_context():
        assert db.session.get(MassGroup, 1) is None
