from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from engine import clock
from tests.web.conftest import PASSWORD
from web import accounts


def test_signing_in_leads_to_the_worklist_in_chinese(person):
    handler = person("handler", unit="310115")
    page = handler.client.get("/", follow_redirects=True)
    assert page.request.path == "/tasks"
    assert '<html lang="zh-CN">' in page.text


def test_a_wrong_password_does_not_tell_whether_the_name_exists(person):
    person("handler")
    nobody = person()
    wrong = nobody.post("/login", username="handler", password="nonsense-nonsense").text
    unknown = nobody.post("/login", username="no-such-person", password="nonsense-nonsense").text
    told = [text.split('id="signin-error">')[1].split("<")[0] for text in (wrong, unknown)]
    assert told[0] == told[1]


def test_many_wrong_passwords_pause_the_account_for_some_minutes(app: Flask, person):
    person("handler")
    nobody = person()
    for _ in range(accounts.ATTEMPTS):
        nobody.post("/login", username="handler", password="nonsense-nonsense")
    assert "5 分钟" in nobody.post("/login", username="handler", password=PASSWORD).text
    with clock.virtual(clock.now() + accounts.PAUSE + timedelta(seconds=1)):
        assert nobody.post("/login", username="handler", password=PASSWORD).status_code == 302


def test_the_language_switch_is_kept_with_the_account(app: Flask, person):
    handler = person("handler")
    page = handler.get("/language/en?next=/account").location
    assert page == "/account"
    assert '<html lang="en">' in handler.get("/account").text
    handler.post("/logout")
    again = person("handler", name="handler2")
    assert '<html lang="zh-CN">' in again.get("/account").text
    handler.post("/login", username="handler", password=PASSWORD)
    assert '<html lang="en">' in handler.get("/account").text


@pytest.mark.parametrize("evil", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_the_language_switch_does_not_lead_off_the_site(person, evil: str):
    assert person("handler").client.get("/language/en", query_string={"next": evil}).location == "/"


def test_pages_forbid_inline_scripts_and_only_diagram_pages_allow_style_attributes(client):
    policy = client.get("/login").headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert client.get("/login").headers["X-Frame-Options"] == "DENY"


def test_cookies_are_out_of_reach_of_scripts(app: Flask, client):
    cookie = client.get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_a_post_without_the_token_changes_nothing(person):
    handler = person("handler")
    answer = handler.client.post("/account/password", data={"password": PASSWORD})
    assert answer.status_code == 400
    assert "页面已过期" in answer.text


def test_a_password_can_be_changed_by_its_owner(person):
    handler = person("handler")
    new = "another-long-password"
    handler.post("/account/password", password=PASSWORD, new_password=new, new_password_confirm=new)
    handler.post("/logout")
    assert handler.post("/login", username="handler", password=new).status_code == 302


def test_demo_accounts_are_shown_in_a_demo_only(app: Flask, person):
    person("handler", name="handler-310115")
    assert "演示账户" not in person().get("/login").text
    app.config["DEMO"] = True
    assert "演示账户" in person().get("/login").text
