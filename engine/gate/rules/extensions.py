"""Extensions that are understood.

What. Our own attributes and elements (banjie:…) are spelt right, stand where they act and are complete; a clock
that is marked is one of the house's. Those of other products (camunda, zeebe, flowable, activiti, spiffworkflow) are
kept as documentation: a warning where they would change who does the work or with which data, an error where the step
would have nothing to do without them.
Why. A misspelt banjie:asignee leaves a task without its person, in silence; a diagram brought from another engine
must not look as if its scripts and services ran.
Mend. Correct the spelling; say the same with the banjie attribute that the finding names.

扩展要认得：banjie: 属性拼写正确、放对位置、填写完整，时限编号在目录里；其他产品的扩展只作说明，会影响办理的给出
警告，缺了它就无事可做的拒绝。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.elements import ACTIVITIES, BANJIE, BPMN, NODES
from engine.gate.finding import found
from engine.gate.foreign import IGNORED, MAPPINGS, NEEDED, VENDORS
from engine.gate.model import At, Diagram, Element, Node, local, semantic, shown
from engine.gate.near import listed, near, quoted
from engine.gate.places import mappings

_TASKS = frozenset({"userTask", "manualTask", "task", "globalUserTask", "globalManualTask", "globalTask"})
_THROWS = frozenset({"intermediateThrowEvent", "endEvent"})
_CATCHES = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
_MULTIPLE = ACTIVITIES | {"multiInstanceLoopCharacteristics"}
_MESSAGES = _CATCHES | _THROWS | {"sendTask", "receiveTask", "messageEventDefinition"}

ATTRIBUTES: dict[str, frozenset[str]] = {
    "form": _TASKS,
    "role": _TASKS,
    "unit": _TASKS,
    "assignee": _TASKS,
    "due": _TASKS,
    "priority": _TASKS,
    "connector": _THROWS | {"serviceTask", "sendTask", "messageEventDefinition"},
    "result": frozenset({"serviceTask", "businessRuleTask", "globalBusinessRuleTask"}),
    "decision": frozenset({"businessRuleTask", "globalBusinessRuleTask"}),
    "correlation": _MESSAGES,
    "collection": _MULTIPLE,
    "item": _MULTIPLE,
    "collect": _MULTIPLE,
    "collectItem": _MULTIPLE,
}
_SIGNALS = frozenset({"signalEventDefinition"})
CHILDREN: dict[str, frozenset[str]] = {
    "input": _THROWS | _SIGNALS | {"serviceTask", "sendTask", "callActivity", "messageEventDefinition"},
    "output": _CATCHES | _SIGNALS | {"receiveTask", "serviceTask", "callActivity", "messageEventDefinition"},
    "clock": NODES,
}
CLOCK_ACTIONS = ("start", "stop", "pause", "resume")


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about extension attributes and elements."""
    codes = _clocks(bundle)
    for diagram in bundle.diagrams:
        for element in semantic(diagram.root):
            yield from _own(diagram, element, codes)
    for node in bundle.nodes:
        yield from _foreign(node)


def _own(diagram: Diagram, element: Element, codes: tuple[str, ...]) -> Iterator[Finding]:
    at, tag = At(diagram.file, element), local(element)
    names = [(str(key)[len(BANJIE) :], ATTRIBUTES) for key in element.attrib if str(key).startswith(BANJIE)]
    children = [c for c in element.findall(BPMN + "extensionElements/*") if str(c.tag).startswith(BANJIE)]
    names += [(str(child.tag)[len(BANJIE) :], CHILDREN) for child in children]
    for name, table in names:
        if name not in table:
            yield found(
                "extension-unknown",
                at,
                f"{{it}}上的 banjie:{shown(name)} 不是本系统的扩展",
                f"the extension banjie:{shown(name)} on {{it}} is not known in this system",
                "检查拼写和大小写，可用的有：" + "、".join(table),
                "check the spelling and the case; there are: " + ", ".join(table),
            )
        elif tag not in table[name]:
            yield found(
                "extension-misplaced",
                at,
                f"banjie:{name} 在{{it}}上不起作用",
                f"the extension banjie:{name} has no effect on {{it}}",
                "删去它，或移到它起作用的元素上：" + "、".join(sorted(table[name])),
                "delete it, or move it to where it acts: " + ", ".join(sorted(table[name])),
            )
    for child in children:
        yield from _complete(at, child, codes)


