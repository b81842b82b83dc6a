"""The processes together, through the door: messages start them and answer them, clocks and matters follow."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import select

from engine import clock, definitions, errors, instances, messages, tasks, timers
from engine.db import db
from engine.hotline import actions, casefile, deadlines, form_checks, orders, reminders
from engine.hotline.models import Defect, Matter, Review
from engine.hotline.roles import Viewer
from engine.models import Incident, Job, Message, ProcessDefinition, ProcessInstance, UserTask
from tests.processes import play

ORDER = next(s.start for s in play.scenarios() if s.process == "intake")
NUMBER = ORDER["order_no"]


@pytest.fixture
def bureau(app: Flask) -> Flask:
    """All bundles deployed."""
    for folder in definitions.bundles(play.ROOT / "processes"):
        definitions.deploy(definitions.read_bundle(folder, play.ROOT / "forms"), author="ann", note="test")
    return app


def doer(task: UserTask) -> str:
    """Everything is done by somebody else: who handled a matter does not review it (engine/hotline/not_by.csv)."""
    return f"{task.role}-{task.element}"


def work(
    answers: dict[str, list[dict[str, Any]]], *, until: str = "", held: tuple[str, ...] = ()
) -> dict[tuple[str, str], tuple[str, str | None]]:
    """Do every task, with `answers` to a form used up in order; (process, business key) -> (status, outcome).

    It stops when the task `until` is there; those that are `held` are done when nothing else is to be done.
    """
    later = UserTask.element.in_(held)
    for _ in range(play.LIMIT):
        db.session.rollback()
        ready = select(UserTask).where(UserTask.status == "ready")
        task = db.session.scalar(ready.order_by(later, UserTask.id).limit(1))
        if task is None or task.element == until:
            break
        given = answers.get(task.form or "") or [{}]
        form = play.usual_fill(tasks.schema(task.id) or {}, orjson.loads(task.data))
        tasks.complete(task.id, {**form, **given.pop(0)}, actor=doer(task))
    assert not any(answers.values()), f"never asked: {answers}"
    assert db.session.scalars(select(Incident.message)).all() == []
    rows = db.session.scalars(select(ProcessInstance)).all()
    return {(row.definition.key, row.business_key): (row.status, row.outcome) for row in rows}


def test_a_mixed_order_becomes_three_matters_that_end_apart(bureau: Flask) -> None:
    with clock.virtual(play.MORNING):
        messages.send("order.received", NUMBER, ORDER, actor="12345")
        found = work(
            {
                "intake/classify": [{"natures": ["投诉", "举报", "咨询"]}],
                "intake/dispatch": [{"report_by": None}, {"report_by": "2026-05-20"}],
                "complaint/check_material": [{"identity_doubtful": "否"}],
                "tipoff/decide_filing": [{"notify_law": "食品安全法"}],
                "complaint/closing_report": [{"clue_found": "否"}],
            }
        )
    assert found["intake", NUMBER] == ("completed", "dispatched")
    assert found["complaint", f"{NUMBER}-C1"] == ("completed", "mediated")
    assert found["tipoff", f"{NUMBER}-R1"] == ("completed", "filed")
    assert found["consult", f"{NUMBER}-Q1"] == ("completed", "answered_online")
    jobs = [orjson.loads(text) for text in db.session.scalars(select(Job.payload).where(Job.element == "send_down"))]
    sent = {(each["matter_no"], each["form_no"], each["until"]) for each in jobs}
    assert sent == {(f"{NUMBER}-C1", "3", "2026年5月18日"), (f"{NUMBER}-R1", "3", "2026年5月20日")}


def test_a_returned_complaint_goes_to_the_new_unit_and_is_revisited(bureau: Flask) -> None:
    with clock.virtual(play.MORNING):
        messages.send("order.received", NUMBER, {**ORDER, "order_id": 40}, actor="12345")
        back = {
            "sign_decision": "退单",
            "return_reason": "23",
            "proposed_unit": "310104",
            "return_note": "经营地在徐汇",
        }
        found = work(
            {
                "complaint/sign": [back, {}],
                "return/final_review": [{"final_opinion": "改派", "new_unit": "310104"}],
                "complaint/check_material": [{"identity_doubtful": "否"}],
                "complaint/closing_report": [{"clue_found": "否"}],
            }
        )
    assert found["return_order", f"{NUMBER}-C1"] == ("completed", "reassigned")
    assert found["complaint", f"{NUMBER}-C1"] == ("completed", "mediated")
    assert found["revisit", f"{NUMBER}-C1"] == ("completed", "revisited")
    units = select(UserTask.unit).where(UserTask.element == "sign").order_by(UserTask.id)
    assert db.session.scalars(units).all() == ["310115", "310104"]


def test_a_returned_matter_is_dispatched_when_its_present_unit_gets_it(bureau: Flask) -> None:
    back = {"sign_decision": "退单", "return_reason": "23", "proposed_unit": "310104", "return_note": "经营地在徐汇"}
    with clock.virtual(play.MORNING) as hand:
        number = orders.register({"content": "健身房不退费", "amount": "3980"}, source="12345", actor="12345").order_no
        answers = {"intake/classify": {"natures": ["投诉"]}, "intake/dispatch": {"handling_unit": "310115"}}
        while (task := opened()).element != "final_review":
            form = play.usual_fill(tasks.schema(task.id) or {}, orjson.loads(task.data))
            tasks.complete(
                task.id, form | answers.get(task.form or "", back if task.element == "sign" else {}), actor=doer(task)
            )
        hand.move_to(hand.at + timedelta(days=2))
        assert orjson.loads(task.data)["new_unit"] == "310104"  # as the unit proposed
        form = play.usual_fill(tasks.schema(task.id) or {}, orjson.loads(task.data))
        tasks.complete(task.id, form | {"final_opinion": "改派", "new_unit": "310104"}, actor=doer(task))
        sign = opened()
        matter = casefile.order(number, Viewer("he", "HO", frozenset({"coordinator"}))).matters[0]
        case = db.session.scalars(
            select(ProcessInstance.id).where(ProcessInstance.business_key == matter.matter_no)
        ).first()
        assert instances.variables(case)["amount"] == 3980  # known from the order where the form asks for it
    assert (sign.element, sign.unit, matter.unit) == ("sign", "310104", "310104")
    assert matter.dispatched_at == hand.at
    assert sign.due == deadlines.deadline("C06", hand.at).operational  # its own day to sign in
    assert {one.due for one in matter.clocks if one.code == "C03"} == {
        deadlines.deadline("C03", play.MORNING).operational
    }


def test_an_order_that_nobody_dispatches_is_supervised_by_its_own_number(bureau: Flask) -> None:
    office = Viewer("he", "HO", frozenset({"coordinator"}))
    with clock.virtual(play.MORNING) as hand:
        number = orders.register({"content": "健身房不退费"}, source="12345", actor="12345").order_no
        offered = [offer.matter_no for offer in actions.offered(number, office) if offer.action.name == "supervise"]
        opened_form = actions.begin("supervise", number, None, office)
        hand.move_to(hand.at + timedelta(days=2))
        reminders.raise_due()
        query = select(ProcessInstance).join(ProcessDefinition).where(ProcessDefinition.key == "supervise")
        supervision = db.session.scalars(query).one()
        said = instances.variables(supervision.id)
        assert "supervise" not in [offer.action.name for offer in actions.offered(number, office)]  # it goes on
    assert offered == [None] and opened_form.facts["matter_no"] == number
    assert (supervision.business_key, said["order_no"], said["supervise_kind"]) == (number, number, "电话")
    assert "C17" in said["trigger"] and said["unit"] == "HO"


def test_a_return_that_is_taken_back_leaves_the_matter_where_it_was(bureau: Flask) -> None:
    back = {"sign_decision": "退单", "return_reason": "21", "return_note": "不属热线受理范围"}
    answers = {"complaint/sign": back, "return/final_review": {"final_opinion": "退回市热线"}}
    with clock.virtual(play.MORNING):
        messages.send("order.received", NUMBER, {**ORDER, "order_id": 42}, actor="12345")
        while (task := opened()).element != "record_city_answer":
            form = play.usual_fill(tasks.schema(task.id) or {}, orjson.loads(task.data))
            tasks.complete(task.id, form | answers.get(task.form or "", {}), actor=doer(task))
        messages.send("return.withdrawn", f"{NUMBER}-C1", {}, actor="ann")
        again = opened()
    assert (again.element, again.unit) == ("sign", "310115")
    events = {orjson.loads(text)["event"] for text in db.session.scalars(select(Job.payload)) if "order.return" in text}
    assert events == {"order.returned", "order.return_recalled"}
    ended = db.session.scalars(select(ProcessInstance).where(ProcessInstance.outcome == "return_withdrawn")).one()
    assert ended.business_key == f"{NUMBER}-C1"
    known = db.session.scalars(select(ProcessInstance).where(ProcessInstance.business_key == f"{NUMBER}-C1")).all()
    case = next(each for each in known if each.definition.key == "complaint")
    assert instances.variables(case.id)["return_count"] == 0


def opened() -> UserTask:
    """The task that waits."""
    db.session.rollback()
    return db.session.scalars(select(UserTask).where(UserTask.status == "ready").order_by(UserTask.id)).first()  # type: ignore[return-value]


REPORT = {
    "clue_found": "否",
    "summary": "浦东新区局5月13日到现场核查，商家同意退款。",
    "reply_points": "浦东新区局5月13日已核查并组织调解，商家十日内退款。",
}


def test_the_second_return_is_reviewed_jointly_and_its_line_is_kept(bureau: Flask) -> None:
    back = {
        "sign_decision": "退单",
        "return_reason": "23",
        "proposed_unit": "310104",
        "return_note": "经营地在徐汇",
    }
    with clock.virtual(play.MORNING):
        messages.send("order.received", NUMBER, ORDER, actor="12345")
        found = work(
            {
                "complaint/sign": [back, back, {}],
                "return/first_review": [{"first_opinion": "不通过"}],
                "joint_review/open_review": [{"reviewers": ["310104", "310115", "BIZ-FG"], "review_days": 2}],
                "joint_review/give_opinion": [{"stance": "支持乙方案"}, {"stance": "支持乙方案"}],
                "joint_review/record_minutes": [{"review_owner": "310104", "review_line": "由经营地区局承办"}],
                "complaint/check_material": [{"identity_doubtful": "否"}],
                "complaint/closing_report": [REPORT],
            }
        )
    assert found["return_order", f"{NUMBER}-C1"] == ("completed", "owner_reviewed")
    assert found["joint_review", f"{NUMBER}-C1"] == ("completed", "decided")
    assert found["complaint", f"{NUMBER}-C1"] == ("completed", "mediated")
    units = select(UserTask.unit).where(UserTask.element == "sign").order_by(UserTask.id)
    assert db.session.scalars(units).all() == ["310115", "310115", "310104"]
    (review,) = db.session.scalars(select(Review))
    assert (review.trigger, review.state, review.owner, review.line) == (
        "二次退单", "decided", "310104", "由经营地区局承办",
    )  # fmt: skip
    opinions = select(UserTask.status).where(UserTask.element == "give_opinion").order_by(UserTask.id)
    assert db.session.scalars(opinions).all() == ["completed", "completed", "cancelled"]


def test_a_report_is_judged_and_a_disputed_unfounded_one_is_overturned_by_review(bureau: Flask) -> None:
    denied = {"fact_finding": "不属实", "fact_note": "商家否认，没有去看现场。", "onsite": "否", "result": "解释说明"}
    with clock.virtual(play.MORNING):
        messages.send("order.received", NUMBER, {**ORDER, "order_id": 40}, actor="12345")
        found = work(
            {
                "complaint/check_material": [{"identity_doubtful": "否"}],
                "complaint/closing_report": [REPORT | denied | {"reply_points": "稍后"}, REPORT],
                "report_quality/rewrite_report": [{"reply_points": REPORT["reply_points"]}],
                "unfounded/office_review": [{"office_opinion": "有争议，提请会商"}],
                "joint_review/give_opinion": [{"stance": "支持乙方案"}],
                "joint_review/record_minutes": [{"review_option": "乙方案"}],
            }
        )
    assert found["report_quality", f"{NUMBER}-C1"] == ("completed", "report_passed")
    assert found["unfounded", f"{NUMBER}-C1"] == ("completed", "overturned")
    assert found["complaint", f"{NUMBER}-C1"] == ("completed", "mediated")
    matter = db.session.get(Matter, f"{NUMBER}-C1")
    assert (matter.fact_finding, matter.result) == ("属实", "实际解决")  # the report was written anew
    defects = db.session.execute(select(Defect.rule, Defect.unit).order_by(Defect.seq, Defect.number)).all()
    assert [tuple(defect) for defect in defects] == [
        (rule, "310115") for rule in ("R08", "R09", "R10", "R13", "R13", "P8")
    ]


def test_what_a_unit_asks_a_joint_review_about_is_held_and_then_follows_it(bureau: Flask) -> None:
    asked = {"trigger": "事实认定有争议", "question": "退费算不算属实", "domain": "消费权益", "unit": "310115"}
    known = {"order_no": NUMBER, "order_id": 41, "matter_no": f"{NUMBER}-C1", "priority": 1, "subject": "不退预付卡"}
    with clock.virtual(play.MORNING):
        messages.send("order.received", NUMBER, ORDER, actor="12345")
        work(
            {"complaint/check_material": [{"identity_doubtful": "否"}], "complaint/closing_report": [REPORT]},
            until="approve_report",
        )
        messages.send("review.requested", f"{NUMBER}-C1", known | asked, actor="ann")
        held = db.session.scalar(select(UserTask).where(UserTask.element == "approve_report"))
        assert form_checks.waits(held.form, orjson.loads(held.data))  # simulated people look again later
        form = play.usual_fill(tasks.schema(held.id), orjson.loads(held.data))
        with pytest.raises(errors.FormInvalid) as refused:
            tasks.complete(held.id, form, actor=doer(held))
        assert "退费算不算属实" in refused.value.errors["approve_decision"][0]
        found = work(
            {
                "joint_review/open_review": [
                    {"reviewers": ["310104", "310101"], "review_days": 2, "finding_a": "属实", "finding_b": "部分属实"}
                ],
                "joint_review/give_opinion": [{"stance": "支持乙方案"}, {"stance": "支持乙方案"}],
                "joint_review/record_minutes": [
                    {"review_option": "乙方案", "review_finding": "部分属实", "review_owner": "310115"}
                ],
                "complaint/closing_report": [REPORT | {"fact_note": "退费一节属实，其余查无实据。"}],
            },
            held=("approve_report", "reply"),
        )
    assert found["complaint", f"{NUMBER}-C1"] == ("completed", "mediated")
    assert db.session.get(Matter, f"{NUMBER}-C1").fact_finding == "部分属实"


@pytest.mark.parametrize(
    ("anonymous", "secret", "shown"), [(True, False, ("匿名", "否")), (False, True, ("实名", "是"))]
)
def test_how_somebody_informs_is_registered_once(
    bureau: Flask, anonymous: bool, secret: bool, shown: tuple[str, str]
) -> None:
    with clock.virtual(play.MORNING):
        told = ORDER | {"anonymous": anonymous, "keep_secret": secret}
        messages.send("order.received", NUMBER, told, actor="12345")
        work({"intake/classify": [{"natures": ["举报"]}]}, until="register_clue")
    task = db.session.scalar(select(UserTask).where(UserTask.element == "register_clue"))
    data = orjson.loads(task.data)
    assert (data["real_name"], data["keep_secret"]) == shown


def test_new_facts_reach_the_tipoff_under_check(bureau: Flask) -> None:
    with clock.virtual(play.MORNING):
        messages.send("matter.tipoff", f"{NUMBER}-R1", _tipoff(), actor="12345")
        for element in ("sign", "first_contact", "register_clue"):
            task = db.session.scalar(select(UserTask).where(UserTask.element == element))
            tasks.complete(task.id, play.usual_fill(tasks.schema(task.id), orjson.loads(task.data)), actor="ann")
        again = {**ORDER, "order_no": "SH20260512-000002", "received_at": "2026-05-12T09:00:00+08:00"}
        messages.send("order.received", again["order_no"], again, actor="12345")
        register = db.session.scalar(select(UserTask).where(UserTask.element == "register"))
        form = play.usual_fill(tasks.schema(register.id), orjson.loads(register.data))
        same = {"duplicate_kind": "有新事实", "duplicate_of": f"{NUMBER}-R1"}
        tasks.complete(register.id, {**form, **same}, actor="ann")
    db.session.rollback()
    states = select(UserTask.status).where(UserTask.element == "check").order_by(UserTask.id)
    assert db.session.scalars(states).all() == ["cancelled", "ready"]
    assert db.session.scalars(select(Message.name)).all() == []


def test_who_answered_the_three_party_call_keeps_the_order_and_may_not_return_it(bureau: Flask) -> None:
    with clock.virtual(play.MORNING):
        messages.send("order.received", NUMBER, ORDER, actor="12345")
        asked = {**ORDER, "topic": "消费权益", "transfer_note": "预付卡如何退"}
        messages.send("transfer.requested", NUMBER, asked, actor="seat")
        messages.send("call.declined", f"{NUMBER}/1", {"reason": "占线"}, actor="seat")
        messages.send("call.answered", f"{NUMBER}/2", {}, actor="seat")
        back = {
            "sign_decision": "退单", "return_reason": "22", "proposed_unit": "310104", "return_note": "不属本职",
        }  # fmt: skip
        found = work(
            {
                "warm_transfer/introduce": [{"call_result": "需要办理"}],
                "complaint/sign": [back, {}],
                "complaint/check_material": [{"identity_doubtful": "否"}],
                "complaint/closing_report": [{"clue_found": "否"}],
            }
        )
    assert found["warm_transfer", NUMBER] == ("completed", "continued")
    assert found["return_order", f"{NUMBER}-C1"][1] != "reassigned"
    units = select(UserTask.unit).where(UserTask.element == "sign").order_by(UserTask.id)
    assert db.session.scalars(units).all() == ["HO", "HO"]  # the last of the departments rung for this topic


def test_what_is_solved_on_the_line_ends_the_intake(bureau: Flask) -> None:
    with clock.virtual(play.MORNING):
        messages.send("order.received", NUMBER, ORDER, actor="12345")
        messages.send("transfer.requested", NUMBER, {**ORDER, "topic": "食品", "transfer_note": "标签"}, actor="seat")
        messages.send("call.answered", f"{NUMBER}/1", {}, actor="seat")
        task = db.session.scalar(select(UserTask).where(UserTask.element == "introduce"))
        form = play.usual_fill(tasks.schema(task.id), orjson.loads(task.data))
        tasks.complete(task.id, {**form, "call_result": "当场解决"}, actor="ann")
    db.session.rollback()
    ends = {row.definition.key: row.outcome for row in db.session.scalars(select(ProcessInstance))}
    assert ends == {"intake": "resolved_on_call", "warm_transfer": "resolved_on_call"}


def _tipoff() -> dict[str, Any]:
    return next(s.start for s in play.scenarios() if s.process == "tipoff")


@pytest.mark.parametrize("process", ["complaint", "tipoff", "consult"])
def test_a_clock_that_runs_out_opens_one_supervision_whoever_looks_first(bureau: Flask, process: str) -> None:
    started = next(s.start for s in play.scenarios() if s.process == process)
    for fired_first in (True, False):
        with clock.virtual(clock.aware(datetime(2026, 5, 11, 10))) as hand:
            said = {"content": "商家不退款", "ext_no": f"{process}{fired_first}"}
            number = orders.register(said, source="12345", actor="li").order_no
            facts = started | {"order_no": number, "matter_no": f"{number}-C1"}
            messages.send(f"matter.{process}", facts["matter_no"], facts, actor="li")
            hand.move_to(clock.aware(datetime(2026, 6, 30, 10)))
            for sweep in (timers.fire_due, reminders.raise_due)[:: 1 if fired_first else -1]:
                sweep()
        opened = select(ProcessInstance).join(ProcessDefinition).where(ProcessDefinition.key == "supervise")
        running = db.session.scalars(opened.where(ProcessInstance.business_key == facts["matter_no"])).all()
        assert len(running) == 1, fired_first
