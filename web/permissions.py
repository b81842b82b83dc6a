"""Who may do what: one enum, one table, one decorator. A view that declares nothing is closed to everybody.

The check runs before every request, from the view's own declaration, so no view can forget to ask.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from flask_security import current_user
from sqlalchemy import select

from engine import queries, registry
from engine.db import db
from engine.errors import Forbidden
from engine.hotline import access, organisation, recusal, substitutes
from engine.hotline.roles import Viewer
from engine.hotline.worklist import Task
from engine.models import UserTask
from web import accounts

View = TypeVar("View", bound=Callable[..., Any])


class Permission(StrEnum):
    """What a view may ask for."""

    NOBODY = "nobody"  # a view that an extension brings and we do not want
    PUBLIC = "public"  # without signing in
    SIGNED_IN = "signed_in"
    WORK = "work"  # see the worklist; claim, fill and complete tasks of one's role and unit
    SEE_TASKS = "see_tasks"  # the page of a task, if it is one's own to do or to look after
    DELEGATE = "delegate"  # hand on tasks that are not one's own
    READ_ORDERS = "read_orders"
    REGISTER_ORDERS = "register_orders"
    IMPORT_ORDERS = "import_orders"
    SEND_MESSAGES = "send_messages"  # to running cases, by the API
    UNMASK = "unmask"  # read personal data in clear, with a reason, logged
    READ_DEFINITIONS = "read_definitions"
    DRAFT = "draft"  # design: open, change and delete drafts of bundles
    DEPLOY = "deploy"
    READ_INSTANCES = "read_instances"
    READ_VARIABLES = "read_variables"
    MANAGE_INSTANCES = "manage_instances"
    READ_INCIDENTS = "read_incidents"
    MANAGE_INCIDENTS = "manage_incidents"
    MANAGE_CALENDAR = "manage_calendar"
    READ_BULLETINS = "read_bulletins"  # which versions is the hotline's own rule
    MANAGE_BULLETINS = "manage_bulletins"  # let a period's figures be frozen
    PIN_RULE = "pin_rule"  # decide, with a reason, which version of the ordinance a case is handled by
    READ_MASSES = "read_masses"  # mass incidents: that they are, and how many people
    MANAGE_MASSES = "manage_masses"  # link and take out orders, raise by hand
    MANAGE_UNITS = "manage_units"  # posts, duty rosters and substitutes of one's own units
    MANAGE_ORGANISATION = "manage_organisation"  # of every unit; units themselves, the mode of listening
    WRITE_KNOWLEDGE = "write_knowledge"  # entries of one's own units
    MANAGE_TRAININGS = "manage_trainings"  # enter trainings of one's own units
    MANAGE_CAMPAIGNS = "manage_campaigns"
    READ_READINGS = "read_readings"  # who has read personal data in clear, and why; who has exported what
    READ_LINES = "read_lines"  # numbers and statistics of the telephone lines
    MANAGE_LINES = "manage_lines"
    READ_CLUES = "read_clues"  # of the orders one may see
    EXPORT_CLUES = "export_clues"
    READ_CREDIT = "read_credit"  # filed and decided cases by subject, of the whole bureau
    COMMAND = "command"  # the command screen: counts of the whole bureau


P = Permission
_STAFF = frozenset({P.WORK, P.SEE_TASKS, P.READ_ORDERS, P.READ_MASSES, P.READ_DEFINITIONS, P.READ_BULLETINS})
_WATCH = frozenset({P.READ_DEFINITIONS, P.READ_INSTANCES, P.READ_INCIDENTS})

# This table opens doors. Which orders, and which personal data in them, is the hotline's own rule (engine/hotline).
GRANTS: dict[str, frozenset[Permission]] = {
    "clerk": _STAFF | {P.REGISTER_ORDERS, P.IMPORT_ORDERS, P.UNMASK, P.READ_LINES},
    "operator": _STAFF
    | {P.REGISTER_ORDERS, P.DELEGATE, P.UNMASK, P.MANAGE_UNITS, P.WRITE_KNOWLEDGE, P.MANAGE_TRAININGS},
    "handler": _STAFF | {P.UNMASK},
    "case_officer": _STAFF | {P.UNMASK, P.READ_CLUES},
    "reviewer": _STAFF | {P.PIN_RULE},
    "coordinator": _STAFF
    | {P.MANAGE_MASSES, P.COMMAND, P.READ_LINES, P.MANAGE_LINES, P.READ_CLUES, P.EXPORT_CLUES, P.READ_CREDIT}
    | _WATCH
    | {P.REGISTER_ORDERS, P.IMPORT_ORDERS, P.SEND_MESSAGES, P.DELEGATE, P.UNMASK, P.MANAGE_BULLETINS}
    | {P.MANAGE_UNITS, P.MANAGE_ORGANISATION, P.WRITE_KNOWLEDGE, P.MANAGE_TRAININGS, P.MANAGE_CAMPAIGNS},
    "section": _STAFF | {P.WRITE_KNOWLEDGE, P.READ_CLUES, P.EXPORT_CLUES, P.READ_CREDIT},
    "leader": _STAFF
    | {P.PIN_RULE, P.DELEGATE, P.UNMASK, P.MANAGE_UNITS, P.COMMAND, P.READ_LINES, P.READ_CLUES, P.EXPORT_CLUES}
    | {P.MANAGE_TRAININGS},
    "seal_keeper": _STAFF | {P.UNMASK},
    "analyst": _WATCH
    | {P.READ_ORDERS, P.READ_MASSES, P.DRAFT, P.READ_BULLETINS, P.MANAGE_BULLETINS}
    | {P.READ_LINES, P.READ_CLUES},
    "auditor": _WATCH | {P.READ_ORDERS, P.READ_MASSES, P.READ_READINGS, P.READ_BULLETINS, P.READ_LINES, P.READ_CLUES},
    "admin": _WATCH
    | {P.SEE_TASKS, P.DRAFT, P.DEPLOY, P.READ_VARIABLES, P.MANAGE_INSTANCES, P.MANAGE_INCIDENTS, P.MANAGE_CALENDAR}
    | {P.MANAGE_UNITS, P.MANAGE_ORGANISATION},
}

# Views that extensions bring; everything else declares itself.
EXTENSION_VIEWS: dict[str, Permission] = {
    "static": P.PUBLIC,
    "security.login": P.PUBLIC,
    "security.logout": P.PUBLIC,
    "security.change_password": P.SIGNED_IN,
    "security.verify": P.NOBODY,
    "security.static": P.NOBODY,
    "openapi.spec": P.PUBLIC,
    "openapi.docs": P.NOBODY,  # it loads its scripts from another host
    "openapi.swagger_ui_oauth_redirect": P.NOBODY,
}


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare what a view asks for."""

    def declare(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return declare


def declared(app: Flask, endpoint: str) -> Permission | None:
    """What a view of the application asks for, or None when it does not say."""
    return EXTENSION_VIEWS.get(endpoint) or getattr(app.view_functions.get(endpoint), "permission", None)


def allowed(permission: Permission) -> bool:
    """May the person of this request do that? Templates ask this too, as `may('deploy')`."""
    if permission == P.PUBLIC:
        return True
    user = me()
    if user is None:
        return False
    return permission == P.SIGNED_IN or any(permission in GRANTS.get(role, ()) for role in user.role_names)


def me() -> accounts.User | None:
    """Who sends this request: the signed-in user, or the owner of the API token. Read once, whatever is committed."""
    if "me" not in g:
        user = _bearer() if request.blueprint == "api" else current_user._get_current_object()
        g.me = user if user is not None and user.is_authenticated else None
        if g.me is not None and g.me in db.session:
            db.session.expunge(g.me)  # a row of the session is asked for again after every commit
    found: accounts.User | None = g.me
    return found


def actor() -> str:
    """The user name that events will bear. Only in views that ask for more than PUBLIC."""
    user = me()
    if user is None:
        raise Forbidden
    return user.username


def viewer() -> Viewer:
    """The person of this request as the hotline's queries know them, with those they stand in for today."""
    user = me()
    if user is None:
        raise Forbidden
    if "viewer" not in g:
        g.viewer = as_viewer(user)
    found: Viewer = g.viewer
    return found


def as_viewer(user: accounts.User) -> Viewer:
    absent = (accounts.find(name) for name in substitutes.stands_for(user.username))
    others = (Viewer(each.username, each.unit, each.role_names) for each in absent if each is not None)
    return Viewer(user.username, user.unit, user.role_names, tuple(others))


def may_do(task: UserTask | Task, user: accounts.User | None = None) -> bool:
    """May this person (default: of this request) do that task: it is theirs, or their role's in their unit."""
    return place(task, user) is not None


def place(task: UserTask | Task, user: accounts.User | None = None) -> str | None:
    """In whose place this person (default: of this request) does a task, mostly their own; None: not at all."""
    if user is None and me() is None:
        return None
    who = as_viewer(user) if user else viewer()
    if not any(Permission.WORK in GRANTS.get(role, ()) for role in who.roles):
        return None
    return access.place(who, task, _barred(task))


def instead(task: UserTask | Task) -> str | None:
    """Who is away, when this person does the task in their place; None when in their own."""
    whose = place(task)
    return None if whose == actor() else whose


def _barred(task: UserTask | Task) -> frozenset[str]:
    """Who keeps out of it; asked once in a request."""
    if isinstance(task, Task):
        return task.barred
    kept: dict[int, frozenset[str]] = g.setdefault("barred", {})
    if task.id not in kept:
        kept[task.id] = recusal.barred([task.id]).get(task.id, frozenset())
    return kept[task.id]


def may_see(task: UserTask) -> bool:
    """May the person of this request look at that task: they may do it, or they look after those who do."""
    if may_do(task):
        return True
    seen = select(UserTask.id).where(UserTask.id == task.id, access.visible_tasks(viewer()))
    return db.session.scalar(seen) is not None or _may_rescue(task)


def may_hand_on(task: UserTask) -> bool:
    """May the person of this request give that task to another: it is theirs, they look after it, or nobody has it."""
    return task.assignee == actor() or (allowed(P.DELEGATE) and may_see(task)) or _may_rescue(task)


def _may_rescue(task: UserTask) -> bool:
    """A task that lies with nobody: an admin hands it on, and one who may delegate if it belongs to no unit."""
    rescuer = allowed(P.MANAGE_INSTANCES) or (allowed(P.DELEGATE) and task.unit is None)
    return rescuer and (stranded(task) or forsaken(task))


def able(task: UserTask) -> list[accounts.User]:
    """Who can do a task: of its role in its unit.

    When all of them keep out of it, or there is none, somebody steps in: a leader of the unit, else one of the role or
    a leader of the unit over it, and so on up to the hotline office. They do it when it is given to them.
    """
    found = [user for user in accounts.colleagues(task.unit) if may_do(task, user)]
    return found or (_who_steps_in(task) if task.ended is None else [])


def _who_steps_in(task: UserTask) -> list[accounts.User]:
    barred, roles = _barred(task), {task.role, "leader"}
    for unit in organisation.above(task.unit):
        here = [user for user in accounts.colleagues(unit) if user.username not in barred and user.role_names & roles]
        if here:
            return here
    return []


def forsaken(task: UserTask) -> bool:
    """Is an open task one that nobody of its role in its unit can do, and given to nobody who can?"""
    if task.ended is not None or (task.assignee is not None and task.assignee not in _barred(task)):
        return False
    return not any(may_do(task, user) for user in accounts.colleagues(task.unit))


def stranded(task: UserTask) -> bool:
    """Is an open task given to somebody who does not exist, or can do no task any more?"""
    return task.ended is None and task.assignee is not None and bool(absent(frozenset({task.assignee})))


@registry.people
def absent(names: frozenset[str]) -> frozenset[str]:
    """Those of the user names that belong to nobody who can do a task."""
    return names - {
        user.username
        for user in accounts.active(names)
        if any(Permission.WORK in GRANTS.get(role, ()) for role in user.role_names)
    }


def task_to_see(task_id: int) -> UserTask:
    """The task, if the person of this request may look at it. Raises NotFound and Forbidden."""
    return _task(task_id, may_see)


def task_to_do(task_id: int) -> UserTask:
    """The task, if the person of this request may do it. Raises NotFound and Forbidden."""
    return _task(task_id, may_do)


def _task(task_id: int, may: Callable[[UserTask], bool]) -> UserTask:
    task = queries.task(task_id)
    if not may(task):
        raise Forbidden(f"task {task_id} belongs to another role or unit", zh="这项任务属于其他岗位或单位")
    return task


def _bearer() -> accounts.User | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return accounts.bearer(token.strip()) if scheme.lower() == "bearer" and token else None


def check() -> Any:
    """Before every request: let in, ask to sign in, or refuse."""
    if request.endpoint is None:
        return None  # no such address: the 404 page needs no permission
    permission = declared(current_app, request.endpoint)
    if permission is not None and allowed(permission):
        return None
    if me() is None and permission is not None:
        from web.errors import SignInFirst, wants_json

        if wants_json():
            raise SignInFirst
        return redirect(
            url_for("security.login", next=request.full_path.rstrip("?") if request.method == "GET" else None)
        )
    raise Forbidden


def init_app(app: Flask) -> None:
    app.before_request(check)
    app.jinja_env.globals.update(may=lambda name: allowed(Permission(name)), me=me, may_do=may_do)
