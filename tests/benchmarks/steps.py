"""Durable steps per second on the complaint diagram as first shipped: complete one user task, on disk, then the next.

Ours: commands through the door, all cases side by side as in a backlog; each step writes the instance, its tasks,
timers, subscriptions, jobs, the event with its hash, and the idempotency key. Naive: see `naive.py`; one row read, one
row written, one row of history, one commit a step. Forms are checked on neither side.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import time_machine
from sqlalchemy import create_engine, text

from app import ROOT, create_app
from engine import clock, definitions, messages, queries, store, tasks
from engine.db import db
from tests.benchmarks.naive import Naive
from tests.conftest import KEYS

BUNDLE = Path(__file__).parent / "complaint"  # as first measured, so that figures of different months compare
CASES, NAIVE_CASES, ROUNDS = 320, 16, 3
MOMENT = datetime(2026, 5, 11, 2, tzinfo=UTC)
START = {
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
}
STEPS: list[tuple[str, dict[str, Any]]] = [
    ("sign", {"sign_decision": "接单"}),
    ("first_contact", {"contacted": "已联", "contact_tries": 1, "contact_note": "已电话联系，了解诉求"}),
    ("check_material", {"material_ok": "齐全", "request_kind": ["退款"], "identity_doubtful": "否"}),
    ("decide_acceptance", {"accept_decision": "受理"}),
    ("ask_willingness", {"willing": "双方同意", "mediation_mode": "电话"}),
    ("mediate", {"mediation_outcome": "达成协议", "mediation_note": "双方同意退款"}),
    ("make_agreement", {"agreement_form": "制作调解书", "agreement_terms": "退款 300 元"}),
    ("closing_report", {"fact_finding": "属实", "result": "实际解决", "clue_found": "否", "summary": "已退款"}),
    ("approve_report", {"reply_points": "已退款"}),
    ("reply", {"reply_mode": "电话", "citizen_reaction": "满意"}),
]


def measure(make_database: Callable[[], str]) -> dict[str, Any]:
    """Steps per second of both, their ratio, and the rounds they come from."""
    ours, naive = [], []
    with clock.virtual(MOMENT):
        for _ in range(ROUNDS):
            with time_machine.travel(MOMENT):  # its timers read the machine's clock
                naive.append(_naive(make_database()))
            ours.append(_ours(make_database()))
    middle = statistics.median
    ratio = middle(o / n for o, n in zip(ours, naive, strict=True))
    return {"ours": middle(ours), "naive": middle(naive), "ratio": ratio, "rounds": {"ours": ours, "naive": naive}}


def _ours(url: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({**KEYS, "database_url": url, "INSTANCE_PATH": Path(folder)})
        with app.app_context():
            db.create_all()
            bundle = definitions.read_bundle(BUNDLE, ROOT / "forms")
            definitions.deploy(bundle, author="bench")
            keys = count()
            _cases(8, keys)  # warm up: parse, compile, connect
            rate = _cases(CASES, keys)
            app.extensions["banjie.door"].stop()
            db.engine.dispose()
            return rate


def _cases(number: int, keys: Any) -> float:
    """Run cases side by side to their end; returns completed user tasks per second."""
    started = [messages.send_later("matter.complaint", f"{next(keys)}", START, actor="bench") for _ in range(number)]
    instances = [answer.result()["started"][0] for answer in started]
    db.session.rollback()
    open_tasks = [queries.open_tasks(instance)[0].id for instance in instances]
    db.session.rollback()
    begin, done = time.perf_counter(), 0
    for element, values in STEPS:
        answers = [
            store.submit(tasks.completion(task, values, values, actor="bench", key=f"bench-{next(keys)}"))
            for task in open_tasks
        ]
        results = [answer.result() for answer in answers]
        done += len(results)
        open_tasks = [result["next"][0] for result in results if result["next"]]
        if element != STEPS[-1][0] and len(open_tasks) != number:
            raise RuntimeError(f"after {element} {len(open_tasks)} of {number} cases went on")
    return done / (time.perf_counter() - begin)


def _naive(url: str) -> float:
    runner = Naive((BUNDLE / "complaint.bpmn").read_bytes(), "complaint")
    engine = create_engine(url)
    raw = engine.raw_connection()
    cursor, mark = raw.cursor(), "?" if engine.dialect.name == "sqlite" else "%s"
    cursor.execute("CREATE TABLE naive (id integer PRIMARY KEY, ver integer, state text)")
    cursor.execute("CREATE TABLE naive_history (id integer, element text, at text)")
    raw.commit()
    for number in range(NAIVE_CASES):
        cursor.execute(f"INSERT INTO naive VALUES ({mark}, 0, {mark})", (number, runner.start(START)))
    raw.commit()
    begin = time.perf_counter()
    for element, values in STEPS:
        for number in range(NAIVE_CASES):
            cursor.execute(f"SELECT ver, state FROM naive WHERE id = {mark}", (number,))
            ver, state = cursor.fetchone()
            state = runner.step(state, element, values)
            cursor.execute(
                f"UPDATE naive SET ver = {mark}, state = {mark} WHERE id = {mark} AND ver = {mark}",
                (ver + 1, state, number, ver),
            )
            cursor.execute(f"INSERT INTO naive_history VALUES ({mark}, {mark}, {mark})", (number, element, str(MOMENT)))
            raw.commit()
    rate = NAIVE_CASES * len(STEPS) / (time.perf_counter() - begin)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM naive_history")) == NAIVE_CASES * len(STEPS)
    raw.close()
    engine.dispose()
    return rate
