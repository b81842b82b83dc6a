"""The editors of a draft's files: diagram, decision table and form are drawn in the browser and judged while they are.

The page holds the file and the revision it was read at; everything else is asked for as JSON. Only `save` writes.
Forms and tables made for an element of a diagram are held by the page as well (`fresh`), until the diagram is saved.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, render_template, request, url_for

from engine import carried, definitions, drafts, feel, queries, registry, scope, xml
from engine.errors import BanjieError, Finding, Invalid, NotFound
from engine.hotline import clocks
from engine.programs import form_name, is_form
from web.auth import shows_diagram
from web.element_names import Names
from web.errors import finding_view
from web.permissions import Permission, actor, requires
from web.present import chinese, clock_name

pages = Blueprint("modeler", __name__)

EDITORS = {".bpmn": "modeler", ".dmn": "tables", ".json": "forms"}  # suffix -> entry point of the front end
MESSAGE = "{http://www.omg.org/spec/BPMN/20100524/MODEL}message"
DECISION = re.compile(r"\{https?://[^}]*(?:dmn|DMN)[^}]*\}decision")
DECLARED = re.compile(r"""\A(\s*<\?xml[^>]*\sencoding\s*=\s*["'])[^"']+""")
ISO = re.compile(r"(?:R\d*/)?P|R\d*/|\d{4}-\d\d")  # how a plain time of a timer begins; the gate judges those whole
MAX_EXPRESSION = 20_000

Choice = dict[str, str]


@pages.get("/studio/<int:draft_id>/edit/<path:path>")
@requires(Permission.DRAFT)
def edit(draft_id: int, path: str) -> str:
    """The editor of one file, as the newest revision has it; with `?as=text` that of its text."""
    draft, report = drafts.get(draft_id), drafts.report(draft_id)
    files, suffix = report.files, PurePosixPath(path).suffix
    if path not in files or suffix not in EDITORS:
        raise NotFound
    editor = "source" if request.args.get("as") == "text" else EDITORS[suffix]
    content = drafts.drawing(files[path]) if editor == "modeler" else files[path]
    shows_diagram()
    here: dict[str, Any] = {"draft_id": draft_id}
    data = {
        "path": path,
        "content": content.decode("utf-8-sig") if suffix == ".json" else _text(content),
        "revision": draft.revision,
        "choices": choices(files) if editor == "modeler" else {},
        "findings": _views(report.findings, path, draft_id, files),
        "fixes": sum(offer.file == path for offer in report.offers),
        "urls": {
            "save": url_for("modeler.save", path=path, **here),
            "draft": url_for("studio.show", file=path, **here),
            "text": url_for("modeler.edit", path=path, **here | {"as": "text"}),
            "drawn": url_for("modeler.edit", path=path, **here),
            "file": url_for("studio.file", path=path, **here),
            **{name: url_for(f"modeler.{name}", **here) for name in ("add", "layout", "check", "scope", "feel")},
        },
    }
    drawable = suffix != ".bpmn" or definitions.title(files[path]) is not None
    return render_template("modeler/edit.html", draft=draft, path=path, editor=editor, data=data, drawable=drawable)


@pages.put("/studio/<int:draft_id>/edit/<path:path>")
@requires(Permission.DRAFT)
def save(draft_id: int, path: str) -> dict[str, Any]:
    """Keep the file, and what was made for it, as a new revision; 409 when somebody else has made one meanwhile."""
    files = drafts.files(draft_id)
    if path not in files:
        raise NotFound
    body = _body()
    revision = body.get("revision")
    if not isinstance(revision, int):
        raise Invalid("the body must name the revision", zh="请求内容无法识别")
    given = {**_fresh(body), path: _content(body)}
    return {"revision": drafts.put(draft_id, given, revision=revision, actor=actor())}


@pages.post("/studio/<int:draft_id>/edit")
@requires(Permission.DRAFT)
def add(draft_id: int) -> dict[str, Any]:
    """A new form or decision table for an element of the diagram, and how it is chosen. Nothing is stored."""
    body = _body()
    kind, name = body.get("kind"), body.get("name")
    make = {"form": drafts.fresh_form, "decision": drafts.fresh_table}.get(str(kind))
    if make is None or not isinstance(name, str):
        raise Invalid("the body must be {kind, name, fresh}", zh="请求内容无法识别")
    path, content = make(name, {**drafts.files(draft_id), **_fresh(body)})
    offered = choices({path: content})[str(kind)]
    url = url_for("modeler.edit", draft_id=draft_id, path=path)
    return {"path": path, "content": content.decode(), "choice": offered[0], "url": url}


@pages.post("/studio/<int:draft_id>/layout")
@requires(Permission.DRAFT)
def layout(draft_id: int) -> dict[str, Any]:
    """The unsaved diagram with a drawing of every element, in place of the one it brings. Nothing is stored."""
    path, files = _unsaved(draft_id)
    return {"content": xml.source(drafts.drawing(files[path], afresh=True))[0]}


@pages.post("/studio/<int:draft_id>/check", endpoint="check")
@requires(Permission.DRAFT)
def check_(draft_id: int) -> dict[str, Any]:
    """What the gate says of the draft with this unsaved file in it. Nothing is stored."""
    path, files = _unsaved(draft_id)
    return {"findings": _views(definitions.check(files).findings, path, draft_id, files)}


@pages.post("/studio/<int:draft_id>/scope", endpoint="scope")
@requires(Permission.DRAFT)
def scope_(draft_id: int) -> dict[str, Any]:
    """The variables and functions an expression at `?element=` of the unsaved diagram may speak of."""
    path, files = _unsaved(draft_id)
    try:
        element, said = request.args.get("element", ""), definitions.messages(files)
        found = scope.at(files, element, file=path, functions=registry.FUNCTIONS, messages=said)
    except NotFound:  # a lane, a note, the process: nothing is evaluated there
        found = {"variables": [], "functions": scope.catalogue(registry.FUNCTIONS)}
    return {
        "variables": [{"name": one["name"], "hint": _origin(one["from"])} for one in found["variables"]],
        "functions": [
            {"name": one["name"], "signature": sign, "hint": one.get("zh" if chinese() else "en", "")}
            for one in found["functions"]
            for sign in one["signatures"]
        ],
    }


@pages.post("/studio/<int:draft_id>/feel", endpoint="feel")
@requires(Permission.DRAFT)
def feel_(draft_id: int) -> dict[str, Any]:
    """What is wrong with an expression that is being typed: `position` (in characters, from 0) and a sentence."""
    text = _body().get("text")
    if not isinstance(text, str) or len(text) > MAX_EXPRESSION:
        raise Invalid("the body must be {text: …}", zh="请求内容无法识别")
    timer = request.args.get("kind") == "timer"
    if not text.strip() or (timer and ISO.match(text.strip())):
        return {"problems": []}
    found = feel.check(text, None, registry.FUNCTIONS)
    return {"problems": [{"position": one.position, "text": one.zh if chinese() else one.en} for one in found]}


def choices(files: dict[str, bytes]) -> dict[str, list[Choice]]:
    """What the properties of a diagram may name: forms, decisions and processes of the draft, the rest of the house.

    Messages are those of the draft, those that deployed processes send, and those that the house sends itself.
    """
    zh = chinese()
    messages = dict.fromkeys(sorted(carried.drawn(carried.deployed(()))), "")
    named = dict.fromkeys(sorted(form_name(path) for path in files if is_form(path)), "")
    tables, called = {}, {one.definition.key: one.definition.name for one in queries.definitions()}
    for path, content in files.items():
        if path.endswith((".bpmn", ".dmn")):
            try:
                root = xml.parse(content)
            except BanjieError:
                continue  # the gate says what is wrong with it
            for element in root.iter("*"):
                if element.tag == definitions.PROCESS and element.get("id"):
                    called[element.get("id")] = element.get("name") or ""
                elif element.tag == MESSAGE and element.get("name"):
                    messages[element.get("name")] = ""
                elif (form := element.get(definitions.FORM)) in named and (label := element.get("name") or ""):
                    named[form] = named[form] or " ".join(label.split())  # the first task that shows it
                elif isinstance(element.tag, str) and DECISION.fullmatch(element.tag) and element.get("id"):
                    tables[element.get("id")] = element.get("name") or ""
    messages |= {one.name: one.zh if zh else one.en for one in registry.MESSAGES.values()}
    return {
        "form": _choices(named),
        "role": _choices({role.name: role.zh if zh else role.en for role in registry.ROLES.values()}),
        "connector": [
            choice | {"does": one.zh if zh else one.en}
            for one in registry.CONNECTORS.values()
            for choice in _choices({one.name: one.zh if zh else one.en})
        ],
        "message": [{"value": name, "label": label} for name, label in messages.items()],
        "decision": _choices(tables),
        "process": _choices(called),
        "clock": _choices({clock.code: clock_name(clock.code, clock.zh) for clock in clocks.CATALOGUE}),
    }


def _choices(names: dict[str, str]) -> list[Choice]:
    """Values with what people call them."""
    return [
        {"value": value, "label": f"{name} ({value})" if name not in ("", value) else value}
        for value, name in names.items()
    ]


def _text(content: bytes) -> str:
    """The text of an XML file. What comes back from a browser is UTF-8, whatever it was."""
    return DECLARED.sub(r"\1UTF-8", xml.source(content)[0].removeprefix("\ufeff"), count=1)


def _origin(origins: list[dict[str, str]]) -> str:
    """Which elements set a variable."""
    return "、".join(dict.fromkeys(name for one in origins if (name := one.get("name") or one.get("element", ""))))


def _unsaved(draft_id: int) -> tuple[str, dict[str, bytes]]:
    """The draft's files, with the one that is being edited as it stands in the browser."""
    body, files = _body(), drafts.files(draft_id)
    path = body.get("path")
    if path not in files:
        raise NotFound
    return str(path), {**files, **_fresh(body), str(path): _content(body)}


def _fresh(body: dict[str, Any]) -> dict[str, bytes]:
    """The forms and tables that the page has made and not saved yet, by path."""
    fresh = body.get("fresh", {})
    if not isinstance(fresh, dict) or not all(isinstance(one, str) for one in fresh.values()):
        raise Invalid("fresh must be {path: content}", zh="请求内容无法识别")
    return {path: content.encode() for path, content in fresh.items()}


def _content(body: dict[str, Any]) -> bytes:
    content = body.get("content")
    if not isinstance(content, str):
        raise Invalid("the body must hold the content", zh="请求内容无法识别")
    return content.encode()


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid("the body must be a JSON object", zh="请求内容无法识别")
    return body


def _views(findings: list[Finding], path: str, draft_id: int, files: dict[str, bytes]) -> list[dict[str, Any]]:
    """Findings for the page, those of the edited file first, errors before warnings; others lead to their editor."""
    names = Names(files)
    views = []
    for one in sorted(findings, key=lambda f: (f.file != path, f.severity != "error")):
        view = finding_view(one) | {"name": names.of(one.file, one.element)}
        if one.file != path and one.file in files and PurePosixPath(one.file).suffix in EDITORS:
            view["url"] = url_for("modeler.edit", draft_id=draft_id, path=one.file, element=one.element)
        views.append(view)
    return views