def _complete(at: At, child: Element, codes: tuple[str, ...]) -> Iterator[Finding]:
    name = str(child.tag)[len(BANJIE) :]
    wanted = {"clock": {"code", "action"}, "input": {"name", "value"}, "output": {"name", "value"}}.get(name, set())
    action = child.get("action", "").strip()
    if wanted - {key for key, value in child.attrib.items() if value.strip()}:
        needs = "、".join(sorted(wanted))
        yield found(
            "extension-value",
            at,
            f"{{it}}的 banjie:{name} 不完整，应有 {needs}",
            f"the extension banjie:{name} of {{it}} is incomplete: it needs {needs.replace('、', ' and ')}",
            "补全属性",
            "fill in the attributes",
        )
    elif name == "clock" and action not in CLOCK_ACTIONS:
        yield found(
            "extension-value",
            at,
            f"{{it}}的 banjie:clock 的动作“{shown(action)}”不认识",
            f"the action “{shown(action)}” of banjie:clock on {{it}} is not known",
            "动作写 start、stop、pause 或 resume",
            "write start, stop, pause or resume",
        )
    elif name == "clock" and codes and (code := child.get("code", "").strip()) not in codes:
        other, (zh, en) = near(code, codes), listed(codes, 40)
        yield found(
            "extension-value",
            at,
            f"{{it}}的 banjie:clock 没有“{shown(code)}”这个时限",
            f"there is no clock “{shown(code)}”, which banjie:clock on {{it}} names",
            f"是否指 {quoted(other)}？" if other else f"可用的有：{zh}",
            f"did you mean {quoted(other)}?" if other else f"there are: {en}",
        )


def _clocks(bundle: Bundle) -> tuple[str, ...]:
    """The codes of the house's clocks: what its functions take as one. Empty where nobody says them."""
    taken = (getattr(function, "arguments", {}).get("clock") for function in bundle.declared.values())
    return next((argument.options for argument in taken if argument), ())


def _foreign(node: Node) -> Iterator[Finding]:
    for vendor, name in _said_by_others(node):
        what = f"{vendor}:{name}"
        needed = NEEDED.get(name)
        own = needed.instead if needed else ""
        if node.tag == "businessRuleTask" and own == "connector":
            own = "decision"  # a rule task asks a decision here, whoever did its work elsewhere
        if needed and node.tag in needed.tags and not node.extension(own):
            yield found(
                "foreign-needed",
                node,
                f"{{it}}靠 {what} 执行，本系统不执行它",
                f"{{it}} relies on {what}, which is not run here",
                f"改用 banjie:{own}",
                f"use banjie:{own} instead",
            )
        elif name in IGNORED and not _said_by_us(node, name):
            instead = IGNORED[name]
            yield found(
                "foreign-ignored",
                node,
                f"{{it}}的 {what} 只作说明，不起作用",
                f"the extension {what} of {{it}} is documentation only and has no effect",
                f"如需要，改用 banjie:{instead}" if instead else "如需要，把它画成流程中的步骤",
                f"if it matters, use banjie:{instead}"
                if instead
                else "if it matters, draw it as a step of the process",
            )


def _said_by_us(node: Node, name: str) -> bool:
    """Whether our own words for an ignored extension stand on the node."""
    own = IGNORED[name]
    return bool(node.extension(own)) if own else name in MAPPINGS and any(True for _ in mappings(node))


def _said_by_others(node: Node) -> Iterator[tuple[str, str]]:
    """The attributes and extension elements of other products on a node and its definitions, as (product, name)."""
    holders = [node.element]
    holders += [c for c in node.element if local(c).endswith(("EventDefinition", "LoopCharacteristics"))]
    seen: set[tuple[str, str]] = set()
    for holder in holders:
        tags = [str(key) for key in holder.attrib]
        tags += [str(child.tag) for child in holder.findall(BPMN + "extensionElements/*")]
        for tag in tags:
            uri, _, name = tag.removeprefix("{").rpartition("}")
            if uri in VENDORS and (VENDORS[uri], name) not in seen:
                seen.add((VENDORS[uri], name))
                yield VENDORS[uri], name
