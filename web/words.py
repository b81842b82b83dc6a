"""The history of an instance in the words of its diagram."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from engine import queries, xml
from engine.clock import aware
from engine.hotline import casefile, clocks, privacy
from engine.models import ProcessInstance
from web import accounts
from web.present import MEASURES, chinese, clock_name, minute, point_name, unit_name

# Event kinds of engine/work.py as a sentence's predicate; %(what)s is the element's name in the diagram.
KINDS: dict[str, Any] = {
    "instance.started": _l("流程开始"),
    "instance.suspended": _l("挂起流程"),
    "instance.resumed": _l("恢复流程"),
    "instance.cancelled": _l("取消流程"),
    "task.claimed": _l("认领「%(what)s」"),
    "task.released": _l("放回「%(what)s」"),
    "task.delegated": _l("转交「%(what)s」"),
    "task.completed": _l("办结「%(what)s」"),
    "timer.fired": _l("到时：「%(what)s」"),
    "timer.early": _l("提前触发：「%(what)s」"),  # a timer that a person let fire
    "message.delivered": _l("收到消息：「%(what)s」"),
    "signal.delivered": _l("收到信号：「%(what)s」"),
    "job.done": _l("已执行「%(what)s」"),
    "incident.opened": _l("出现异常：「%(what)s」"),
    "incident.resolved": _l("异常已处理：「%(what)s」"),
    "clock.reached": _l("时限提醒"),
    "clock.moved": _l("时限调整"),
    "clock.extended": _l("延长时限"),
    "clock.recounted": _l("时限重算"),
    "rule.pinned": _l("改用其他规则版本"),
}

# Why a clock has moved (engine/hotline/clock_runs.py).
MOVED: dict[str, Any] = {
    "paused": _l("中止计时"),
    "resumed": _l("恢复计时"),
    "restarted": _l("重新起算"),
    "extended": _l("延期获准"),
    "recounted": _l("按现行日历和规则重算"),
    "accepted": _l("按受理日确定适用规则"),
    "rule": _l("改用其他规则版本"),
}

# Actors that are not people.
MACHINES: dict[str, Any] = {
    "worker": _l("系统"),
    "timer": _l("系统（定时）"),
    "system": _l("系统"),
    "import": _l("导入"),
    "clock": _l("系统（时限）"),
}


LONGEST = 80  # characters of one answer in a timeline


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline: who did what when, what was answered, and in which process."""

    at: datetime
    who: str
    what: str
    note: str
    said: list[tuple[str, str]]
    kind: str
    process: str


Happened = queries.Happening | casefile.Moment


@lru_cache(maxsize=256)
def element_names(definition_id: int) -> dict[str, str]:
    """Names of a version's elements by id. A version never changes, so this is kept."""
    root = xml.parse(queries.diagram(definition_id))
    return {str(e.get("id")): str(e.get("name")) for e in root.iter("*") if e.get("id") and e.get("name")}


@lru_cache(maxsize=256)
def watchers(definition_id: int) -> frozenset[str]:
    """Events that wait beside a token (at a task's border, or to start a part of the process) and hold none."""
    root = xml.parse(queries.diagram(definition_id))
    return frozenset(str(e.get("id")) for kind in ("boundaryEvent", "startEvent") for e in root.iter("{*}" + kind))


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form as a timeline tells it: its label, its type, and what its choices are called."""

    label: str
    kind: str
    choices: dict[str, str]


CHOICES = ("select", "radio", "taglist", "checklist")


@lru_cache(maxsize=256)
def fields(definition_id: int) -> dict[str, Field]:
    """The fields of a version's forms by key. A key that several forms have keeps the choices of all."""
    found: dict[str, Field] = {}
    for resource in queries.resources(definition_id):
        if resource.kind == "form":
            _collect(json.loads(resource.content).get("components", ()), found)
    return found


def _collect(components: Iterable[dict[str, Any]], found: dict[str, Field]) -> None:
    for one in components:
        key, kind = one.get("key"), str(one.get("subtype") or one.get("type"))
        label = one.get("label") or str(one.get("dateLabel") or one.get("timeLabel") or "").removesuffix("（日期）")
        if key and label:
            known = found[key].choices if key in found else {}
            own = {str(each.get("value")): str(each.get("label")) for each in one.get("values") or ()}
            found[key] = Field(label, str(one.get("type")) if kind not in ("date", "datetime") else kind, known | own)
        _collect(one.get("components", ()), found)


def lines(events: Sequence[Happened], definition_id: int | None = None) -> list[Line]:
    """The events as a person reads them. Without `definition_id` each event tells its own."""
    people = accounts.names(name for event in events for name in (event.actor, event.said.get("in_place_of", "")))
    return [_line(event, definition_id or event.definition_id, people) for event in events]  # type: ignore[union-attr]


