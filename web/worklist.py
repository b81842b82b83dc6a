"""What is to be done: mine, my unit's, all I may see; the most urgent first."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _l

from engine import clock
from engine.hotline import queries as hotline
from engine.hotline import reminders
from web import accounts
from web.clocks import alerts
from web.permissions import Permission, requires, viewer

pages = Blueprint("worklist", __name__)

SCOPES = {"mine": _l("我的"), "unit": _l("本单位"), "all": _l("全部")}
SORTS = {"due": _l("按时限"), "priority": _l("按紧急程度"), "created": _l("按到达时间")}
PAGE = 50


@pages.get("/tasks")
@requires(Permission.WORK)
def index() -> str:
    args = request.args
    chosen: dict[str, Any] = {
        "scope": args["scope"] if args.get("scope") in SCOPES else "mine",
        "sort": args["sort"] if args.get("sort") in SORTS else "due",
        "search": args.get("q", "").strip(),
        "process": args.get("process") or None,
        "priority": args.get("priority", type=int),
        "overdue": "overdue" in args,
    }
    page = hotline.worklist(viewer(), **chosen, after=args.get("after"), limit=PAGE)
    people = accounts.names(row.assignee or "" for row in page.rows)
    return render_template(
        "worklist/index.html",
        page=page,
        people=people,
        alerts=alerts(row.task_id for row in page.rows),
        reminders=reminders.of(viewer()),
        now=clock.now(),
        late=reminders.late_of_own(viewer()),
        counts=hotline.worklist_counts(viewer()),
        chosen=chosen,
        scopes=SCOPES,
        sorts=SORTS,
        processes=hotline.processes(),
    )
