"""Process definitions: bundles of files are checked by the gate, frozen as a deployment, activated and retired."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from flask import current_app
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from engine import assignees, bpmn, called, carried, clock, gate, registry, schedules, store, xml
from engine.db import db, transaction
from engine.errors import BanjieError, Conflict, DiagramFault, DiagramRefused, Finding, NotFound
from engine.gate import dry_run
from engine.models import Deployment, ProcessDefinition, Resource, StartSubscription
from engine.programs import FORMS, form_name, is_form, load

FORM = "{urn:banjie:bpmn:1}form"
PROCESS = "{http://www.omg.org/spec/BPMN/20100524/MODEL}process"
DEFINITIONS = "{http://www.omg.org/spec/BPMN/20100524/MODEL}definitions"
KINDS = {".bpmn": "bpmn", ".dmn": "dmn", ".json": "form"}
SCENARIOS = "scenarios.csv"  # may lie beside the files of a bundle: what is played on it, never deployed


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a deployment brought: its id, the new versions, or `unchanged` when the newest ones are the same files."""

    deployment_id: int
    new: list[tuple[str, int]] = field(default_factory=list)
    unchanged: bool = False
    findings: list[Finding] = field(default_factory=list)


def read_bundle(folder: Path, forms: Path) -> dict[str, bytes]:
    """The files of one bundle: the folder's diagrams and decisions, and the forms its diagrams name."""
    files = {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.suffix in (".bpmn", ".dmn")}
    for name in sorted(named_forms(files)):
        path = (forms / f"{name}.json").resolve()
        if path.is_relative_to(forms.resolve()) and path.is_file():
            files[f"{FORMS}{name}.json"] = path.read_bytes()
    return files


def bundles(path: Path) -> list[Path]:
    """The bundle folders at or below a path: those that hold a diagram."""
    folders = [path, *sorted(p for p in path.iterdir() if p.is_dir())]
    return [folder for folder in folders if any(folder.glob("*.bpmn"))]


def keys(files: dict[str, bytes]) -> set[str]:
    """The keys of the processes a bundle's diagrams draw."""
    return set(_homes(files))


def title(content: bytes) -> str | None:
    """What the first process of a diagram is called, "" when it has no name; None when this is no diagram of BPMN."""
    root = xml.parse(content)
    if root.tag != DEFINITIONS:
        return None
    return next((name for e in root.iter(PROCESS) if (name := (e.get("name") or "").strip())), "")


def check(
    files: dict[str, bytes],
    beside: Callable[[str], dict[str, bytes]] | None = None,
    senders: Iterable[bytes] = (),
) -> gate.Report:
    """What the gate says of a bundle, and of starts that nothing here would ever trigger; never raises.

    `beside` gives the files of a called process that is not deployed, `senders` are diagrams of other bundles that may
    send what this one waits for, besides the deployed ones (engine.neighbours).
    """
    return _judged(files, beside, senders).report


def whole(files: dict[str, bytes], beside: Callable[[str], dict[str, bytes]]) -> dict[str, bytes]:
    """A bundle with what it calls."""
    return _with_called(files, beside)[0]


@dataclass(frozen=True, slots=True)
class _Judged:
    """A bundle with what it calls from other deployments, the report, and if the gate passes it its own programs."""

    files: dict[str, bytes]
    report: gate.Report
    programs: dict[str, bpmn.Program] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)  # which file each process is drawn in


def _with_called(
    files: dict[str, bytes], beside: Callable[[str], dict[str, bytes]] | None
) -> tuple[dict[str, bytes], list[Finding]]:
    if not _stored():
        return called.with_called(files, beside) if beside else (files, [])
    return called.with_called(files, lambda key: called.deployed(key) or (beside(key) if beside else {}))


def _stored() -> bool:
    """Whether there is a database: a bundle may be checked before there is one."""
    return inspect(db.engine).has_table(ProcessDefinition.__tablename__)


