"""What became of a simulated year, counted in the database, and whether its shares are the bulletin's."""

from __future__ import annotations

import math
from collections import Counter
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import case, func, select

from engine import clock, store
from engine.db import db
from engine.hotline import synthetic
from engine.hotline.models import BadReview, ClockRun, Matter, Order, Survey
from engine.models import Event, Incident, Job, ProcessDefinition, ProcessInstance, Timer, UserTask

SIGNIFICANT = 0.001  # of two hundred honest years one or so fails one of the twenty comparisons
FEW = 30  # below so many expected, chances are added up one by one
KINDS = ("complaint", "tipoff", "consult")
OUTSIDE = {"YJ": "drugs", "ZC": "property", "XBW": "council"}  # unit -> kind of the mix


def report(now: datetime, first: datetime) -> dict[str, Any]:
    """Orders, matters, ends, clocks and what the engine did, from the database alone."""
    counted = select(func.count())
    processes = _processes()
    unfinished = counted.select_from(ProcessInstance).where(ProcessInstance.status.in_(("running", "suspended")))
    return {
        "orders": _number(counted.select_from(Order)),
        "orders_by_nature": _table(Order.nature_hint),
        "orders_by_state": _table(Order.state),
        "matters_by_nature_and_end": _table(Matter.nature, Matter.outcome),
        "instances_by_process_and_end": _ends(),
        "processes": processes,
        "never_started": [key for key, row in processes.items() if not row["started"]],
        "never_reached": [f"{key}#{end}" for key, row in processes.items() for end in row["never"]],
        "instances_unfinished": _number(unfinished),
        "clocks": _clocks(),
        "tasks": _table(UserTask.status),
        "timers_fired": _number(counted.select_from(Event).where(Event.kind == "timer.fired")),
        "timers_late": _number(counted.select_from(Timer).where(Timer.due <= now)),
        "jobs_done": _number(counted.select_from(Job).where(Job.status == "done")),
        "events": _number(counted.select_from(Event)),
        "incidents": _number(counted.select_from(Incident)),
        "from": clock.local(first).isoformat(),
        "to": clock.local(now).isoformat(),
    }


def _number(query: Any) -> int:
    return int(db.session.scalar(query) or 0)


def _table(*columns: Any) -> dict[str, Any]:
    rows = db.session.execute(select(*columns, func.count()).group_by(*columns).order_by(*columns))
    found: dict[str, Any] = {}
    for *names, count in rows:
        place = found
        for name in names[:-1]:
            place = place.setdefault(str(name), {})
        place[str(names[-1])] = count
    return found


def _ends() -> dict[str, dict[str, int]]:
    end = case((ProcessInstance.status == "completed", ProcessInstance.outcome), else_=ProcessInstance.status)
    query = select(ProcessDefinition.key, end, func.count()).join(
        ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id
    )
    found: dict[str, dict[str, int]] = {}
    for key, outcome, count in db.session.execute(
        query.group_by(ProcessDefinition.key, end).order_by(ProcessDefinition.key, end)
    ):
        found.setdefault(key, {})[str(outcome)] = count
    return found


def _processes() -> dict[str, dict[str, Any]]:
    """Each process that is deployed: how often it ran, how often each end event was reached, which never."""
    started = dict(
        db.session.execute(select(ProcessInstance.definition_id, func.count()).group_by(ProcessInstance.definition_id))
        .tuples()
        .all()
    )
    query = select(ProcessInstance.definition_id, Event.payload).join(Event, Event.instance_id == ProcessInstance.id)
    reached: Counter[tuple[int, str]] = Counter()
    for definition, payload in db.session.connection().execute(query.execution_options(yield_per=5000)):
        for element, what in orjson.loads(payload).get("path", ()):
            if what == "entered":
                reached[definition, element] += 1
    found: dict[str, dict[str, Any]] = {}
    known = store.programs()
    for number in db.session.scalars(select(ProcessDefinition.id).order_by(ProcessDefinition.key)).all():
        program = known.get(db.session.connection(), number).program
        row = found.setdefault(program.key, {"started": 0, "ends": {}})
        row["started"] += started.get(number, 0)
        for element in program.elements.values():
            if element.type == "endEvent" and element.process == program.key:
                row["ends"][element.id] = row["ends"].get(element.id, 0) + reached[number, element.id]
    for row in found.values():
        row["never"] = [end for end, count in row["ends"].items() if not count]
    return found


def _clocks() -> dict[str, dict[str, int]]:
    query = select(ClockRun.code, ClockRun.state, ClockRun.kept, func.count())
    found: dict[str, dict[str, int]] = {}
    for code, state, kept, count in db.session.execute(query.group_by(ClockRun.code, ClockRun.state, ClockRun.kept)):
        found.setdefault(code, {})[state if state != "stopped" else "kept" if kept else "missed"] = count
    return dict(sorted(found.items()))


# -- shares ------------------------------------------------------------------------------------------------------------


