"""Process definitions: what is deployed, with which versions, and deploying more."""

from __future__ import annotations

import io
from collections.abc import Iterable
from itertools import groupby
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from engine import definitions, drafts, queries
from engine.errors import DiagramFault, DiagramRefused, Finding, Invalid, NotFound
from web import accounts, bundle_upload, by_hand, coverage, sending, starting, words
from web.auth import shows_diagram
from web.errors import finding_view, sentence
from web.permissions import Permission, actor, allowed, requires
from web.present import done

pages = Blueprint("definitions", __name__)


@pages.get("/definitions")
@requires(Permission.READ_DEFINITIONS)
def index() -> str:
    processes = [list(versions) for _key, versions in groupby(queries.definitions(), key=lambda v: v.definition.key)]
    return render_template("definitions/index.html", processes=processes)


@pages.get("/definitions/<key>")
@requires(Permission.READ_DEFINITIONS)
def show(key: str) -> str:
    """One process: the diagram of a version (the newest, or `?version=`) and all versions with their counts."""
    return _page(key)


@pages.post("/definitions/<key>/start")
@requires(Permission.MANAGE_INSTANCES)
def start(key: str) -> BaseResponse | tuple[str, int]:
    """Start an instance of the newest active version by hand, by the start event that is chosen."""
    typed = {name: request.form.get(name, "") for name in ("business_key", "variables", "key", "element")}
    fields = by_hand.fields()
    try:
        answer = starting.start(
            key,
            sending.read(typed["variables"]) | sending.typed(fields),
            typed["business_key"],
            element=typed["element"] or None,
            actor=actor(),
            key=typed["key"] or uuid4().hex,
        )
    except (Invalid, DiagramFault) as error:
        return _page(key, typed={**typed, "key": uuid4().hex, "fields": fields}, refused=by_hand.why(error)), 422
    if answer["started"] and not answer["delivered"]:
        number = answer["started"][0]
        return done(_("实例 %(n)s 已启动", n=number), url_for("instances.show", instance_id=number))
    return by_hand.told(answer, url_for("definitions.show", key=key))


def _page(key: str, *, typed: dict[str, Any] | None = None, refused: str = "") -> str:
    versions = queries.definitions(key)
    wanted = request.args.get("version", type=int)
    shown = next((v.definition for v in versions if wanted in (None, v.definition.version)), None)
    if shown is None:
        raise NotFound
    shows_diagram()
    files = queries.resources(shown.id)
    newest = starting.version(key)
    who = accounts.names([shown.deployment.author]).get(shown.deployment.author, shown.deployment.author)
    ways = starting.ways(newest) if newest and allowed(Permission.MANAGE_INSTANCES) else []
    return render_template(
        "definitions/show.html",
        versions=versions,
        shown=shown,
        files=files,
        author=who,
        newest=newest,
        ways=ways,
        accounts=accounts.colleagues(None) if any(way.people & set(way.asked) for way in ways) else [],
        by_name=queries.start_names(newest.id) if newest else [],
        by_clock=queries.start_timers(newest.id) if newest else [],
        typed=typed or {"key": uuid4().hex},
        refused=refused,
        has_scenarios=coverage.has(shown.key),
        names=words.element_names(newest.id) if newest else {},
    )


@pages.get("/definitions/<int:definition_id>/diagram.bpmn")
@requires(Permission.SIGNED_IN)
def diagram(definition_id: int) -> Response:
    """A version's diagram, with a layout when it brings none. It never changes, so browsers may keep it."""
    response = Response(drafts.drawing(queries.diagram(definition_id)), mimetype="application/xml")
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@pages.get("/definitions/<int:definition_id>/files/<path:path>")
@requires(Permission.READ_DEFINITIONS)
def file(definition_id: int, path: str) -> BaseResponse:
    found = next((r for r in queries.resources(definition_id) if r.path == path), None)
    if found is None:
        raise NotFound
    return send_file(
        io.BytesIO(found.content), "application/octet-stream", as_attachment=True, download_name=path.split("/")[-1]
    )


@pages.get("/definitions/deploy")
@requires(Permission.DEPLOY)
def deploy_form() -> str:
    return render_template("definitions/deploy.html", reuse=True)


@pages.post("/definitions/deploy/check")
@requires(Permission.DEPLOY)
def check() -> str | tuple[str, int]:
    """What the gate says of the uploaded files. Nothing is stored."""
    try:
        bundle = _bundle()
    except (DiagramRefused, Invalid) as error:
        return _refused(error)
    report = definitions.check(bundle.files)
    page = _form([*bundle.findings, *report.findings], checked=True, ok=report.ok, bundle=bundle)
    return page if report.ok else (page, 422)


@pages.post("/definitions/deploy")
@requires(Permission.DEPLOY)
def deploy() -> BaseResponse | tuple[str, int]:
    """Deploy the uploaded files; what the gate refuses is shown finding by finding."""
    try:
        bundle = _bundle()
        deployed = definitions.deploy(bundle.files, author=actor(), note=request.form.get("note", "").strip())
    except (DiagramRefused, Invalid) as error:
        return _refused(error)
    if deployed.unchanged:
        return done(_("内容与现有版本相同，没有产生新版本"), url_for("definitions.index"), kind="info")
    text = _("已部署 %(new)s", new=words.versions(deployed.deployment_id))
    if warnings := len(deployed.findings) + len(bundle.findings):
        text += ngettext("（%(num)d 条提醒）", "（%(num)d 条提醒）", warnings)
    for line in _replaced(bundle):
        text += _("；") + line
    return done(
        text, url_for("definitions.show", key=deployed.new[0][0]) if deployed.new else url_for("definitions.index")
    )


def _bundle() -> bundle_upload.Bundle:
    """What was uploaded, with the files of the version before if that is wanted."""
    bundle = bundle_upload.read(request.files.getlist("files"))
    if "reuse" in request.form:
        bundle_upload.complete(bundle)
    return bundle


def _replaced(bundle: bundle_upload.Bundle) -> list[str]:
    return [
        _("%(new)s 替换了画有同一流程（%(key)s）的 %(old)s", new=new, key=key, old=old)
        for key, old, new in bundle.replaced
    ]


def _refused(error: DiagramRefused | Invalid) -> tuple[str, int]:
    return _form(getattr(error, "findings", ()), refused=sentence(error)), 422


def _form(findings: Iterable[Finding], *, bundle: bundle_upload.Bundle | None = None, **said: Any) -> str:
    """The page with what was found, and what was typed."""
    return render_template(
        "definitions/deploy.html",
        findings=[finding_view(f) for f in findings],
        replaced=_replaced(bundle) if bundle else [],
        reuse="reuse" in request.form,
        note=request.form.get("note", ""),
        **said,
    )


@pages.post("/definitions/<int:definition_id>/retire")
@requires(Permission.DEPLOY)
def retire(definition_id: int) -> BaseResponse:
    definitions.retire(definition_id, actor=actor())
    return done(_("已停用；已开始的实例不受影响"), _page_of(definition_id))


@pages.post("/definitions/<int:definition_id>/activate")
@requires(Permission.DEPLOY)
def activate(definition_id: int) -> BaseResponse:
    definitions.activate(definition_id, actor=actor())
    return done(_("已启用"), _page_of(definition_id))


def _page_of(definition_id: int) -> str:
    return url_for("definitions.show", key=queries.definition(definition_id).key)
