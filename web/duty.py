"""The duty roster of a unit, week by week; shifts one at a time or from a file."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engine import clock
from engine.db import db
from engine.errors import FormInvalid
from engine.hotline import actions, duty, organisation
from engine.hotline.models import Unit
from web import accounts, people
from web.permissions import Permission, actor, requires, viewer
from web.present import done

pages = Blueprint("duty", __name__)


@pages.get("/duty")
@requires(Permission.SIGNED_IN)
def index() -> str:
    """One week of one unit; by default one's own, or the hotline office's."""
    return _page(request.args.get("unit"), request.args.get("week"))


def _page(unit: str | None, week: str | None, **said: Any) -> str:
    found = db.session.get(Unit, unit or viewer().unit or organisation.OFFICE) or db.session.get_one(
        Unit, organisation.OFFICE
    )
    monday = _monday(week)
    days = duty.week(found.code, monday)
    on_duty = {shift.account for _day, shifts in days for shift in shifts}
    return render_template(
        "duty/index.html",
        unit=found,
        units=organisation.units(),
        monday=monday,
        step=timedelta(days=7),
        days=days,
        gaps=duty.gaps(found.code, monday) if found.always_on else [],
        now=organisation.on_duty(found.code, None, clock.now()),
        away=duty.away(on_duty, monday),
        people=accounts.names(on_duty),
        users=accounts.colleagues(found.code),
        topics=_topics(),
        local=clock.local,
        **said,
    )


def _monday(text: str | None) -> date:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        day = clock.today()
    return day - timedelta(days=day.weekday())


def _topics() -> list[str]:
    """What a three-party call may be about, as its form asks."""
    components = actions.schema(actions.ACTIONS["transfer"])["components"]
    return [option["value"] for each in components if each.get("key") == "topic" for option in each.get("values", ())]


@pages.post("/duty")
@requires(Permission.MANAGE_UNITS)
def enter() -> Response | tuple[str, int]:
    typed = request.form
    unit = typed.get("unit", "")
    people.must_manage(unit)
    try:
        begins = _instant("begins")
        shift = duty.Shift(
            unit, typed.get("account", ""), begins, _instant("ends"), typed.get("topic") or None,
            int(typed.get("rank", "1")) if typed.get("rank", "1").isdigit() else 0,
        )  # fmt: skip
        duty.enter([shift], people=_usernames(), actor=actor())
    except FormInvalid as error:
        return _page(unit, typed.get("week"), refused=people.sentences(error), typed=typed), 422
    return done(_("已排班"), url_for("duty.index", unit=unit, week=_monday_of(begins)))


@pages.post("/duty/file")
@requires(Permission.MANAGE_UNITS)
def load() -> Response | tuple[str, int]:
    unit, week, file = request.form.get("unit"), request.form.get("week"), request.files.get("file")
    try:
        shifts = duty.read(file.read() if file else b"")
        for code in {shift.unit for shift in shifts}:
            people.must_manage(code)
        changed = duty.enter(shifts, people=_usernames(), actor=actor())
    except FormInvalid as error:
        return _page(unit, week, refused=people.sentences(error)), 422
    text = ngettext("新排 %(num)d 班", "新排 %(num)d 班", changed)
    return done(text, url_for("duty.index", unit=unit, week=week))


@pages.post("/duty/<int:number>/remove")
@requires(Permission.MANAGE_UNITS)
def remove(number: int) -> Response:
    shift = duty.one(number)
    people.must_manage(shift.unit)
    unit, week = shift.unit, _monday_of(shift.begins)
    duty.remove(number)
    return done(_("已撤下这一班"), url_for("duty.index", unit=unit, week=week))


def _monday_of(at: datetime) -> date:
    return _monday(clock.local(at).date().isoformat())


def _instant(name: str) -> datetime:
    try:
        return clock.aware(datetime.fromisoformat(request.form.get(name, "")))
    except ValueError:
        raise FormInvalid({name: [_("请选择日期和时间")]}) from None


def _usernames() -> frozenset[str]:
    return frozenset(user.username for user in accounts.colleagues(None))
