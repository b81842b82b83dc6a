"""The history of an instance in the words of its diagram."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine import queries, xml
from web import accounts

# Event kinds of engine/work.py as a sentence's predicate; %(what)s is the element's name in the diagram.
KINDS: dict[str, Any] = {
    "instance.started": _l("流程开始"),
    "instance.suspended": _l("挂起流程"),
    "instance.resumed": _l("恢复流程"),
    "instance.cancelled": _l("取消流程"),
    "task.claimed": _l("认领「%(what)s」"),
    "task.released": _l("退回「%(what)s」"),
    "task.delegated": _l("转交「%(what)s」"),
    "task.completed": _l("办结「%(what)s」"),
    "timer.fired": _l("到时：「%(what)s」"),
    "message.delivered": _l("收到消息：「%(what)s」"),
    "signal.delivered": _l("收到信号：「%(what)s」"),
    "job.done": _l("已执行「%(what)s」"),
    "incident.opened": _l("出现异常：「%(what)s」"),
    "incident.resolved": _l("异常已处理：「%(what)s」"),
}

# Actors that are not people.
MACHINES: dict[str, Any] = {
    "worker": _l("系统"),
    "timer": _l("系统（定时）"),
    "system": _l("系统"),
    "import": _l("导入"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline: who did what when, and what it said."""

    at: datetime
    who: str
    what: str
    note: str
    kind: str


@lru_cache(maxsize=256)
def element_names(definition_id: int) -> dict[str, str]:
    """Names of a version's elements by id. A version never changes, so this is kept."""
    root = xml.parse(queries.diagram(definition_id))
    return {e.get("id"): e.get("name") for e in root.iter("*") if e.get("id") and e.get("name")}


def lines(events: list[queries.Happening], definition_id: int) -> list[Line]:
    """The events as a person reads them, in order."""
    called = element_names(definition_id)
    people = accounts.names(event.actor for event in events)
    return [
        Line(
            event.at,
            person(event.actor, people),
            deed(event.kind, called.get(event.element or "", event.element or "")),
            str(event.said.get("reason") or event.said.get("note") or event.said.get("message") or ""),
            event.kind,
        )
        for event in events
    ]


def deed(kind: str, what: str) -> str:
    """What happened, as words."""
    sentence = KINDS.get(kind)
    return str(sentence) % {"what": what} if sentence is not None else f"{kind} {what}".strip()


def person(actor: str | None, people: dict[str, str]) -> str:
    """A display name, or what a machine is called."""
    return str(MACHINES.get(actor or "", people.get(actor or "", actor or _("系统"))))


def overlay(picture: dict[str, Any]) -> dict[str, Any]:
    """`queries.picture` in the form that the diagram script draws."""
    return {
        "active": [{"element": element} for element in picture["active"]],
        "path": picture["path"],
        "incidents": [{"element": element} for element in picture["incidents"]],
    }
