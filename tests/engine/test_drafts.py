from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import orjson
import pytest
from flask import Flask

from engine import definitions, drafts, queries, revisions
from engine.db import db
from engine.errors import Conflict, DiagramRefused, Invalid, NotFound
from tests.engine import kit

PROCESSES = Path(__file__).resolve().parents[2] / "processes"
FORMS = PROCESSES.parent / "forms"


def diagram(name: str = "u", key: str = "p") -> bytes:
    """A process of one task; `name` makes contents differ."""
    process = kit.start() + kit.user(name) + kit.end() + kit.line("s", name, "e")
    head = f'{kit.HEAD}<bpmn:process id="{key}" name="{key}" isExecutable="true">'
    return f"{head}{process}</bpmn:process></bpmn:definitions>".encode()


FORM = orjson.dumps(kit.FORM)
FILES = {"p.bpmn": diagram(), "forms/test/note.json": FORM}


@pytest.fixture
def draft(app: Flask) -> int:
    return drafts.create(FILES, name="  一份  草稿 ", actor="ana")


def test_a_draft_keeps_its_files_as_they_are(draft: int):
    row = drafts.get(draft)
    assert (row.name, row.author, row.revision, row.updated_by) == ("一份 草稿", "ana", 1, "ana")
    assert drafts.files(draft) == FILES
    assert [one.id for one in drafts.drafts()] == [draft]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"forms/a.json": b"{}"}, "没有流程图"),
        ({"a.bpmn": b"<a>\n<b></a>"}, "第 2 行"),
        ({"a.bpmn": diagram(), "b.dmn": b""}, "b.dmn"),
        ({"a.bpmn": diagram(), "forms/b.json": b'{"a":\n x}'}, "第 2 行第 2 列"),
        ({"../a.bpmn": diagram()}, "路径"),
        ({"/a.bpmn": diagram()}, "路径"),
        ({"a.bpmn": diagram(), "a.exe": b"MZ"}, "a.exe"),
        ({"a.bpmn": b"<!DOCTYPE x><x/>"}, "DOCTYPE"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_place(app: Flask, files: dict[str, bytes], said: str):
    with pytest.raises(Invalid) as refused:
        drafts.create(files, name="x", actor="ana")
    assert said in refused.value.zh
    assert drafts.drafts() == []


def test_a_diagram_the_gate_refuses_is_kept_and_told_about(app: Flask):
    draft = drafts.create({"x.bpmn": b"<html><body/></html>"}, name="x", actor="ana")
    report = drafts.report(draft)
    assert not report.ok
    assert {finding.file for finding in report.findings} == {"x.bpmn"}


def test_each_change_is_a_revision_and_earlier_ones_come_back(draft: int):
    assert drafts.save(draft, "p.bpmn", diagram("v"), revision=1, actor="bo") == 2
    assert drafts.save(draft, "q.bpmn", diagram("q", "q"), revision=2, actor="bo") == 3
    assert drafts.remove(draft, "q.bpmn", revision=3, actor="ana") == 4
    assert drafts.files(draft) == {**FILES, "p.bpmn": diagram("v")}
    assert drafts.restore(draft, 1, revision=4, actor="ana") == 5
    assert drafts.files(draft) == FILES
    assert "q.bpmn" in drafts.files(draft, 3)
    told = [(row.number, row.author, row.kind, row.subject) for row in drafts.revisions(draft)]
    assert told == [
        (5, "ana", "restored", "1"),
        (4, "ana", "removed", "q.bpmn"),
        (3, "bo", "saved", "q.bpmn"),
        (2, "bo", "saved", "p.bpmn"),
        (1, "ana", "created", ""),
    ]


def test_the_same_content_again_is_no_change(draft: int):
    assert drafts.save(draft, "p.bpmn", diagram(), revision=1, actor="bo") == 1
    assert len(drafts.revisions(draft)) == 1


def test_a_change_that_is_refused_changes_nothing(draft: int):
    with pytest.raises(Invalid):
        drafts.save(draft, "p.bpmn", b"<a", revision=1, actor="ana")
    with pytest.raises(Invalid):
        drafts.remove(draft, "p.bpmn", revision=1, actor="ana")
    with pytest.raises(NotFound):
        drafts.remove(draft, "none.dmn", revision=1, actor="ana")
    with pytest.raises(Invalid):
        drafts.rename(draft, " ", revision=1, actor="ana")
    with pytest.raises(NotFound):
        drafts.restore(draft, 9, revision=1, actor="ana")
    assert (drafts.get(draft).revision, drafts.files(draft)) == (1, FILES)


def test_who_saw_an_older_revision_hears_who_was_faster(draft: int):
    drafts.save(draft, "p.bpmn", diagram("v"), revision=1, actor="bo")
    for change in (
        lambda: drafts.save(draft, "p.bpmn", diagram("w"), revision=1, actor="ana"),
        lambda: drafts.remove(draft, "forms/test/note.json", revision=1, actor="ana"),
        lambda: drafts.fix(draft, ["x"], revision=1, actor="ana"),
        lambda: drafts.undo(draft, "x", revision=1, actor="ana"),
        lambda: drafts.restore(draft, 1, revision=1, actor="ana"),
        lambda: drafts.rename(draft, "neu", revision=1, actor="ana"),
        lambda: drafts.delete(draft, revision=1, actor="ana"),
        lambda: drafts.deploy(draft, revision=1, actor="ana"),
    ):
        with pytest.raises(Conflict) as stale:
            change()
        assert stale.value.details["by"] == "bo" and stale.value.details["revision"] == 2
    assert drafts.files(draft)["p.bpmn"] == diagram("v")


# Two things that are mended mechanically, in each of two files.
def careless(key: str) -> bytes:
    """A process that does not say that it runs, and does not name the default among its flows."""
    nodes = kit.start() + '<bpmn:exclusiveGateway id="g" name="g"/>' + kit.end("e") + kit.end("f")
    flows = (
        kit.line("s", "g", "e") + '<bpmn:sequenceFlow id="yes" sourceRef="g" targetRef="f"><bpmn:conditionExpression>'
    )
    flows += "amount > 1</bpmn:conditionExpression></bpmn:sequenceFlow>"
    return f'{kit.HEAD}<bpmn:process id="{key}" name="{key}">{nodes}{flows}</bpmn:process></bpmn:definitions>'.encode()


@pytest.fixture
def mendable(app: Flask) -> int:
    return drafts.create({"a.bpmn": careless("a"), "b.bpmn": careless("b")}, name="mend", actor="ana")


def of_file(offers: list, file: str) -> list[str]:
    return [offer.id for offer in offers if offer.file == file]


def test_a_fix_is_applied_and_taken_back_alone(mendable: int):
    original, offers = drafts.files(mendable), drafts.report(mendable).offers
    first, second = of_file(offers, "a.bpmn")[:2]
    assert drafts.fix(mendable, [first], revision=1, actor="ana") == 2
    assert drafts.fix(mendable, [second], revision=2, actor="ana") == 3
    both = drafts.report(mendable)
    assert {offer.id for offer in both.applied} == {first, second}
    assert not {first, second} & {offer.id for offer in both.offers}
    assert drafts.undo(mendable, first, revision=3, actor="bo") == 4
    now = drafts.report(mendable)
    assert [offer.id for offer in now.applied] == [second]
    assert first in {offer.id for offer in now.declined} - {offer.id for offer in now.offers}
    assert drafts.undo(mendable, second, revision=4, actor="bo") == 5
    assert drafts.files(mendable) == original
    assert [row.kind for row in drafts.revisions(mendable)] == ["undone", "undone", "fixed", "fixed", "created"]


def test_all_fixes_are_applied_at_once(mendable: int):
    errors = sum(finding.severity == "error" for finding in drafts.report(mendable).findings)
    drafts.fix(mendable, None, revision=1, actor="ana")
    report = drafts.report(mendable)
    assert report.offers == [] and len(report.applied) >= 4
    assert sum(finding.severity == "error" for finding in report.findings) < errors
    with pytest.raises(Invalid):
        drafts.fix(mendable, None, revision=2, actor="ana")


ASSIGNED = """<bpmn:startEvent id="s"/><bpmn:userTask id="t" camunda:assignee="kim" camunda:priority="2"/>"""


def assigned() -> bytes:
    """A process of Camunda's with words about people."""
    names = (
        'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    )
    process = f'<bpmn:process id="a" isExecutable="true">{ASSIGNED}</bpmn:process>'
    return f'<bpmn:definitions {names} id="d" targetNamespace="urn:test">{process}</bpmn:definitions>'.encode()


def test_what_somebody_cleared_is_not_offered_again(app: Flask):
    draft = drafts.create({"a.bpmn": assigned()}, name="people", actor="ana")
    drafts.fix(draft, None, revision=1, actor="ana")
    mended = drafts.files(draft)["a.bpmn"]
    attribute = b' banjie:assignee="&quot;kim&quot;"'
    assert attribute in mended
    drafts.save(draft, "a.bpmn", mended.replace(attribute, b""), revision=2, actor="ana")
    report = drafts.report(draft)
    assert [offer.id for offer in report.declined] == ["people:a.bpmn:t:assignee"] and not report.offers
    with pytest.raises(Invalid):
        drafts.fix(draft, None, revision=3, actor="ana")
    drafts.fix(draft, ["people:a.bpmn:t:assignee"], revision=3, actor="ana")
    assert attribute in drafts.files(draft)["a.bpmn"]
    drafts.save(draft, "a.bpmn", assigned(), revision=4, actor="ana")  # exported from the other tool again
    assert len(drafts.report(draft).offers) == 2 and not drafts.report(draft).declined
    drafts.restore(draft, 1, revision=5, actor="ana")
    assert len(drafts.report(draft).offers) == 2


def test_what_a_person_must_choose_is_not_among_all(app: Flask):
    service = assigned().replace(b"</bpmn:process>", b'<bpmn:serviceTask id="w"/></bpmn:process>')
    draft = drafts.create({"a.bpmn": service}, name="choice", actor="ana")
    drafts.fix(draft, None, revision=1, actor="ana")
    assert b'<bpmn:serviceTask id="w"/>' in drafts.files(draft)["a.bpmn"]
    choice = next(one for one in drafts.report(draft).choices if one.kind == "by-hand")
    drafts.fix(draft, [choice.id], revision=2, actor="ana")
    assert b'<bpmn:manualTask id="w" banjie:role=' in drafts.files(draft)["a.bpmn"]
    assert not [one for one in drafts.report(draft).choices if one.element == "w"]


def test_a_revision_stays_as_it_was_when_the_fixes_learn(mendable: int, monkeypatch: pytest.MonkeyPatch):
    drafts.fix(mendable, None, revision=1, actor="ana")
    mended = drafts.files(mendable)
    monkeypatch.setattr(revisions.fixes, "FIXES", ())
    assert drafts.files(mendable) == drafts.report(mendable).files == mended
    drafts.restore(mendable, 2, revision=2, actor="bo")
    assert drafts.files(mendable) == mended


def test_saving_a_file_keeps_the_fixes_of_the_others_apart(mendable: int):
    drafts.fix(mendable, None, revision=1, actor="ana")
    mended = drafts.files(mendable)
    edited = mended["a.bpmn"].replace(b"amount", b"sum")
    drafts.save(mendable, "a.bpmn", edited, revision=2, actor="ana")
    assert drafts.files(mendable) == {"a.bpmn": edited, "b.bpmn": mended["b.bpmn"]}
    applied = drafts.report(mendable).applied
    assert applied and {offer.file for offer in applied} == {"b.bpmn"}
    drafts.restore(mendable, 2, revision=3, actor="ana")
    assert {offer.file for offer in drafts.report(mendable).applied} == {"a.bpmn", "b.bpmn"}


def test_a_fix_that_nobody_offers_is_refused(mendable: int):
    with pytest.raises(Invalid):
        drafts.fix(mendable, ["default-flow:a.bpmn:none"], revision=1, actor="ana")
    with pytest.raises(NotFound):
        drafts.undo(mendable, "default-flow:a.bpmn:none", revision=1, actor="ana")
    assert drafts.get(mendable).revision == 1


def test_of_two_at_the_same_moment_one_wins_and_the_other_hears_of_it(app: Flask, draft: int):
    ready = Barrier(2)

    def save(actor: str) -> int | str:
        with app.app_context():
            ready.wait()
            try:
                return drafts.save(draft, "p.bpmn", diagram(actor), revision=1, actor=actor)
            except Conflict as late:
                return str(late.details["by"])
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        answers = dict(zip(("ana", "bo"), pool.map(save, ("ana", "bo")), strict=True))
    (winner,) = (actor for actor, answer in answers.items() if answer == 2)
    assert set(answers.values()) == {2, winner}
    db.session.rollback()
    assert drafts.files(draft)["p.bpmn"] == diagram(winner)
    assert [row.number for row in drafts.revisions(draft)] == [2, 1]


def test_a_draft_can_be_renamed(draft: int):
    assert drafts.rename(draft, "投诉", revision=1, actor="bo") == 2
    assert drafts.get(draft).name == "投诉"


def test_a_deleted_draft_is_gone_and_others_stay(draft: int):
    other = drafts.create(FILES, name="other", actor="ana")
    drafts.delete(draft, revision=1, actor="ana")
    for ask in (drafts.get, drafts.files, drafts.report):
        with pytest.raises(NotFound):
            ask(draft)
    assert drafts.revisions(draft) == []
    assert drafts.files(other) == FILES


def test_exactly_the_revision_that_was_seen_is_deployed(draft: int):
    deployed = drafts.deploy(draft, revision=1, actor="admin", note="第一版")
    assert deployed.new == [("p", 1)]
    (version,) = queries.definitions("p")
    assert {one.path: one.content for one in queries.resources(version.definition.id)} == FILES
    assert drafts.revisions(draft)[0].deployment_id == deployed.deployment_id
    assert drafts.deploy(draft, revision=1, actor="admin").unchanged


def test_what_the_gate_refuses_is_not_deployed(app: Flask):
    draft = drafts.create({"p.bpmn": diagram()}, name="no form", actor="ana")
    assert not drafts.report(draft).ok
    with pytest.raises(DiagramRefused):
        drafts.deploy(draft, revision=1, actor="admin")
    assert drafts.revisions(draft)[0].deployment_id is None


def test_a_shipped_bundle_becomes_a_draft_without_errors(app: Flask):
    files = definitions.read_bundle(PROCESSES / "complaint", FORMS)
    draft = drafts.create(files, name="complaint", actor="ana")
    assert drafts.report(draft).ok
    assert drafts.files(draft) == files


def test_a_blank_draft_has_the_given_name_and_could_be_deployed(app: Flask):
    first, second = (drafts.create(drafts.blank("投诉 <A & B>"), name="x", actor="ana") for _ in range(2))
    for draft in (first, second):
        assert drafts.report(draft).findings == []
        ((key, version),) = drafts.deploy(draft, revision=1, actor="admin").new
        assert version == 1 and queries.definitions(key)[0].definition.name == "投诉 <A & B>"
    assert [d.key for d in drafts.deployments(second)[1]] == [key]


def test_a_diagram_without_a_drawing_is_drawn_and_stays_as_it_is(draft: int):
    drawn = drafts.drawing(drafts.files(draft)["p.bpmn"])
    assert drawn.count(b"BPMNShape ") == 3 and drawn.count(b"BPMNEdge ") == 2
    blank = drafts.blank("x")
    assert next(c for p, c in blank.items() if p.endswith(".bpmn")).count(b"BPMNShape ") == 3
    assert drafts.files(draft) == FILES


def test_steps_that_a_drawing_leaves_out_are_named_and_can_be_drawn(app: Flask):
    bare = careless("a")
    whole = drafts.drawing(bare)
    partial = re.sub(rb'<bpmndi:BPMNShape id="[ef]_di".*?</bpmndi:BPMNShape>', b"", whole, flags=re.DOTALL)
    assert drafts.undrawn(bare) == drafts.undrawn(whole) == []
    assert sorted(drafts.undrawn(partial)) == ["e", "f"]
    assert drafts.drawing(partial).count(b"BPMNShape ") == 2
    assert drafts.drawing(partial, afresh=True).count(b"BPMNShape ") == 4


@pytest.mark.parametrize("path", sorted(PROCESSES.glob("*/*.bpmn")), ids=lambda path: path.stem)
def test_nothing_is_left_out_of_the_drawings_of_the_house(path: Path):
    assert drafts.undrawn(path.read_bytes()) == []
