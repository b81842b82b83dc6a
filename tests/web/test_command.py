"""The command screen as a page, and as the piece that htmx asks for."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from engine.clock import now
from engine.db import transaction
from engine.hotline.models import Duty


def test_the_page_counts_and_brings_itself_up_to_date(order, person):
    order(district="310115")
    leader = person("leader", unit="310115")
    page = leader.get("/command").text
    assert 'hx-get="/command"' in page and "every 30s" in page and "<h1" in page
    assert "浦东新区局" in page and "不是地图" in page and "没有排班" in page
    piece = leader.get("/command", headers={"HX-Request": "true"}).text
    assert piece.strip().startswith('<div id="screen"') and "<h1" not in piece and "浦东新区局" in piece


def test_who_is_on_duty_is_called_by_name(app: Flask, person):
    duty = person("coordinator", unit="HO")
    with app.app_context(), transaction() as session:
        hour = timedelta(hours=1)
        session.add(
            Duty(
                unit="HO",
                account="coordinator-HO",
                begins=now() - hour,
                ends=now() + hour,
                entered_by="li",
                entered_at=now(),
            )
        )
    assert "coordinator-HO 的姓名" in duty.get("/command").text.split("当前值班")[1]


def test_it_is_for_who_leads_and_coordinates(person):
    assert 'href="/command"' in person("coordinator", unit="HO").get("/tasks").text
    assert person("handler", unit="310115").get("/command").status_code == 403