def _judged(
    files: dict[str, bytes],
    beside: Callable[[str], dict[str, bytes]] | None = None,
    senders: Iterable[bytes] = (),
) -> _Judged:
    stored = _stored()  # a start's time may ask the calendar, which lies in it
    files = {path: content for path, content in files.items() if path != SCENARIOS}
    files, differing = _with_called(files, beside)
    report = _gate(files, _messages(files, senders, stored))
    own = [f for f in report.findings if f.severity == "error" or not called.is_copy(f.file or "")]
    strangers = list(assignees.check(files)) if stored else []
    report = gate.Report([*own, *differing, *(f for f in strangers if not called.is_copy(f.file or ""))])
    if not report.ok:
        return _Judged(files, report)
    homes = _homes(files)
    programs = {key: program for key, program in load(files).items() if not called.is_copy(homes[key])}
    if stored and (unstarted := [f for key, program in programs.items() for f in _unstarted(program, homes[key])]):
        report = gate.Report([*report.findings, *unstarted])
    return _Judged(files, report, programs, homes)


def messages(files: dict[str, bytes]) -> carried.Carried:
    """What the messages carry that a bundle may wait for: the house's, and those of deployed processes."""
    return _messages(files, (), True)


def _messages(files: dict[str, bytes], senders: Iterable[bytes], stored: bool) -> carried.Carried:
    """What messages carry that others send: the house, and the processes of other bundles."""
    others = carried.deployed(called.processes(files)[0]) if stored else []
    return carried.joined(carried.declared(_house_form), carried.drawn([*others, *senders]))


def _house_form(name: str) -> dict[str, Any] | None:
    settings = current_app.config.get("SETTINGS")
    path = settings.forms_path / f"{name}.json" if settings else None
    return _json(path.read_bytes()) if path and path.is_file() else None


def _gate(files: dict[str, bytes], messages: carried.Carried) -> gate.Report:
    readable = {form_name(path): found for path in files if is_form(path) and (found := _json(files[path])) is not None}
    return gate.check(
        files,
        functions=registry.FUNCTIONS,
        connectors=registry.CONNECTORS,
        roles=registry.ROLES,
        forms=readable,
        messages=messages,
    )


def try_out(files: dict[str, bytes]) -> list[Finding]:
    """What a dry run of a bundle that the gate passes finds: errors only. Runs in a limited child process."""
    return dry_run.run(files, functions=registry.FUNCTIONS)


def deploy(files: dict[str, bytes], *, author: str, note: str = "", try_first: bool | None = None) -> Deployed:
    """Freeze a bundle as new versions of its processes. Running instances stay on theirs.

    `try_first`: whether a dry run comes before it; None: as the setting `dry_run` says. Raises DiagramRefused with
    every finding when the gate does not pass it or the dry run breaks; nothing is stored then.
    """
    judged = _judged(files)
    files, report, programs = judged.files, judged.report, judged.programs
    if not report.ok:
        raise DiagramRefused(report.findings)
    try_first = current_app.config["DRY_RUN"] if try_first is None else try_first
    if try_first and (broken := try_out(files)):
        raise DiagramRefused([*report.findings, *broken])
    digest = hashlib.sha256(b"".join(_stamp(path, files[path]) for path in sorted(files))).hexdigest()
    with transaction() as session:
        newest = _newest(session, programs.keys())
        same = {d.deployment_id for d in newest.values() if d.deployment.sha256 == digest and d.state == "active"}
        if newest.keys() == programs.keys() and len(same) == 1:
            return Deployed(same.pop(), unchanged=True, findings=report.findings)
        deployment = _freeze(session, files, digest, author, note)
        new = []
        for key, program in sorted(programs.items()):
            version = newest[key].version + 1 if key in newest else 1
            _define(session, deployment, program, version, judged.homes[key])
            new.append((key, version))
        return Deployed(deployment.id, new, findings=report.findings)


def retire(definition_id: int, *, actor: str) -> None:
    """No new instances from this version; the running ones go on to their end."""
    _set_state(definition_id, "retired")


def activate(definition_id: int, *, actor: str) -> None:
    """Let this version start instances again; the newest active version of a key is the one that does."""
    _set_state(definition_id, "active")


def _set_state(definition_id: int, state: str) -> None:
    with transaction() as session:
        definition = session.get(ProcessDefinition, definition_id)
        if definition is None:
            raise NotFound(f"no process definition {definition_id}", zh=f"没有流程定义 {definition_id}")
        if definition.state == state:
            raise Conflict(f"definition {definition_id} is {state} already", zh="该版本已处于所选状态")
        definition.state = state
        session.flush()
        _arm_newest(session, definition.key)


