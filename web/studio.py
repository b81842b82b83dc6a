"""Drafts: open any diagram, see what the gate says of it, have mended what can be, hand it to deployment."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from engine import called, definitions, drafts, queries, xml
from engine.errors import Conflict, DiagramRefused, Finding, Invalid, NotFound
from engine.models import ProcessDefinition
from web import accounts, bundle_upload, draft_scenarios, starting, words
from web.auth import shows_diagram
from web.element_names import Names
from web.errors import finding_view, sentence
from web.permissions import Permission, actor, requires
from web.present import chinese, done

pages = Blueprint("studio", __name__)
pages.register_blueprint(draft_scenarios.pages)

ROLE = "{urn:banjie:bpmn:1}role"
CHOICES = {
    "connector": _l("由连接器办理"),
    "by-hand": _l("改由人办理，角色"),
    "inside": _l("不调用外部系统"),
    "role": _l("选择角色"),
    "fresh-form": _l("新建表单"),
    "fresh-table": _l("新建决策表"),
    "ask": _l("填写条件"),
}


@pages.get("/studio")
@requires(Permission.DRAFT)
def index() -> str:
    return _index()


@pages.post("/studio")
@requires(Permission.DRAFT)
def create() -> BaseResponse | tuple[str, int]:
    """A new draft: from uploaded files, from a deployed version (`definition`), or a blank one."""
    name, version = request.form.get("name", "").strip(), request.form.get("definition", type=int)
    said: list[Finding] = []
    try:
        if version:
            shown = queries.definition(version)
            files = {r.path: r.content for r in queries.resources(version) if not called.is_copy(r.path)}
            name = name or f"{shown.name} v{shown.version}"
        elif "files" in request.files:
            bundle = bundle_upload.read(request.files.getlist("files"))
            bundle_upload.settle(bundle)
            files, said = bundle.files, bundle.findings
            name = name or _title(files)
        else:
            files = drafts.blank(name)
        draft_id = drafts.create(files, name=name, actor=actor())
    except (DiagramRefused, Invalid) as error:
        return _index(refused=error), 422
    return done(_("草稿已建立") + _left_out(said), url_for("studio.show", draft_id=draft_id))


@pages.get("/studio/<int:draft_id>")
@requires(Permission.DRAFT)
def show(draft_id: int) -> str:
    """One draft: a diagram of it (`?file=`) with its findings, its fixes, its files and its revisions."""
    return _page(draft_id)


@pages.get("/studio/<int:draft_id>/drawing/<path:path>")
@requires(Permission.DRAFT)
def drawing(draft_id: int, path: str) -> Response:
    """A diagram for the drawing board, with a layout when it brings none, or with `?layout=new`."""
    afresh = request.args.get("layout") == "new"
    return Response(drafts.drawing(_file(draft_id, path), afresh=afresh), mimetype="application/xml")


@pages.get("/studio/<int:draft_id>/files/<path:path>")
@requires(Permission.DRAFT)
def file(draft_id: int, path: str) -> BaseResponse:
    """A file as it is now; the fixes that are applied are in it."""
    return send_file(
        io.BytesIO(_file(draft_id, path)), "application/octet-stream", as_attachment=True,
        download_name=PurePosixPath(path).name,
    )  # fmt: skip


@pages.get("/studio/<int:draft_id>/bundle.zip")
@requires(Permission.DRAFT)
def archive(draft_id: int) -> BaseResponse:
    """All files of the newest revision, or of `?revision=`."""
    number = request.args.get("revision", type=int) or drafts.get(draft_id).revision
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for path, content in drafts.files(draft_id, number).items():
            bundle.writestr(path, content)
    packed.seek(0)
    name = "".join(c if c.isalnum() or c in "-_ ." else "_" for c in drafts.get(draft_id).name)
    return send_file(packed, "application/zip", as_attachment=True, download_name=f"{name}-r{number}.zip")


@pages.post("/studio/<int:draft_id>/files")
@requires(Permission.DRAFT)
def upload(draft_id: int) -> BaseResponse | tuple[str, int]:
    """Add files, or replace those of the same path, process or name."""
    try:
        bundle = bundle_upload.read(request.files.getlist("files"))
        bundle_upload.settle(bundle, drafts.files(draft_id))
        number = drafts.put(draft_id, bundle.files, revision=_seen(), actor=actor())
    except (DiagramRefused, Invalid) as error:
        return _page(draft_id, refused=error), 422
    if number == _seen():
        return done(_("文件与草稿中的相同，没有改动"), _here(draft_id), kind="info")
    text = _("已保存 %(files)s", files=_("、").join(sorted(bundle.files)))
    for _key, old, new in bundle.replaced:
        text += _("；") + _("%(new)s 替换了画有同一流程的 %(old)s", new=new, old=old)
    return done(text + _left_out(bundle.findings), _here(draft_id))


@pages.post("/studio/<int:draft_id>/new")
@requires(Permission.DRAFT)
def add(draft_id: int) -> BaseResponse | tuple[str, int]:
    """A new form, or a new decision table (`kind`), opened in its editor."""
    make = drafts.fresh_table if request.form.get("kind") == "table" else drafts.fresh_form
    try:
        path, content = make(request.form.get("name", ""), drafts.files(draft_id))
        drafts.save(draft_id, path, content, revision=_seen(), actor=actor())
    except Invalid as error:
        return _page(draft_id, refused=error), 422
    return done(_("已新建 %(path)s", path=path), url_for("modeler.edit", draft_id=draft_id, path=path))


@pages.post("/studio/<int:draft_id>/remove")
@requires(Permission.DRAFT)
def remove(draft_id: int) -> BaseResponse | tuple[str, int]:
    path = request.form["path"]
    try:
        drafts.remove(draft_id, path, revision=_seen(), actor=actor())
    except Invalid as error:
        return _page(draft_id, refused=error), 422
    return done(_("已移除 %(path)s；可从修订记录恢复", path=path), _here(draft_id))


@pages.post("/studio/<int:draft_id>/fix")
@requires(Permission.DRAFT)
def fix(draft_id: int) -> BaseResponse | tuple[str, int]:
    """Apply the fix `id`, or all."""
    wanted = request.form.getlist("id") or None
    before = set(drafts.state(draft_id).fixes)
    try:
        number = drafts.fix(draft_id, wanted, revision=_seen(), actor=actor())
    except Invalid as error:
        return _page(draft_id, refused=error), 422
    after = set(drafts.state(draft_id, number).fixes)  # one may take the place of others: they are not counted off
    text = ngettext("已应用 %(num)d 项修正", "已应用 %(num)d 项修正", len(after - before))
    if gone := len(before - after):
        text += ngettext("，%(num)d 项因此不再需要", "，%(num)d 项因此不再需要", gone)
    left = sum(finding.severity == "error" for finding in drafts.report(draft_id).findings)
    text += ngettext("，还有 %(num)d 个错误", "，还有 %(num)d 个错误", left) if left else _("，没有错误了")
    return done(text, _here(draft_id))


@pages.post("/studio/<int:draft_id>/undo")
@requires(Permission.DRAFT)
def undo(draft_id: int) -> BaseResponse:
    """Take the fix `id` back."""
    before = len(drafts.state(draft_id).fixes)
    number = drafts.undo(draft_id, request.form["id"], revision=_seen(), actor=actor())
    others = before - len(drafts.state(draft_id, number).fixes) - 1
    text = _("已撤回该项修正")
    if others:
        text += ngettext("；以它为前提的 %(num)d 项一并撤回", "；以它为前提的 %(num)d 项一并撤回", others)
    return done(text, _here(draft_id))


@pages.post("/studio/<int:draft_id>/restore")
@requires(Permission.DRAFT)
def restore(draft_id: int) -> BaseResponse:
    number = request.form.get("number", 0, type=int)
    drafts.restore(draft_id, number, revision=_seen(), actor=actor())
    return done(_("已恢复第 %(n)s 版的内容", n=number), _here(draft_id))


@pages.post("/studio/<int:draft_id>/rename")
@requires(Permission.DRAFT)
def rename(draft_id: int) -> BaseResponse | tuple[str, int]:
    try:
        drafts.rename(draft_id, request.form.get("name", ""), revision=_seen(), actor=actor())
    except Invalid as error:
        return _page(draft_id, refused=error), 422
    return done(_("已改名"), _here(draft_id))


@pages.post("/studio/<int:draft_id>/delete")
@requires(Permission.DRAFT)
def delete(draft_id: int) -> BaseResponse:
    name = drafts.get(draft_id).name
    drafts.delete(draft_id, revision=_seen(), actor=actor())
    return done(_("已删除草稿“%(name)s”", name=name), url_for("studio.index"))


@pages.post("/studio/<int:draft_id>/deploy")
@requires(Permission.DEPLOY)
def deploy(draft_id: int) -> BaseResponse | tuple[str, int]:
    """Deploy exactly the revision that was looked at; the page then links to what it became."""
    note = request.form.get("note", "").strip()
    try:
        deployed = drafts.deploy(draft_id, revision=_seen(), actor=actor(), note=note)
    except DiagramRefused as error:
        return _page(draft_id, refused=error), 422
    if deployed.unchanged:
        return done(_("内容与现有版本相同，没有产生新版本"), _here(draft_id), kind="info")
    text = _("已部署 %(new)s", new=words.versions(deployed.deployment_id))
    return done(text, _here(draft_id))


@pages.errorhandler(Conflict)
def _stale(error: Conflict) -> BaseResponse:
    """Somebody has changed the draft meanwhile: who, what, and what this person had typed."""
    draft = drafts.get((request.view_args or {})["draft_id"])
    since = [row for row in drafts.revisions(draft.id) if row.number > _seen()]
    typed = [request.form[field] for field in ("name", "note") if request.form.get(field)]
    return make_response(
        render_template(
            "studio/conflict.html", draft=draft, since=since, typed=typed, sentence=sentence(error), what=what,
            people=accounts.names(row.author for row in since), uploaded=[f.filename for f in request.files.values()],
        ),
        409,
    )  # fmt: skip


def what(row: drafts.DraftRevision) -> str:
    """What a revision did, in the reader's language."""
    lines = row.subject.split("\n")
    count = len(lines)
    match row.kind:
        case "created":
            return _("建立草稿")
        case "saved":
            return _("保存 %(files)s", files=_("、").join(lines))
        case "removed":
            return _("移除 %(file)s", file=row.subject)
        case "fixed":
            return ngettext("应用 %(num)d 项修正", "应用 %(num)d 项修正", count)
        case "undone":
            return ngettext("撤回 %(num)d 项修正", "撤回 %(num)d 项修正", count)
        case "restored":
            return _("恢复第 %(n)s 版", n=row.subject)
        case _:
            return _("改名为“%(name)s”", name=row.subject)


