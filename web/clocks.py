"""Clocks on pages: how a due time was counted, what clocks there are under which rule, and whom they remind."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import orjson
from flask import Blueprint, Flask, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engine import calendar, clock
from engine.errors import BanjieError, CalendarYearMissing, Forbidden, Invalid
from engine.hotline import clock_changes, clocks, deadlines, derivations, reminders, thresholds
from engine.hotline import queries as hotline
from engine.hotline.casefile import Clock, MatterView, OrderView
from engine.models import UserTask
from web.errors import sentence
from web.permissions import Permission, actor, allowed, requires, task_to_see, viewer
from web.present import MEASURES, done, here_or, is_fragment, point_name

pages = Blueprint("clocks", __name__)

EXAMPLE = ("C10", date(2026, 4, 10), date(2026, 4, 20))  # the same clock on both sides of the change of the rule

# The effects of engine/hotline/thresholds.csv, to be translated.
EFFECTS: dict[str, Any] = {
    "提示": _l("提示"),
    "催办": _l("催办"),
    "超期": _l("超期"),
    "计入超期": _l("计入超期"),
    "违限": _l("违限"),
    "电话督办": _l("电话督办"),
    "网上督办": _l("网上督办"),
    "现场督办": _l("现场督办"),
}


@pages.get("/clocks")
@requires(Permission.READ_ORDERS)
def index() -> str | tuple[str, int]:
    """The catalogue by rule, the points with their effects, and one clock counted from two days side by side."""
    code = request.args.get("code", EXAMPLE[0])
    starts = [_day(request.args.get(name)) or usual for name, usual in (("a", EXAMPLE[1]), ("b", EXAMPLE[2]))]
    return render_template(
        "clocks/index.html",
        rules=clocks.RULES,
        catalogue=[(found, thresholds.effects_of(found.code)) for found in clocks.CATALOGUE],
        points=_points(),
        codes=dict.fromkeys(found.code for found in clocks.CATALOGUE),
        code=code,
        starts=starts,
        sides=[_count(code, start) for start in starts],
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _count(code: str, start: date) -> dict[str, Any]:
    version = clocks.rule_version(start)
    try:
        found = deadlines.deadline(code, start, version)
        begun = clock.aware(datetime.combine(start, calendar.WINDOWS[0][0]))
    except (Invalid, CalendarYearMissing) as error:
        return {"start": start, "rule": clocks.VERSIONS[version], "error": sentence(error)}
    days = orjson.loads(found.trace)
    return {"start": start, "rule": clocks.VERSIONS[version], "end": found, "begun": begun, "days": days}


def _points() -> list[tuple[str, str, thresholds.Effect | None]]:
    """Clock (`*`: every other), point, effect: as the file has them; points without one stand together, with None."""
    found: list[tuple[str, str, thresholds.Effect | None]] = []
    for code, levels in thresholds.table().items():
        points = [(point_name(level, code), effects) for level, effects in sorted(levels.items())]
        found += [(code, point, each) for point, effects in points for each in effects]
        silent = [point for point, effects in points if not effects]
        if silent:
            found.append((code, str(_("、")).join(silent), None))
    return found


@pages.get("/tasks/<int:task_id>/clock")
@requires(Permission.WORK)
def derivation(task_id: int) -> str:
    """How this task's due time was counted: a page, or the piece of one that htmx asks for."""
    task = task_to_see(task_id)
    found = derivations.of([task_id]).get(task_id)
    template = "clocks/_derivation.html" if is_fragment() else "clocks/derivation.html"
    return render_template(template, task=task, found=found)


