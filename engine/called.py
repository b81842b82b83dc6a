"""What a bundle calls that was deployed before it: copied into the bundle when it is deployed.

A call activity may name a process of another deployment. Its files, as they stand then, become part of the new one,
under `called/`; so a case runs to its end on what was judged together, whatever is deployed or retired later. A new
version of the called process is used once the caller is deployed again.
"""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree
from sqlalchemy import select

from engine import xml
from engine.db import db
from engine.errors import BanjieError, Finding
from engine.gate.elements import GLOBAL_TASKS
from engine.models import ProcessDefinition, Resource

FOLDER = "called/"
_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_CALLABLE = ("process", *sorted(GLOBAL_TASKS))
_SHARED = "forms/"  # forms go by their names in every bundle, so they keep their place


def with_called(
    files: dict[str, bytes], find: Callable[[str], dict[str, bytes]] | None = None
) -> tuple[dict[str, bytes], list[Finding]]:
    """The bundle with the files of every active process it calls elsewhere, and the findings that forbid it.

    `find` gives the files of the bundle that draws a process; without it, of the deployment whose version starts new
    cases. What is not found is left to the gate.
    """
    find = find or deployed
    found, findings = dict(files), []
    here, wanted = processes(files)
    for key in sorted(wanted - here):
        for path, content in find(key).items():
            kept = path if path.startswith((_SHARED, FOLDER)) else f"{FOLDER}{key}/{path}"
            if found.setdefault(kept, content) != content:
                findings.append(_differs(kept, key))
    return found, findings


def missing(files: dict[str, bytes]) -> set[str]:
    """The processes that are called and drawn in none of the files."""
    here, wanted = processes(files)
    return wanted - here


def is_copy(path: str) -> bool:
    """Whether a file of a deployment came from another one."""
    return path.startswith(FOLDER)


def processes(files: dict[str, bytes]) -> tuple[set[str], set[str]]:
    """The callable ids drawn here, and those that are called."""
    here: set[str] = set()
    calls: set[str] = set()
    for path, content in files.items():
        if path.endswith(".bpmn"):
            try:
                root = xml.parse(content)
            except BanjieError:
                continue  # the gate says what is wrong with it
            here |= {e.get("id", "") for tag in _CALLABLE for e in root.iter(_BPMN + tag)}
            calls |= {_bare(e) for e in root.iter(_BPMN + "callActivity")} - {""}
    return here, calls


def _bare(call: etree._Element) -> str:
    return (call.get("calledElement") or "").strip().rpartition(":")[2]


def deployed(key: str) -> dict[str, bytes]:
    """The files of the deployment whose version of `key` starts new cases; nothing when there is none."""
    active = select(ProcessDefinition.deployment_id).where(
        ProcessDefinition.key == key, ProcessDefinition.state == "active"
    )
    deployment = db.session.scalar(active.order_by(ProcessDefinition.version.desc()).limit(1))
    if deployment is None:
        return {}
    rows = db.session.execute(select(Resource.path, Resource.content).where(Resource.deployment_id == deployment))
    return {path: bytes(content) for path, content in rows}


def _differs(path: str, key: str) -> Finding:
    return Finding(
        rule="called-differs",
        severity="error",
        file=path,
        element=None,
        zh=f"文件 {path} 与被调用流程“{key}”部署时的同名文件内容不同",
        en=f"the file {path} is not the same as the one the called process “{key}” was deployed with",
        mend_zh="给其中一个换个名字；或先重新部署被调用的流程",
        mend_en="give one of them another name, or deploy the called process again first",
    )
