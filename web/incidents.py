"""Incidents: what went wrong in a diagram or a connector, to be retried or put aside."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engine import calendar, incidents, queries
from engine.db import db
from engine.errors import DiagramFault, FormInvalid, NotFound
from engine.models import Incident
from web.errors import sentence
from web.permissions import Permission, actor, requires
from web.present import chinese, done
from web.words import element_names

pages = Blueprint("incidents", __name__)


@pages.app_template_filter("fault")
def fault(incident: Incident) -> str:
    """What went wrong, in the reader's language."""
    return (chinese() and incident.message_zh) or incident.message


KINDS = {
    "task": _l("办结任务时"),
    "timer": _l("到时触发时"),
    "message": _l("收到消息时"),
    "job": _l("调用外部系统时"),
    "start": _l("启动时"),
    "stuck": _l("停住不动"),
}


@pages.get("/incidents")
@requires(Permission.READ_INCIDENTS)
def index() -> str:
    status = "resolved" if request.args.get("status") == "resolved" else "open"
    return render_template(
        "incidents/index.html", incidents=queries.incidents(status), status=status, element_of=_element
    )


@pages.get("/incidents/<int:incident_id>")
@requires(Permission.READ_INCIDENTS)
def show(incident_id: int) -> str:
    incident = db.session.get(Incident, incident_id)
    if incident is None:
        raise NotFound(f"no incident {incident_id}", zh=f"没有异常 {incident_id}")
    year = calendar.year_missed(incident.message)
    return render_template("incidents/show.html", incident=incident, kinds=KINDS, element_of=_element, year=year)


def _element(incident: Incident) -> str:
    """The element's name in the diagram."""
    definition = incident.definition_id
    if incident.element and incident.instance_id:
        definition = queries.instance(incident.instance_id).definition_id
    names = element_names(definition) if incident.element and definition else {}
    return names.get(incident.element or "", incident.element or "–")


@pages.post("/incidents/<int:incident_id>/retry")
@requires(Permission.MANAGE_INCIDENTS)
def retry(incident_id: int) -> Response:
    page = url_for("incidents.show", incident_id=incident_id)
    try:
        incidents.retry(incident_id, actor=actor())
    except DiagramFault as error:
        return done(_("重试仍未成功：%(why)s", why=sentence(error)), page, kind="danger")
    return done(_("重试成功"), page)


@pages.post("/incidents/<int:incident_id>/resolve")
@requires(Permission.MANAGE_INCIDENTS)
def resolve(incident_id: int) -> Response:
    note = request.form.get("note", "").strip()
    if not note:
        raise FormInvalid({"note": [_("请写明处理说明")]})
    incidents.resolve(incident_id, actor=actor(), note=note)
    return done(_("已标记为已处理"), url_for("incidents.index"))