@pages.post("/orders/<order_no>/matters/<matter_no>/rule")
@requires(Permission.PIN_RULE)
def pin(order_no: str, matter_no: str) -> Response:
    """A legal officer decides which rule this case is handled by, and says why."""
    order = hotline.order(order_no, viewer())
    matter = next((each for each in order.matters if each.matter_no == matter_no), None)
    if matter is None or not may_pin(matter):
        raise Forbidden("this case is not of your unit, or is closed", zh="这个事项不属于您的单位，或已办结")
    place = url_for("orders.show", order_no=order_no)
    version, reason = request.form.get("version", type=int) or 0, request.form.get("reason", "").strip()
    try:
        clock_changes.pin_rule(matter_no, version, reason=reason, actor=actor())
    except BanjieError as error:
        return done(sentence(error), place, kind="danger")
    return done(_("已改为适用总局令第 %(n)s 号，时限已重算", n=version), place)


def may_pin(matter: MatterView) -> bool:
    """May the person of this request choose the rule of this case?"""
    return (
        allowed(Permission.PIN_RULE) and matter.state == "in_progress" and clock_changes.within(viewer(), matter.unit)
    )


@pages.post("/reminders/seen")
@requires(Permission.WORK)
def seen() -> Response:
    """Put the reminders away."""
    reminders.put_away(viewer())
    return done(_("已收起提醒"), here_or("worklist.index"))


def overdue(task: UserTask, order: OrderView | None) -> dict[str, Any] | None:
    """By which clock an open task is overdue, else by which its case is, and what that has set off; None when both are
    in time."""
    due, number = task.due and clock.aware(task.due), task.instance.business_key
    if task.status not in ("ready", "claimed"):
        return None
    if due is None or due >= clock.now():
        of_case = next((each for each in _cases(order) if each[0] == number), None) if order else None
        found = _late(*of_case) if of_case else None
        return found and found | {"of_case": True, "order_no": order and order.order_no}
    law = derivations.of([task.id]).get(task.id)
    return {"due": due, "found": law, **_supervised(number), "order_no": order and order.order_no}


def late_of(order: OrderView) -> list[dict[str, Any]]:
    """What is overdue of an order, for whoever may see it: of each case the clock that ended first and still runs."""
    return [late for case in _cases(order) if (late := _late(*case))]


def _cases(order: OrderView) -> list[tuple[str, int, list[Clock]]]:
    """The order and its matters: number, rule version, clocks."""
    matters = [(matter.matter_no, matter.rule_version, matter.clocks) for matter in order.matters]
    return [(order.order_no, order.rule_version, order.clocks), *matters]


def _late(number: str, version: int, runs: list[Clock]) -> dict[str, Any] | None:
    late = [run for run in runs if run.state == "running" and run.due and clock.aware(run.due) < clock.now()]
    if not late:
        return None
    first = min(late, key=lambda run: clock.aware(run.due or run.started))
    law: dict[str, Any] | None = None
    with suppress(Invalid):  # a clock that the rule of the case does not know is told without its law
        law = {"code": first.code, "clock": clocks.clock(first.code, version)}
    return {"due": first.due, "found": law, **_supervised(number)}


def _supervised(number: str | None) -> dict[str, Any]:
    """The supervision that a late case has set off, and how far that is: see reminders.stage."""
    found = reminders.supervision(number)
    return {"supervised": found, "stage": reminders.stage(number) if found else None}


def alert_name(effect: str) -> str:
    """An effect of the thresholds in the reader's language."""
    return str(EFFECTS.get(effect, effect))


def alerts(task_ids: Iterable[int]) -> dict[int, str]:
    """The strongest effect that the clock of each of these tasks has had: 提示 催办 超期."""
    found: dict[int, str] = {}
    for task_id, derivation in derivations.of(task_ids).items():
        if derivation.reached >= 50:
            found[task_id] = "超期" if derivation.reached >= 100 else "催办" if derivation.reached >= 80 else "提示"
    return found


@pages.record_once
def _bind(state: Any) -> None:
    app: Flask = state.app
    app.jinja_env.globals.update(EFFECTS=EFFECTS, MEASURES=MEASURES, RULES=clocks.VERSIONS, may_pin=may_pin)
    app.jinja_env.globals.update(overdue_of=overdue, late_of=late_of, alert_name=alert_name)
