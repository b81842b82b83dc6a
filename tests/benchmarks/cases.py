"""The processes that are timed: the complaint as first shipped, three user tasks in a row, and gateways with a timer.

Each is the same for everybody: the same nodes, about 1 KB of data, the same submissions. Only the language of the one
condition and of the one timer is each engine's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from app import ROOT
from engine import definitions
from tests.engine import kit

BUNDLE = Path(__file__).parent / "complaint"  # as first measured, so that figures of different months compare
MOMENT = datetime(2026, 5, 11, 2, tzinfo=UTC)
Step = tuple[str, dict[str, Any]]  # a user task, and what is submitted for it


@dataclass(frozen=True, slots=True)
class Case:
    """A process, how it begins, and its user tasks in the order in which everybody does them."""

    process: str
    diagram: Callable[[str], bytes]  # by dialect: feel, python, js, juel
    variables: dict[str, Any]
    steps: tuple[Step, ...]
    message: str | None = None  # what starts it, if it is not started by name
    timer_before: str | None = None  # the user task before which a due timer must have fired

    def bundle(self) -> dict[str, bytes]:
        """The files to deploy on Banjie."""
        if self.message:
            return definitions.read_bundle(BUNDLE, ROOT / "forms")
        return {f"{self.process}.bpmn": self.diagram("feel"), "forms/test/note.json": orjson.dumps(kit.FORM)}


CONDITION = {
    "feel": "amount &gt; 100",
    "python": "amount &gt; 100",  # our FEEL is lent to the naive engine, see naive.py
    "js": "${environment.services.large()}",
    "juel": "${amount &gt; 100}",
}
NOW = {"feel": "PT0S", "python": '"PT0S"', "js": "PT0S", "juel": "PT0S"}
DATA: dict[str, Any] = {f"field_{n}": f"{n:02} " + "x" * 20 for n in range(30)} | {"amount": 700, "note": "退款"}


def row_of_tasks(tasks: int) -> bytes:
    """So many user tasks one after the other."""
    names = [f"u{n}" for n in range(1, tasks + 1)]
    return kit.diagram(kit.process("linear", kit.start(), *map(kit.user, names), kit.end(), kit.line("s", *names, "e")))


def gateways(dialect: str) -> bytes:
    """A task, a choice of two, then a task beside a timer that is due at once, and a last task."""
    forks = '<bpmn:exclusiveGateway id="x1" name="金额大吗" default="f_x1_small"/>'
    forks += '<bpmn:exclusiveGateway id="x2" name="合"/>'
    forks += '<bpmn:parallelGateway id="split" name="并行"/><bpmn:parallelGateway id="join" name="汇合"/>'
    body = (
        kit.start(), *map(kit.user, ("u1", "big", "small", "beside", "last")), kit.end(),
        kit.catch("wait", kit.timer(NOW[dialect])), forks, kit.line("s", "u1", "x1"),
        kit.flow("x1", "big", CONDITION[dialect]), kit.flow("x1", "small"), kit.line("big", "x2"),
        kit.line("small", "x2", "split", "beside", "join"), kit.line("split", "wait", "join", "last", "e"),
    )  # fmt: skip
    return kit.diagram(kit.process("gateway", *body))


def _note(element: str) -> Step:
    return element, {"note": f"{element} 已办", "amount": 700}


CASES = {
    "complaint": Case(
        "complaint",
        lambda _dialect: (BUNDLE / "complaint.bpmn").read_bytes(),
        {
            "order_no": "SH20260511-000001",
            "order_id": 1,
            "matter_no": "SH20260511-000001-C1",
            "nature": "投诉",
            "unit": "310115",
            "received_at": "2026-05-11T09:00:00+08:00",
            "dispatched_at": "2026-05-11T10:00:00+08:00",
            "rule_version": 121,
            "priority": 1,
            "subject": "商家拒绝退款",
            "case_clock": "C03",
            "domain": "消费权益",
        },
        (
            ("sign", {"sign_decision": "接单"}),
            ("first_contact", {"contacted": "已联", "contact_tries": 1, "contact_note": "已电话联系，了解诉求"}),
            ("check_material", {"material_ok": "齐全", "request_kind": ["退款"], "identity_doubtful": "否"}),
            ("decide_acceptance", {"accept_decision": "受理"}),
            ("ask_willingness", {"willing": "双方同意", "mediation_mode": "电话"}),
            ("mediate", {"mediation_outcome": "达成协议", "mediation_note": "双方同意退款"}),
            ("make_agreement", {"agreement_form": "制作调解书", "agreement_terms": "退款 300 元"}),
            (
                "closing_report",
                {"fact_finding": "属实", "result": "实际解决", "clue_found": "否", "summary": "已退款"},
            ),
            ("approve_report", {"reply_points": "已退款"}),
            ("reply", {"reply_mode": "电话", "citizen_reaction": "满意"}),
        ),
        message="matter.complaint",
    ),
    "linear": Case("linear", lambda _dialect: row_of_tasks(3), DATA, tuple(map(_note, ("u1", "u2", "u3")))),
    "gateway": Case(
        "gateway",
        gateways,
        DATA,
        tuple(map(_note, ("u1", "big", "beside", "last"))),
        timer_before="last",
    ),
}
