"""Letters in the browser: the order's page lists them, files come to who may read them, deliveries are recorded."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest
from flask import Flask
from sqlalchemy import select

from engine import clock, definitions, jobs, messages, tasks
from engine.db import db
from engine.hotline import organisation
from engine.hotline.letters import issuing
from engine.hotline.letters.models import Letter
from engine.hotline.models import Matter, Reading
from engine.models import Job, UserTask
from tests.fonts import needs_font
from tests.processes import play

pytestmark = needs_font


@pytest.fixture
def matter(order: Callable[..., str], deployed: Flask) -> str:
    """A complaint of unit 310115, being handled; its number."""
    with deployed.app_context():
        organisation.seed()
        bundle = definitions.read_bundle(play.ROOT / "processes" / "complaint", play.ROOT / "forms")
        definitions.deploy(bundle, author="ann")
        number = order(target_name="好水商店")
        start = next(s.start for s in play.scenarios() if s.process == "complaint")
        start = start | {"order_no": number, "matter_no": f"{number}-C1", "unit": "310115"}
        messages.send("matter.complaint", f"{number}-C1", start, actor="import")
    return f"{number}-C1"


@pytest.fixture
def letter(app: Flask, matter: str) -> int:
    with app.app_context():
        return issuing.issue(issuing.find(None, matter), "5", {}, key="k", actor="worker").id


def _address(matter: str, letter: int, more: str = "") -> str:
    return f"/orders/{matter[:-3]}/letters/{letter}{more}"


def test_the_order_page_lists_letters_and_the_letter_page_gives_the_files(app: Flask, matter: str, letter: int, person):
    handler = person("handler", unit="310115")
    page = handler.get(f"/orders/{matter[:-3]}").text
    assert "投诉受理决定书" in page and "尚未送达" in page and "投诉/举报分送通知书" in page
    assert "下载 PDF" in handler.get(_address(matter, letter)).text
    answer = handler.post(_address(matter, letter, "/pdf"))
    assert answer.status_code == 200 and answer.data.startswith(b"%PDF") and answer.mimetype == "application/pdf"
    assert handler.post(_address(matter, letter, "/docx")).data.startswith(b"PK")
    with app.app_context():
        readers = db.session.scalars(select(Reading.person).where(Reading.reason.startswith("文书"))).all()
    assert readers == ["worker", "handler-310115", "handler-310115"]
    assert "sha-256" in handler.get(_address(matter, letter)).text.lower()


def test_who_may_not_read_a_letter_gets_no_file(matter: str, letter: int, person):
    assert person("reviewer", unit="310115").post(_address(matter, letter, "/pdf")).status_code == 403
    assert "下载 PDF" not in person("reviewer", unit="310115").get(_address(matter, letter)).text
    assert person("handler", unit="310101").post(_address(matter, letter, "/pdf")).status_code == 404
    assert person("auditor", unit="SH").post(_address(matter, letter, "/pdf")).status_code == 403
    assert person("handler", unit="310115").get(_address(matter, letter, "/pdf")).status_code == 405


def test_a_delivery_is_recorded_and_a_wrong_one_comes_back(matter: str, letter: int, person):
    handler = person("handler", unit="310115")
    sent = {
        "recipient": "投诉人",
        "sent_how": "信函",
        "sent_at": f"{clock.local(clock.now()):%Y-%m-%dT%H:%M}",
        "receipt": "本人",
    }
    wrong = handler.post(_address(matter, letter, "/deliveries"), **(sent | {"sent_how": "", "sent_at": "昨天"}))
    assert wrong.status_code == 422 and "请选择送达方式" in wrong.text and "请填写送达时间" in wrong.text
    assert 'value="本人"' in wrong.text
    page = handler.post(_address(matter, letter, "/deliveries"), follow=True, **sent).text
    assert "已记录送达" in page and "本人" in page
    assert "已送达" in handler.get(f"/orders/{matter[:-3]}").text


def test_the_register_lists_letters_that_wait_to_be_sent(matter: str, letter: int, person):
    handler = person("handler", unit="310115")
    assert "投诉受理决定书" in handler.get("/letters").text and "尚未送达" in handler.get("/letters?which=all").text
    assert "投诉受理决定书" not in person("handler", unit="310101").get("/letters").text
    assert person("admin").get("/letters").status_code == 403


def test_a_letter_is_issued_by_hand_once(app: Flask, matter: str, person):
    handler = person("handler", unit="310115")
    place = f"/orders/{matter[:-3]}/letters/new"
    assert "材料清单和办理要求" in handler.get(f"{place}?form=3&matter={matter}").text
    assert handler.get(f"{place}?form=5&matter={matter}").status_code == 404
    sent = {"form": "3", "matter": matter, "key": "one"}
    assert handler.post(place, **sent, text="").status_code == 422
    assert [handler.post(place, **sent, text="登记表一份").status_code for _ in range(2)] == [303, 303]
    assert handler.post(place, **(sent | {"form": "20-10"}), text="x").status_code == 422
    with app.app_context():
        assert db.session.scalars(select(Letter.name)).all() == ["投诉/举报分送通知书"]


def test_the_diagram_makes_the_letter_with_the_decision(app: Flask, matter: str):
    """The decision is taken, its job done, the letter there; the job done again adds none."""
    usual = next(s.usual for s in play.scenarios() if s.process == "complaint")
    refusal = {"accept_decision": "不予受理", "refuse_code": "4", "decision_note": "已满三年。"}
    with app.app_context():
        instance = db.session.get_one(Matter, matter).instance_id
        done = ""
        while done != "decide_acceptance":
            open_tasks = select(UserTask).filter_by(instance_id=instance, ended=None).order_by(UserTask.id)
            task = db.session.scalars(open_tasks.limit(1)).one()  # the case is of May: what is overdue stands beside it
            done, known = task.element, orjson.loads(task.data or "{}")
            answer = play.usual_fill(play.schema(task.form or ""), known) | usual.get(done, {})
            tasks.complete(task.id, answer | (refusal if done == "decide_acceptance" else {}), actor="handler")
            db.session.rollback()
        jobs.run_due()
        [made] = db.session.scalars(select(Letter))
        assert (made.name, made.number is not None, made.sha256 is not None) == ("投诉不予受理决定书", True, True)
        job = db.session.scalars(select(Job).where(Job.connector == "notice")).one()
        assert issuing.notice(orjson.loads(job.payload), job.id)["letter"] == made.id
        assert len(db.session.scalars(select(Letter)).all()) == 1


def test_templates_are_looked_at_from_the_terminal(app: Flask, tmp_path):
    run = app.test_cli_runner().invoke
    for name, start in (("x.pdf", b"%PDF"), ("x.docx", b"PK")):
        answer = run(args=["letters", "preview", "20-10", "--rule", "20", "--out", str(tmp_path / name)])
        assert answer.exit_code == 0 and "举报立案告知书" in answer.output
        assert (tmp_path / name).read_bytes().startswith(start)
    refused = run(args=["letters", "preview", "20-10", "--rule", "121", "--out", str(tmp_path / "y.pdf")])
    assert refused.exit_code == 1 and "总局令第121号没有文书 20-10" in refused.output
    assert run(args=["letters", "preview", "5", "--out", str(tmp_path / "y.txt")]).exit_code == 2
    assert len(run(args=["letters", "list", "--rule", "20"]).output.splitlines()) >= 12