def _line(event: Happened, definition_id: int, people: dict[str, str]) -> Line:
    what = element_names(definition_id).get(event.element or "", event.element or "")
    return Line(
        at=event.at,
        who=_who(event, people),
        what=deed("timer.early" if event.said.get("early") else event.kind, what),
        note=_note(event),
        said=_answers(event, fields(definition_id)) if event.kind == "task.completed" else [],
        kind=event.kind,
        process=getattr(event, "process_name", ""),
    )


def _who(event: Happened, people: dict[str, str]) -> str:
    """Who did it, and in whose place."""
    who, absent = person(event.actor, people), event.said.get("in_place_of")
    return str(_("%(who)s（代%(absent)s）", who=who, absent=person(absent, people))) if absent else who


def _note(event: Happened) -> str:
    """The reason or message an event carries, if any."""
    if event.kind.startswith("clock.") or event.kind == "rule.pinned":
        return _clock_note(event.said)
    if ended_others(event):
        return str(_("已达定足数，其余的不再等待"))
    said = event.said.get("values", {}) if event.kind == "instance.cancelled" else event.said
    message = (chinese() and said.get("zh")) or said.get("message")
    return str(said.get("reason") or said.get("note") or message or "")


def ended_others(event: Happened) -> bool:
    """Several were asked the same, and this answer made enough: the tasks of the others were cancelled."""
    return event.kind == "task.completed" and [event.element, "cancelled"] in event.said.get("path", ())


def _clock_note(said: dict[str, Any]) -> str:
    """What happened to a clock: which, what, until when now, and why."""
    code, level = said.get("clock", ""), said.get("level")
    parts = [f"{code} {clock_name(code, '')}".strip()] if code else []
    if level is not None:
        parts.append(point_name(level, code))
    if said.get("why") in MOVED:
        parts.append(str(MOVED[said["why"]]))
    if said.get("days") and isinstance(said["days"], int):
        parts.append(_longer(code, said["days"]))
    if said.get("rule_version"):
        parts.append(str(_("总局令第 %(n)s 号", n=said["rule_version"])))
    if said.get("due"):
        when = minute(datetime.fromisoformat(said["due"]))
        extended = said.get("why") == "extended"
        parts.append(str(_("新期限 %(when)s", when=when) if extended else _("至 %(when)s", when=when)))
    if said.get("reason"):
        parts.append(str(said["reason"]))
    return " · ".join(parts)


def _longer(code: str, amount: int) -> str:
    """By how much a clock was extended, in its own measure."""
    measure = next((each.measure for each in clocks.CATALOGUE if each.code == code and each.extension), None)
    if measure == clocks.Measure.WORKING_DAY:
        return ngettext("+%(num)d 个工作日", "+%(num)d 个工作日", amount)
    return f"+{amount} {MEASURES.get(measure or '', '')}".strip()


def _answers(event: Happened, known: dict[str, Field]) -> list[tuple[str, str]]:
    """What was filled in, by the form's labels, short and with numbers of people masked."""
    values = event.said.get("values") or {}
    return [
        (known[key].label, _said(value, known[key]))
        for key, value in values.items()
        if key in known and value not in (None, "", [], False)
    ]


def _said(value: Any, field: Field) -> str:
    """One answer: a choice by its label, a unit by its name, a time as it stands on every page."""
    if value is True:
        return str(_("是"))
    if field.kind == "datetime" and (when := _moment(value)):
        return minute(when)
    many = value if isinstance(value, list) else [value]
    if field.kind in CHOICES:
        return "、".join(field.choices.get(str(one)) or unit_name(str(one)) for one in many)
    text = privacy.mask_text("、".join(map(str, many)))
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _moment(value: Any) -> datetime | None:
    try:
        return aware(datetime.fromisoformat(value))
    except (TypeError, ValueError):
        return None


def deed(kind: str, what: str) -> str:
    """What happened, as words."""
    sentence = KINDS.get(kind)
    return str(sentence) % {"what": what} if sentence is not None else f"{kind} {what}".strip()


def person(actor: str | None, people: dict[str, str]) -> str:
    """A display name, or what a machine is called."""
    return str(MACHINES.get(actor or "", people.get(actor or "", actor or _("系统"))))


def versions(deployment_id: int) -> str:
    """What a deployment brought, by the names of its processes."""
    return _("、").join(f"{one.name} v{one.version}" for one in queries.deployed(deployment_id))


def overlay(instance: ProcessInstance) -> dict[str, Any]:
    """Where an instance stands, in the form that the diagram script draws: the tokens, not every timer beside them."""
    picture = queries.picture(instance.id)
    beside = watchers(instance.definition_id)
    return {
        "active": [{"element": element} for element in picture["active"] if element not in beside],
        "path": picture["path"],
        "order": list(picture["path"]),  # JSON keeps none among the names of an object
        "incidents": [{"element": element} for element in picture["incidents"]],
    }
