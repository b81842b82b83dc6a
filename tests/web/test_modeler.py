"""The editors of a draft's files: what the page is given, what is judged without being stored, what is stored."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask

from engine import definitions, drafts, registry
from engine.gate.rules.extensions import ATTRIBUTES, CHILDREN, CLOCK_ACTIONS
from tests.web.conftest import BUNDLE
from web import frontend_build

DESCRIPTOR = frontend_build.SOURCES / "src" / "modeler" / "banjie.json"
LISTS = frontend_build.SOURCES / "src" / "modeler" / "lists.js"


@pytest.fixture
def draft_id(app: Flask) -> int:
    with app.app_context():
        return drafts.create(definitions.read_bundle(BUNDLE, BUNDLE / "forms"), name="草稿", actor="admin")


@pytest.fixture
def diagram(app: Flask, draft_id: int) -> tuple[str, str]:
    """The path and the text of the draft's diagram."""
    with app.app_context():
        path, content = next((p, c) for p, c in drafts.files(draft_id).items() if p.endswith(".bpmn"))
    return path, content.decode()


def _data(page: str) -> dict:
    found = re.search(r'<script type="application/json" id="editor-data">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])


def test_the_panel_and_the_gate_know_the_same_attributes_and_elements():
    types = json.loads(DESCRIPTOR.read_text(encoding="utf-8"))["types"]
    tag = {
        f"bpmn:{name[0].upper()}{name[1:]}": name
        for names in [*ATTRIBUTES.values(), *CHILDREN.values()]
        for name in names
    }
    attributes = {
        one["name"]: {tag[t] for t in kind["extends"]}
        for kind in types
        if "extends" in kind
        for one in kind["properties"]
    }
    assert attributes == ATTRIBUTES
    children = {kind["name"].lower(): {tag[t] for t in kind["meta"]["allowedIn"]} for kind in types if "meta" in kind}
    assert children == CHILDREN


def test_the_panel_offers_every_action_of_a_clock():
    assert tuple(re.findall(r"value: '(\w+)', label", LISTS.read_text(encoding="utf-8"))) == CLOCK_ACTIONS


def test_the_page_brings_the_file_its_revision_and_what_may_be_chosen(person, draft_id: int, diagram: tuple[str, str]):
    answer = person("analyst").get(f"/studio/{draft_id}/edit/{diagram[0]}")
    assert answer.status_code == 200
    assert "style-src-attr 'unsafe-inline'" in answer.headers["Content-Security-Policy"]
    data = _data(answer.text)
    assert data["revision"] == 1 and "<bpmn:definitions" in data["content"]
    assert {one["value"] for one in data["choices"]["role"]} == set(registry.ROLES)
    assert data["choices"]["form"] and all(one["value"] for one in data["choices"]["form"])
    assert "C10" in {one["value"] for one in data["choices"]["clock"]}
    assert all(one["does"] == registry.CONNECTORS[one["value"]].zh for one in data["choices"]["connector"])


def test_the_messages_of_the_draft_of_deployed_processes_and_of_the_house_are_offered(
    person, draft_id: int, diagram: tuple[str, str]
):
    path, text = diagram
    told = text.replace("<bpmn:process ", '<bpmn:message id="m9" name="draft.told"/><bpmn:process ', 1)
    analyst, address = person("analyst"), f"/studio/{draft_id}/edit/{path}"
    assert analyst.send("PUT", address, {"content": told, "revision": 1}).status_code == 200
    offered = {one["value"]: one["label"] for one in _data(analyst.get(address).text)["choices"]["message"]}
    assert {"draft.told", *registry.MESSAGES} <= set(offered)
    assert offered["order.received"] == "工单登记"


def test_the_text_of_a_file_is_edited_as_it_is_and_comes_back_as_utf_8(
    person, app: Flask, draft_id: int, diagram: tuple[str, str]
):
    path, text = diagram
    foreign = re.sub(r"encoding=.UTF-8.", 'encoding="GBK"', text, flags=re.I).encode("gbk")
    with app.app_context():
        revision = drafts.save(draft_id, path, foreign, revision=1, actor="admin")
    page = person("analyst").get(f"/studio/{draft_id}/edit/{path}?as=text").text
    data = _data(page)
    assert 'encoding="UTF-8"' in data["content"] and "GBK" not in data["content"]
    assert f'href="{data["urls"]["drawn"]}"' in page and "屏幕较窄时只能查看" not in page
    sent = {"path": path, "content": data["content"], "revision": revision}
    assert person("analyst").send("PUT", data["urls"]["save"], sent).status_code == 200
    with app.app_context():
        assert drafts.files(draft_id)[path].decode() == data["content"]


def test_a_diagram_without_a_drawing_is_given_one(person, app: Flask, draft_id: int, diagram: tuple[str, str]):
    path, text = diagram
    bare = re.sub(r"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", "", text, flags=re.S)
    with app.app_context():
        drafts.save(draft_id, path, bare.encode(), revision=1, actor="admin")
    data = _data(person("analyst").get(f"/studio/{draft_id}/edit/{path}").text)
    assert "BPMNShape" in data["content"]


def test_only_who_designs_may_edit(person, draft_id: int, diagram: tuple[str, str]):
    address = f"/studio/{draft_id}/edit/{diagram[0]}"
    assert person("handler", unit="310115").get(address).status_code == 403
    assert person("handler", unit="310115").send("PUT", address, {}).status_code == 403
    assert person("admin").get(address).status_code == 200


def test_what_is_not_there_or_cannot_be_edited_is_not_found(person, draft_id: int):
    analyst = person("analyst")
    assert analyst.get(f"/studio/{draft_id}/edit/none.bpmn").status_code == 404
    assert analyst.get("/studio/999/edit/none.bpmn").status_code == 404
    assert (
        analyst.send("PUT", f"/studio/{draft_id}/edit/new.bpmn", {"content": "<a/>", "revision": 1}).status_code == 404
    )


def test_saving_makes_a_revision_and_a_stale_one_tells_who_was_faster(
    person, app: Flask, draft_id: int, diagram: tuple[str, str]
):
    path, text = diagram
    address = f"/studio/{draft_id}/edit/{path}"
    renamed = text.replace("核对", "核实")
    assert renamed != text
    saved = person("analyst").send("PUT", address, {"content": renamed, "revision": 1})
    assert (saved.status_code, saved.json) == (200, {"revision": 2})
    with app.app_context():
        assert drafts.files(draft_id)[path].decode() == renamed

    late = person("admin").send("PUT", address, {"content": text, "revision": 1})
    assert late.status_code == 409
    assert "analyst 的姓名" in late.json["detail"]
    with app.app_context():
        assert drafts.files(draft_id)[path].decode() == renamed


@pytest.mark.parametrize(
    "body", [{}, {"content": 1, "revision": 1}, {"content": "<a>", "revision": 1}, {"content": "<a/>"}, []]
)
def test_what_cannot_be_read_is_refused_with_a_sentence(
    person, app: Flask, draft_id: int, diagram: tuple[str, str], body: object
):
    answer = person("analyst").send("PUT", f"/studio/{draft_id}/edit/{diagram[0]}", body)
    assert answer.status_code == 422 and answer.json["detail"]
    with app.app_context():
        assert drafts.get(draft_id).revision == 1


def test_the_unsaved_diagram_is_judged_and_not_stored(person, app: Flask, draft_id: int, diagram: tuple[str, str]):
    path, text = diagram
    wrong = re.sub(r'banjie:role="\w+"', 'banjie:role="nobody"', text)
    answer = person("analyst").send("POST", f"/studio/{draft_id}/check", {"path": path, "content": wrong})
    errors = [one for one in answer.json["findings"] if one["severity"] == "error"]
    assert errors and errors[0]["file"] == path and "nobody" in errors[0]["text"] and errors[0]["mend"]
    with app.app_context():
        assert drafts.files(draft_id)[path].decode() == text


def test_the_unsaved_diagram_may_be_no_xml_at_all(person, draft_id: int, diagram: tuple[str, str]):
    answer = person("analyst").send("POST", f"/studio/{draft_id}/check", {"path": diagram[0], "content": "<a"})
    assert answer.status_code == 200 and answer.json["findings"][0]["severity"] == "error"


def test_the_scope_names_what_earlier_steps_have_set_and_the_functions(
    person, app: Flask, draft_id: int, diagram: tuple[str, str]
):
    path, text = diagram
    answer = person("analyst").send("POST", f"/studio/{draft_id}/scope?element=handle", {"path": path, "content": text})
    assert {"name": "finding", "hint": "核对"} in answer.json["variables"]
    assert any(one["signature"].startswith("deadline(") and one["hint"] for one in answer.json["functions"])
    lane = person("analyst").send("POST", f"/studio/{draft_id}/scope?element=none", {"path": path, "content": text})
    assert lane.json["variables"] == [] and lane.json["functions"]


@pytest.mark.parametrize(
    ("kind", "text", "position"),
    [
        ("expression", "a = 1", None),
        ("expression", "a = ", 4),
        ("expression", "dedline(x)", 0),
        ("timer", "PT2H", None),
        ("timer", "R3/P1D", None),
        ("timer", "2026-01-01T09:00:00+08:00", None),
        ("timer", "deadline(", 9),
        ("expression", "", None),
    ],
)
def test_a_mistake_is_told_with_its_place_while_typing(
    person, draft_id: int, kind: str, text: str, position: int | None
):
    answer = person("analyst").send("POST", f"/studio/{draft_id}/feel?kind={kind}", {"text": text})
    places = [one["position"] for one in answer.json["problems"]]
    assert places == ([] if position is None else [position])
    assert all(one["text"] for one in answer.json["problems"])


def test_an_endless_expression_is_refused(person, draft_id: int):
    assert person("analyst").send("POST", f"/studio/{draft_id}/feel", {"text": "1" * 100_000}).status_code == 422


@pytest.mark.parametrize(("kind", "path"), [("form", "forms/复核.json"), ("decision", "复核.dmn")])
def test_a_new_form_or_table_is_offered_at_once_and_stored_with_the_diagram(
    person, app, draft_id: int, diagram, kind, path
):
    analyst = person("analyst")
    made = analyst.send("POST", f"/studio/{draft_id}/edit", {"kind": kind, "name": "复核"}).get_json()
    assert made["path"] == path and "复核" in made["choice"]["label"]
    with app.app_context():
        assert drafts.get(draft_id).revision == 1, "leaving the page leaves no file behind"
    fresh = {path: made["content"]}
    again = {"kind": kind, "name": "复核", "fresh": fresh}
    assert analyst.send("POST", f"/studio/{draft_id}/edit", again).get_json()["path"] != path
    assert analyst.send("POST", f"/studio/{draft_id}/edit", {"kind": "x"}).status_code == 422
    assert analyst.send("POST", f"/studio/{draft_id}/edit", again | {"fresh": {path: 1}}).status_code == 422

    named = diagram[1].replace('banjie:form="case/look"', f'banjie:form="{made["choice"]["value"]}"')
    body = {"path": diagram[0], "content": named, "fresh": fresh}
    known, missing = (
        analyst.send("POST", f"/studio/{draft_id}/check", one).get_json()["findings"]
        for one in (body, {"path": diagram[0], "content": named})
    )
    if kind == "form":
        assert any("复核" in one["text"] for one in missing) and not any("复核" in one["text"] for one in known)
    address = f"/studio/{draft_id}/edit/{diagram[0]}"
    assert analyst.send("PUT", address, body | {"revision": 1}).get_json() == {"revision": 2}
    with app.app_context():
        assert drafts.files(draft_id)[path] == made["content"].encode()
    told = [one for one in _data(analyst.get(address).text)["choices"][kind] if one["value"] == made["choice"]["value"]]
    # a form is called by the task that shows it, so that people need not know ids
    assert told == ([{"value": "复核", "label": "核对 (复核)"}] if kind == "form" else [made["choice"]])
    assert analyst.get(made["url"]).status_code == 200


def test_the_field_of_a_new_form_has_a_key_of_its_own(app: Flask):
    with app.app_context():
        files = drafts.blank("试")
        for name in ("初审", "复核"):
            path, content = drafts.fresh_form(name, files)
            files[path] = content
    keys = [json.loads(files[path])["components"][0]["key"] for path in files if path.endswith(".json")]
    assert keys == ["result", "result_2", "result_3"]


def test_a_table_that_was_just_made_passes_the_gate(app: Flask):
    with app.app_context():
        files = drafts.blank("试")
        for make in (drafts.fresh_table, drafts.fresh_form):
            path, content = make("核 / 对", files)
            files[path] = content
        assert [one for one in definitions.check(files).findings if one.severity == "error"] == []


def test_the_unsaved_diagram_is_laid_out_afresh_and_nothing_is_stored(person, app, draft_id: int, diagram):
    path, text = diagram
    half = re.sub(r'<bpmndi:BPMNShape id="handle_di".*?</bpmndi:BPMNShape>', "", text, flags=re.S)
    assert half != text
    answer = person("analyst").send("POST", f"/studio/{draft_id}/layout", {"path": path, "content": half})
    assert answer.get_json()["content"].count("bpmnElement=") == text.count("bpmnElement=")
    with app.app_context():
        assert drafts.get(draft_id).revision == 1


def test_a_finding_is_called_by_name_and_leads_to_the_editor_of_its_file(person, draft_id: int, diagram):
    path, text = diagram
    form = "forms/case/look.json"
    wrong = text.replace('banjie:role="clerk"', 'banjie:role="wizard"')
    analyst = person("analyst")
    found = analyst.send("POST", f"/studio/{draft_id}/check", {"path": path, "content": wrong}).get_json()["findings"]
    assert any(one["element"] == "look" and one["name"] == "核对" and "url" not in one for one in found)
    analyst.send("PUT", f"/studio/{draft_id}/edit/{path}", {"content": wrong, "revision": 1})
    data = _data(analyst.get(f"/studio/{draft_id}/edit/{form}").text)
    elsewhere = next(one for one in data["findings"] if one["element"] == "look")
    assert elsewhere["url"] == f"/studio/{draft_id}/edit/{path}?element=look"