def shares(orders: int) -> list[dict[str, Any]]:
    """Each share of the bulletin against what the database shows of a drawn year of `orders` that count.

    `chance`: how likely a deviation of this size is by chance alone (two-sided binomial; of the survey's answers
    together, chi-square). `within` is whether that is at least 0.1 %.
    """
    mix = synthetic.mix()
    kinds, returned = _kinds()
    rows = [
        _share(row["label"], kinds.get(kind, 0), orders, row["orders"] / mix["total"])
        for kind, row in mix["kinds"].items()
    ]
    rows.append(
        _share("退单", returned, sum(kinds.values()) + returned, mix["returns"] / (mix["total"] + mix["returns"]))
    )
    for trader, count in mix["crowds"].items():
        found = _number(select(func.count()).select_from(Order).where(Order.subject.contains(trader)))
        rows.append(_share(trader, found, orders, count / mix["total"]))
    reviews = _number(select(func.count()).select_from(BadReview))
    rows.append(_share("差评", reviews, orders, mix["bad_reviews"] / mix["total"]))
    answers = _answers()
    asked = sum(mix["surveys"].values())
    rows.append(_share("回访接通", _surveyed(), orders, asked / mix["total"]))
    total = sum(answers.values())
    rows += [_share(f"回访：{name}", answers.get(name, 0), total, n / asked) for name, n in mix["surveys"].items()]
    expected = [total * n / asked for n in mix["surveys"].values()]
    observed = [answers.get(name, 0) for name in mix["surveys"]]
    rows.append(_together("回访四项合计（卡方）", observed, expected))
    return rows


def _kinds() -> tuple[dict[str, int], int]:
    """Orders by kind as the bulletin counts them, by the first matter of each; and those the city took back.

    What was solved in a three-party call was a consultation and has no matter.
    """
    query = select(Matter.process, Matter.unit, Matter.outcome, func.count())
    query = query.where(Matter.process.in_(KINDS), Matter.matter_no.endswith("1")).group_by(
        Matter.process, Matter.unit, Matter.outcome
    )
    on_call = select(func.count()).select_from(Order).where(Order.intake_outcome == "resolved_on_call")
    found: dict[str, int] = {"consult": _number(on_call)}
    returned = 0
    for process, unit, outcome, count in db.session.execute(query):
        if process == "consult":
            found["consult"] = found.get("consult", 0) + count
        elif outcome == "transferred":
            returned += count
        else:
            kind = OUTSIDE.get(unit or "", "district")
            found[kind] = found.get(kind, 0) + count
    return found, returned


def _answers() -> dict[str, int]:
    """What citizens answered when they were first reached."""
    first = select(Survey.instance_id, func.min(Survey.seq).label("seq")).where(Survey.reached == "接通")
    calls = first.group_by(Survey.instance_id).subquery()
    query = select(Survey.satisfaction, func.count()).join(
        calls, (calls.c.instance_id == Survey.instance_id) & (calls.c.seq == Survey.seq)
    )
    return {str(name): count for name, count in db.session.execute(query.group_by(Survey.satisfaction))}


def _surveyed() -> int:
    """Orders whose citizen answered."""
    query = select(func.count(Matter.order_no.distinct())).join(Survey, Survey.matter_no == Matter.matter_no)
    return _number(query.where(Survey.reached == "接通"))


def _share(name: str, found: int, of: int, expected: float) -> dict[str, Any]:
    chance = binomial(found, of, expected)
    row = {"name": name, "found": found, "of": of, "share": round(found / of, 5) if of else None}
    return row | {"expected": round(expected, 5), "chance": round(chance, 4), "within": chance >= SIGNIFICANT}


def _together(name: str, observed: list[int], expected: list[float]) -> dict[str, Any]:
    square = sum((o - e) ** 2 / e for o, e in zip(observed, expected, strict=True) if e)
    chance = chi_square(square, len(expected) - 1)
    row = {"name": name, "found": sum(observed), "of": sum(observed), "chi_square": round(square, 2)}
    return row | {"chance": round(chance, 4), "within": chance >= SIGNIFICANT}


def binomial(found: int, of: int, p: float) -> float:
    """Two-sided chance of so many of `of`, each with probability `p`: exact where few are expected, else normal."""
    mean, rest = of * p, of * (1 - p)
    if not of:
        return 1.0
    if min(mean, rest) < FEW:
        low = sum(_exactly(k, of, p) for k in range(found + 1))
        return min(1.0, 2 * min(low, 1 - low + _exactly(found, of, p)))
    z = max(0.0, abs(found - mean) - 0.5) / math.sqrt(mean * (1 - p))
    return math.erfc(z / math.sqrt(2))


def _exactly(k: int, of: int, p: float) -> float:
    logs = math.lgamma(of + 1) - math.lgamma(k + 1) - math.lgamma(of - k + 1)
    return math.exp(logs + k * math.log(p) + (of - k) * math.log1p(-p))


def chi_square(value: float, freedom: int) -> float:
    """The chance of a chi-square of at least `value`: the upper incomplete gamma function, by its series."""
    a, x = freedom / 2, value / 2
    if x <= 0:
        return 1.0
    term = total = 1 / a
    for n in range(1, 1000):
        term *= x / (a + n)
        total += term
        if term < total * 1e-12:
            break
    return max(0.0, 1 - total * math.exp(-x + a * math.log(x) - math.lgamma(a)))