def _index(refused: DiagramRefused | Invalid | None = None) -> str:
    rows = drafts.drafts()
    return render_template(
        "studio/index.html",
        rows=rows,
        people=accounts.names(name for row in rows for name in (row.author, row.updated_by)),
        versions=[v.definition for v in queries.definitions()],
        name=request.form.get("name", ""),
        **_refusal(refused),
    )


def _page(draft_id: int, refused: DiagramRefused | Invalid | None = None) -> str:
    draft = drafts.get(draft_id)
    report = drafts.report(draft_id)
    files = report.files
    diagrams = [path for path in files if path.endswith(".bpmn")]
    wanted = request.args.get("file")
    shown = wanted if wanted in diagrams else _most_wrong(diagrams, report.findings)
    drawable = definitions.title(files[shown]) is not None
    if drawable:
        shows_diagram()
    rows, names, deployments = drafts.revisions(draft_id), Names(files), drafts.deployments(draft_id)
    return render_template(
        "studio/show.html",
        draft=draft,
        files=files,
        diagrams=diagrams,
        shown=shown,
        drawable=drawable,
        undrawn=drafts.undrawn(files[shown]) if drawable else [],
        report=report,
        findings=_findings(report, shown, names),
        rest=_rest(report, names),
        applied=[_offer(one, names) for one in report.applied],
        declined=[_offer(one, names) for one in report.declined],
        marks=_marks(report.findings, shown),
        revisions=rows,
        deployments=deployments,
        replaced=_replaced(files, {version.key for some in deployments.values() for version in some}),
        deployed=[_deployed(version, files) for version in deployments.get(draft.revision, [])],
        what=what,
        people=accounts.names([draft.author, draft.updated_by, *(row.author for row in rows)]),
        note=request.form.get("note", ""),
        **_refusal(refused, report.findings),
    )


