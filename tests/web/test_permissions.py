from __future__ import annotations

import pytest
from flask import Flask

from engine import registry
from web import permissions
from web.permissions import GRANTS, Permission, declared


def test_every_view_declares_what_it_asks_for(app: Flask):
    silent = [rule.rule for rule in app.url_map.iter_rules() if declared(app, rule.endpoint) is None]
    assert silent == []


def test_a_view_without_declaration_is_closed_even_to_an_admin(app: Flask, person):
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    admin = person("admin")
    assert admin.get("/forgotten").status_code == 403
    assert "secret" not in admin.get("/forgotten").text


def test_the_table_names_every_role_and_no_other():
    assert set(GRANTS) == set(registry.ROLES)


def test_every_permission_but_the_closed_one_is_granted_or_general():
    general = {Permission.PUBLIC, Permission.SIGNED_IN, Permission.NOBODY}
    assert set(Permission) - general == {p for grants in GRANTS.values() for p in grants}


def _pages(app: Flask) -> list[tuple[str, str]]:
    rules = (rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments)
    return [(rule.rule, rule.endpoint) for rule in rules if rule.endpoint != "static"]


@pytest.mark.parametrize("role", sorted(permissions.GRANTS))
def test_a_role_reaches_its_pages_and_no_others(app: Flask, person, role: str):
    someone = person(role, unit="310115")
    for path, endpoint in _pages(app):
        wanted = declared(app, endpoint)
        if wanted in (Permission.PUBLIC, Permission.NOBODY) or endpoint.startswith("api."):
            continue
        status = someone.get(path).status_code
        may = wanted == Permission.SIGNED_IN or wanted in GRANTS[role]
        assert (status in (200, 302)) == may, f"{role} {path}: {status}"
        assert status in (200, 302, 403)


def test_without_signing_in_pages_lead_to_the_sign_in_page_and_back(app: Flask, person):
    nobody = person()
    for path, endpoint in _pages(app):
        if declared(app, endpoint) not in (Permission.PUBLIC, Permission.NOBODY) and not endpoint.startswith("api."):
            answer = nobody.get(path)
            assert answer.status_code == 302 and answer.location.startswith("/login"), path


def test_scripts_get_401_instead_of_a_page(person):
    answer = person().get("/tasks", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