def _arm_newest(session: Session, key: str) -> None:
    """Let the clock start the newest active version of a process."""
    query = select(ProcessDefinition.id).where(ProcessDefinition.key == key, ProcessDefinition.state == "active")
    newest = session.scalar(query.order_by(ProcessDefinition.version.desc()).limit(1))
    program = None if newest is None else store.programs().get(session.connection(), newest).program
    schedules.arm(session, key, newest, program)


def named_forms(files: dict[str, bytes]) -> set[str]:
    """The names of the forms that the diagrams among the files ask for."""
    names: set[str] = set()
    for path, content in files.items():
        if path.endswith(".bpmn"):
            try:
                names |= {e.get(FORM) for e in xml.parse(content).iter("*") if e.get(FORM)}
            except BanjieError:
                continue  # the gate says what is wrong with it
    return names


def _unstarted(program: bpmn.Program, file: str) -> Iterator[Finding]:
    """The starts that nothing here would ever trigger."""
    for start in program.starts:
        if start.kind == "conditional":
            label = program.elements[start.element].name or start.element
            yield Finding(
                rule="start-silent",
                severity="error",
                file=file,
                element=start.element,
                zh=f"开始事件“{label}”由条件触发；没有实例时没有变量，条件永远不会成立",
                en=f"start event “{label}” waits for a condition; without an instance there are no variables",
                mend_zh=gate.NO_CONDITIONAL_START[0],
                mend_en=gate.NO_CONDITIONAL_START[1],
            )
        elif start.kind == "timer":
            try:
                bpmn.first_start(program, start.element)
            except DiagramFault as fault:
                yield Finding(
                    rule="start-timeless",
                    severity="error",
                    file=file,
                    element=start.element,
                    zh=fault.zh,
                    en=str(fault),
                    mend_zh="写明时间；此时还没有变量，只能用函数和固定的值，如 R/2026-11-01T09:00:00+08:00/P1M",
                    mend_en="say a time; there are no variables yet, only functions and fixed values, "
                    "such as R/2026-11-01T09:00:00+08:00/P1M",
                )


def _homes(files: dict[str, bytes]) -> dict[str, str]:
    """Which file each process is drawn in."""
    diagrams = {path: xml.parse(content) for path, content in files.items() if path.endswith(".bpmn")}
    return {e.get("id"): path for path, root in diagrams.items() for e in root.iter(PROCESS)}


def _json(content: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(content)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _stamp(path: str, content: bytes) -> bytes:
    return hashlib.sha256(path.encode()).digest() + hashlib.sha256(content).digest()


def _newest(session: Session, keys: Any) -> dict[str, ProcessDefinition]:
    last = (
        select(ProcessDefinition.key, func.max(ProcessDefinition.version).label("version"))
        .where(ProcessDefinition.key.in_(keys))
        .group_by(ProcessDefinition.key)
        .subquery()
    )
    query = select(ProcessDefinition).join(
        last, (ProcessDefinition.key == last.c.key) & (ProcessDefinition.version == last.c.version)
    )
    return {d.key: d for d in session.scalars(query)}


def _freeze(session: Session, files: dict[str, bytes], digest: str, author: str, note: str) -> Deployment:
    deployment = Deployment(sha256=digest, author=author, note=note, at=clock.now())
    session.add(deployment)
    session.flush()
    for path, content in files.items():
        kind = KINDS["." + path.rpartition(".")[2]]
        sha = hashlib.sha256(content).hexdigest()
        session.add(Resource(deployment_id=deployment.id, path=path, kind=kind, content=content, sha256=sha))
    return deployment


def _define(session: Session, deployment: Deployment, program: bpmn.Program, version: int, path: str) -> None:
    definition = ProcessDefinition(
        key=program.key,
        version=version,
        name=program.name or program.key,
        path=path,
        deployment_id=deployment.id,
        at=deployment.at,
    )
    session.add(definition)
    session.flush()
    schedules.arm(session, program.key, definition.id, program)
    for start in program.starts:
        if start.kind in ("message", "signal"):
            session.add(
                StartSubscription(definition_id=definition.id, element=start.element, kind=start.kind, name=start.name)
            )