def _deployed(version: ProcessDefinition, files: dict[str, bytes]) -> dict[str, Any]:
    """What a deployed version needs next: how it is started, by whom its tasks are done, where its instances are."""
    ways = starting.ways(version)
    return {
        "name": version.name,
        "version": version.version,
        "page": url_for("definitions.show", key=version.key, version=version.version),
        "start": url_for("definitions.show", key=version.key, _external=True),
        "instances": url_for("instances.index", definition=version.id),
        "ways": ways,
        "started_by_order": not ways and bool(queries.start_names(version.id)),
        "roles": _roles(files.get(version.path, b""), version.key),
    }


def _replaced(files: dict[str, bytes], own: set[str]) -> list[ProcessDefinition]:
    """The deployed processes that share an id with one of these files: a deployment would be their next version.
    `own` are the ids of what the draft itself became."""
    keys = {
        key
        for path, content in files.items()
        if path.endswith(".bpmn")
        for process in xml.parse(content).iter(definitions.PROCESS)
        if (key := process.get("id")) and process.get("isExecutable") != "false"
    }
    return [versions[0].definition for key in sorted(keys - own) if (versions := queries.definitions(key))]


def _roles(diagram: bytes, process: str) -> list[str]:
    """The roles that the tasks of a process ask for, in the order of the diagram."""
    drawn = (one for one in xml.parse(diagram).iter(definitions.PROCESS) if one.get("id") == process) if diagram else ()
    return list(dict.fromkeys(role for one in drawn for node in one.iter("*") if (role := node.get(ROLE))))


