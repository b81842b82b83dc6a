"""The working-day calendar: a year at a glance, single days changed, a year's notice entered."""

from __future__ import annotations

from calendar import Calendar as Weeks
from datetime import date
from typing import Any

from flask import Blueprint, Flask, render_template, request, url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import calendar, clock, notices
from engine.errors import FormInvalid, Invalid, NotFound
from engine.hotline import calendar_changes
from web import accounts
from web.errors import sentence
from web.permissions import Permission, actor, requires
from web.present import done

pages = Blueprint("calendar", __name__)

FIRST, LAST = 2004, 2100  # the first notices that tell make-up days; and far enough


@pages.get("/calendar")
@requires(Permission.MANAGE_CALENDAR)
def index() -> str:
    year = request.args.get("year", type=int) or clock.local(clock.now()).year
    if not FIRST <= year <= LAST:
        raise NotFound
    return _page(year)


def _page(year: int, **said: Any) -> str:
    known, entries, declared = calendar.current(), calendar.entries(year), calendar.entered(year)
    draft = known.draft(year)
    return render_template(
        "calendar/index.html",
        year=year,
        published=known.published(year),
        shipped=calendar.shipped(year),
        declared=declared,
        months=[(date(year, month, 1), _weeks(draft, year, month)) for month in range(1, 13)],
        entries=entries,
        changed={entry.day for entry in entries},
        people=accounts.names([*(entry.author for entry in entries), declared.author if declared else ""]),
        years=(FIRST, LAST),
        **said,
    )


def _weeks(known: calendar.Calendar, year: int, month: int) -> list[list[calendar.Day | None]]:
    """A month as rows of seven; None outside of it."""
    weeks = Weeks().monthdatescalendar(year, month)
    return [[known.day(day) if day.month == month else None for day in week] for week in weeks]


@pages.post("/calendar/days")
@requires(Permission.MANAGE_CALENDAR)
def override() -> Response | tuple[str, int]:
    """Say that one day works or rests, and why; in place of what was said of it before."""
    typed = request.form
    wrong: dict[str, str] = {}
    try:
        day = date.fromisoformat(typed.get("day", ""))
    except ValueError:
        day, wrong["day"] = clock.today(), _("请选择日期")
    note, working = typed.get("note", "").strip(), typed.get("working")
    if not 2 <= len(note) <= 100:
        wrong["note"] = _("请写明依据，2 至 100 字")
    if working not in ("yes", "no"):
        wrong["working"] = _("请选择上班或休息")
    if wrong:
        return _page(day.year, wrong=wrong, typed=typed), 422
    statutory = working == "no" and "statutory" in typed
    calendar.override(day, working=working == "yes", statutory=statutory, note=note, author=actor())
    return _changed(day.year, _("已修改 %(day)s", day=format_date(day, "yyyy-MM-dd")))


@pages.post("/calendar/days/<day>/withdraw")
@requires(Permission.MANAGE_CALENDAR)
def withdraw(day: str) -> Response:
    try:
        which = date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
    calendar.withdraw(which)
    return _changed(which.year, _("已撤回 %(day)s 的修改", day=day))


@pages.post("/calendar/<int:year>/publish")
@requires(Permission.MANAGE_CALENDAR)
def publish(year: int) -> Response | tuple[str, int]:
    """Declare a year's notice complete: the days entered one by one, or those of a file."""
    if not FIRST <= year <= LAST:
        raise NotFound
    source, file = request.form.get("source", "").strip(), request.files.get("file")
    try:
        if len(source) < 4:
            raise FormInvalid({"source": [_("请写明文件名称和文号")]})
        if file is not None and file.filename:
            days = notices.read(file.read(), year)
            calendar.load(year, days, source=source, author=actor())
        else:
            calendar.publish(year, source=source, author=actor())
    except Invalid as error:
        text = error.errors["source"][0] if isinstance(error, FormInvalid) else sentence(error)
        return _page(year, refused=text, typed=request.form), 422
    return _changed(year, _("%(year)s 年的安排已生效", year=year))


def _changed(year: int, text: str) -> Response:
    followed = calendar_changes.follow(actor())
    if followed.clocks:
        text += ngettext("，%(num)d 个时限已重算", "，%(num)d 个时限已重算", followed.clocks)
    if followed.retried:
        text += ngettext("，%(num)d 件异常已重试成功", "，%(num)d 件异常已重试成功", followed.retried)
    if followed.waiting:
        text += ngettext("，%(num)d 件异常仍待处理", "，%(num)d 件异常仍待处理", followed.waiting)
    return done(text, url_for("calendar.index", year=year))


@pages.record_once
def _bind(state: Any) -> None:
    app: Flask = state.app
    app.jinja_env.globals["missing_years"] = calendar_changes.missing_years
