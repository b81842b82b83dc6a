"""Starting an instance by hand, from the page of its process or from the terminal: by whatever start event it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine import definitions, instances, messages, queries, starts, xml
from engine.bpmn import Start
from engine.db import Name
from engine.errors import Invalid, NotFound
from engine.hotline.orders import MESSAGE as ORDER_RECEIVED
from engine.models import ProcessDefinition
from web import sending, words

ASSIGNEE = "{urn:banjie:bpmn:1}assignee"
NAME_LENGTH = int(Name.length or 0)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to begin: `kind` is none, message, signal or timer; `asked` are the variables to give, or the payload;
    those in `people` name who does a task."""

    element: str
    kind: str
    name: str  # the message's or signal's, or what the start event is called
    asked: tuple[str, ...]
    people: frozenset[str] = frozenset()


def version(process: str) -> ProcessDefinition | None:
    """The version that would be started: the newest active one."""
    versions = (counted.definition for counted in queries.definitions(process))
    return next((one for one in versions if one.state == "active"), None)


def ways(found: ProcessDefinition) -> list[Way]:
    """How an instance of a version may be begun by hand; orders begin by being registered."""
    files = starts.frozen({one.path: one.content for one in queries.resources(found.id)})
    variables = starts.asked(files, found.key)
    names = words.element_names(found.id)
    people = _people(files, found.key)
    hand = [Way("", "none", "", variables, people)] if queries.starts_by_hand(found.id) else []
    events = (one for one in queries.starts(found.id) if one.kind in ("message", "signal", "timer"))
    return hand + [
        Way(
            one.element,
            one.kind,
            one.name or names.get(one.element, one.element),
            starts.brought(files, one.element) or variables,
            people,
        )
        for one in events
        if one.name != ORDER_RECEIVED
    ]


def _people(files: starts.Files, process: str) -> frozenset[str]:
    """The variables that stand as the assignee of a task: user names."""
    drawn = (xml.parse(content) for path, content in files if path.endswith(".bpmn"))
    bodies = (one for root in drawn for one in root.iter(definitions.PROCESS) if one.get("id") == process)
    said = (node.get(ASSIGNEE, "").strip() for body in bodies for node in body.iter("{*}*"))
    return frozenset(name for name in said if name)


def start(
    process: str,
    variables: dict[str, Any],
    business_key: str,
    *,
    actor: str,
    key: str | None = None,
    element: str | None = None,
) -> dict[str, Any]:
    """Start an instance with `variables`; with `element` as if the event of that start had happened.

    Answers as `messages.send` does: what was started and, by a message, who took it instead. Raises Invalid when it
    cannot be begun so, NotFound when no version is active, DiagramFault when it could not even begin: nothing has then
    happened.
    """
    business_key = business_key.strip()
    if len(business_key) > NAME_LENGTH or not business_key.isprintable():
        raise Invalid(
            f"a business key is one line of at most {NAME_LENGTH} characters",
            zh=f"业务编号只能是一行文字，不超过 {NAME_LENGTH} 个字",
        )
    found = version(process)
    if found is None:
        raise NotFound(f"no active version of {process!r}", zh=f"没有启用的流程“{process}”")
    event = _event(found, element) if element else None
    if event is not None and event.kind == "message":
        return sending.send(event.name or "", business_key or None, variables, actor=actor, key=key)
    if event is not None and event.kind == "signal":
        return messages.signal(event.name or "", variables, actor=actor, key=key)
    if event is None and not queries.starts_by_hand(found.id):
        raise Invalid(
            f"{process} v{found.version} has no plain start event: say by which start to begin it",
            zh=f"{process} v{found.version} 没有普通开始事件，请指明由哪个开始事件启动",
        )
    started = instances.start(
        process, variables, business_key=business_key or None, element=element or None, actor=actor, key=key
    )
    return {"started": [int(started["instance"])], "delivered": [], "kept": False}


def _event(found: ProcessDefinition, element: str) -> Start:
    event = next((one for one in queries.starts(found.id) if one.element == element), None)
    if event is None or event.kind not in ("message", "signal", "timer"):
        raise Invalid(f"{found.key} has no such start event: {element}", zh=f"流程没有这个开始事件：{element}")
    return event