def _refusal(error: DiagramRefused | Invalid | None, listed: Sequence[Finding] = ()) -> dict[str, Any]:
    """Why the last request was refused: a sentence, a mend where there is one, and findings that are not listed yet."""
    if error is None:
        return {}
    mend = error.details.get("mend")
    return {
        "refused": sentence(error),
        "refused_mend": (mend[0] if chinese() else mend[1]) if isinstance(mend, tuple) else "",
        "refused_findings": [finding_view(f) for f in getattr(error, "findings", ()) if f not in listed],
    }


def _findings(report: drafts.Checked, shown: str, names: Names) -> list[dict[str, Any]]:
    """The findings, those of the shown diagram first, each with the fixes that answer it; a fix that answers several
    is offered once, at the first of them, to which the others lead (`again`)."""
    seen: dict[str, int] = {}
    views: list[dict[str, Any]] = []
    for number, finding in enumerate(
        sorted(report.findings, key=lambda f: (f.severity != "error", f.file != shown)), 1
    ):
        answers = [offer for offer in (*report.offers, *report.choices) if _answers(offer, finding)]
        view = finding_view(finding) | {"name": names.of(finding.file, finding.element), "number": number}
        fresh = [offer for offer in answers if offer.id not in seen]
        view["fixes"] = [_offer(offer, names) for offer in fresh if not offer.choice]
        view["choices"] = _choices(fresh)
        view["again"] = views[seen[answers[0].id] - 1] if answers and not fresh else None
        view["declined"] = not answers and any(_answers(offer, finding) for offer in report.declined)
        seen = {offer.id: number for offer in answers} | seen
        views.append(view)
    return views


def _choices(offers: list[drafts.Offer]) -> list[tuple[str, list[dict[str, str]]]]:
    """The fixes among which a person picks one: by what they do, each with the few words that tell it apart."""
    groups: dict[str, list[dict[str, str]]] = {}
    for offer in offers:
        if offer.choice:
            groups.setdefault(offer.kind, []).append({"id": offer.id, "text": offer.pick[not chinese()]})
    return [(str(CHOICES.get(kind, "")), some) for kind, some in groups.items()]


def _rest(report: drafts.Checked, names: Names) -> list[dict[str, Any]]:
    """The fixes that answer no finding on the page."""
    return [_offer(o, names) for o in report.offers if not any(_answers(o, f) for f in report.findings)]


def _answers(offer: drafts.Offer, finding: Finding) -> bool:
    return offer.answers(finding)


def _offer(offer: drafts.Offer, names: Names) -> dict[str, Any]:
    return {
        "id": offer.id,
        "file": offer.file,
        "element": offer.element,
        "name": names.of(offer.file, offer.element),
        "text": offer.zh if chinese() else offer.en,
        "before": offer.before,
        "after": offer.after,
    }


def _marks(findings: list[Finding], shown: str) -> dict[str, list[dict[str, Any]]]:
    """What the drawing shows: for each element with findings how many, the worst of them, and what they say."""
    marks: dict[str, dict[str, Any]] = {}
    for finding in findings:
        if finding.file == shown and finding.element:
            mark = marks.setdefault(finding.element, {"element": finding.element, "severity": "warning", "texts": []})
            mark["texts"].append(finding_view(finding)["text"])
            if finding.severity == "error":
                mark["severity"] = "error"
    return {"findings": list(marks.values())}


def _most_wrong(diagrams: list[str], findings: list[Finding]) -> str:
    """The diagram to show first: the one with most to mend."""
    return max(
        diagrams, key=lambda path: sum((f.file == path) * (10 if f.severity == "error" else 1) for f in findings)
    )


def _file(draft_id: int, path: str) -> bytes:
    files = drafts.files(draft_id)
    if path not in files:
        raise NotFound
    return files[path]


def _seen() -> int:
    """The revision that the person had before their eyes."""
    return request.form.get("revision", 0, type=int)


def _here(draft_id: int) -> str:
    """Back to the page, at the diagram that was shown and as it was shown."""
    shown: dict[str, Any] = {name: request.form[name] for name in ("file", "layout") if request.form.get(name)}
    return url_for("studio.show", draft_id=draft_id, **shown)


def _title(files: dict[str, bytes]) -> str:
    """A name for uploaded files: what their first process is called, else the diagram's file name."""
    diagram = next((path for path in files if path.endswith(".bpmn")), "")
    title = definitions.title(files[diagram]) if diagram else ""
    return (title or PurePosixPath(diagram).stem or _("新草稿"))[: drafts.NAME_LENGTH]


def _left_out(findings: list[Finding]) -> str:
    """What else was uploaded and is no file of a process."""
    return "".join(_("；") + finding_view(f)["text"] for f in findings)
