"""BPMN shorthand becomes the plain subset the engine runs: the rewrites that concern the whole document.

Every rewrite is one small function over the XML tree. What a rewrite adds carries the attribute `OF` with the id of the
element it was made for, so that the history and every message speak of what the analyst has drawn.
"""

from __future__ import annotations

import copy

from lxml import etree

from .report import Report, text_of

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
OURS = "{urn:banjie:normalised}"  # never read from a file: such attributes are dropped first
OF = OURS + "of"
COMPENSATES = OURS + "compensates"
OPTIONAL = OURS + "optional"
QUANTITY = OURS + "quantity"
ALWAYS = OURS + "always"


def tags(*names: str) -> frozenset[str]:
    return frozenset(BPMN + name for name in names)


SCOPES = tags("process", "subProcess", "transaction", "adHocSubProcess")
SUBPROCESSES = SCOPES - tags("process")
TASKS = tags(
    "task",
    "userTask",
    "manualTask",
    "scriptTask",
    "serviceTask",
    "businessRuleTask",
    "sendTask",
    "receiveTask",
    "callActivity",
)
ACTIVITIES = TASKS | SUBPROCESSES
EVENTS = tags("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")
GATEWAYS = tags("exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway")
CONDITIONAL = tags("exclusiveGateway", "inclusiveGateway", "complexGateway")
NODES = ACTIVITIES | EVENTS | GATEWAYS


def prepare(root: etree._Element, report: Report) -> None:
    """The rewrites that concern the whole document."""
    for element in root.iter():
        for name in [key for key in element.attrib if str(key).startswith(OURS)]:
            del element.attrib[name]
    global_tasks(root)
    named_definitions(root)
    flow_ids(root)
    event_references(root, report)


# -- reading and adding ---------------------------------------------------------------------------------------------
def nodes(scope: etree._Element) -> list[etree._Element]:
    """The flow nodes directly in a scope."""
    return [e for e in scope if e.tag in NODES]


def flows(scope: etree._Element) -> list[etree._Element]:
    return scope.findall(BPMN + "sequenceFlow")


def outgoing(scope: etree._Element) -> dict[str, list[etree._Element]]:
    """Flows by the id of the node they leave."""
    found: dict[str, list[etree._Element]] = {}
    for flow in flows(scope):
        found.setdefault(flow.get("sourceRef", ""), []).append(flow)
    return found


def add(scope: etree._Element, tag: str, of: etree._Element | None = None, **attributes: str) -> etree._Element:
    """A new element in a scope, made for `of`."""
    element = etree.SubElement(scope, BPMN + tag, attrib=attributes)
    if of is not None:
        element.set(OF, of.get(OF, of.get("id", "")))
    return element


def connect(scope: etree._Element, source: str, target: str) -> None:
    """A flow that nobody drew: the history does not name it."""
    flow = add(scope, "sequenceFlow", id=f"{source}..{target}", sourceRef=source, targetRef=target)
    flow.set(OF, "")


def definitions(node: etree._Element) -> list[etree._Element]:
    """The event definitions of an event or message task."""
    return [e for e in node if isinstance(e.tag, str) and e.tag.startswith(BPMN) and e.tag.endswith("EventDefinition")]


def definition(node: etree._Element, kind: str) -> etree._Element | None:
    return node.find(f"{BPMN}{kind}EventDefinition")


# -- rewrites -----------------------------------------------------------------------------------------------------
def global_tasks(root: etree._Element) -> None:
    """A global task is a process of one task, to be called."""
    kinds = tags("globalTask", "globalUserTask", "globalManualTask", "globalScriptTask", "globalBusinessRuleTask")
    for task in [e for e in root if e.tag in kinds]:
        kind = str(task.tag)[len(BPMN) + len("global") :]
        process = add(root, "process", id=task.get("id", ""), isExecutable="false")
        attributes = {str(k): str(v) for k, v in task.attrib.items() if k != "id"}
        inner = add(process, kind[0].lower() + kind[1:], id=task.get("id", "") + ".task", **attributes)
        inner.extend(list(task))
        root.remove(task)


def named_definitions(root: etree._Element) -> None:
    """A message, signal, error or escalation without a name is called by its id."""
    for kind in ("message", "signal", "error", "escalation"):
        for element in root.findall(BPMN + kind):
            if element.get("id") and not element.get("name"):
                element.set("name", element.get("id", ""))


def flow_ids(root: etree._Element) -> None:
    """A sequence flow's id is optional in BPMN."""
    for number, flow in enumerate(root.iter(BPMN + "sequenceFlow")):
        if not flow.get("id"):
            flow.set("id", f"flow..{number}")
            flow.set(OF, "")


def event_references(root: etree._Element, report: Report) -> None:
    """An event may refer to a definition that stands elsewhere in the file."""
    known = {e.get("id"): e for e in root.iter() if str(e.tag).endswith("EventDefinition") and e.get("id")}
    for reference in list(root.iter(BPMN + "eventDefinitionRef")):
        name, event = text_of(reference).split(":")[-1], reference.getparent()
        if event is None:
            continue
        if name in known:
            event.replace(reference, copy.deepcopy(known[name]))
        else:
            report.refuse(
                event.get("id"),
                "reference",
                f"“{event.get('id')}”引用的事件定义“{name}”不存在",
                f"{event.get('id')} refers to the event definition {name}, which is not in the file",
                "在图中重新选择事件类型",
                "choose the event's type again",
            )
            event.remove(reference)
