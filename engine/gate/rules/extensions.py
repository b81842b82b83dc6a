"""Extensions that are understood.

What. Our own attributes and elements (banjie:…) are spelt right, stand where they act and are complete; a clock
that is marked is one of the house's. Those of other products (camunda, zeebe, flowable, activiti, spiffworkflow) are
kept as documentation: a warning where they would change who does the work or with which data, an error where the step
would have nothing to do without them.
Why. A misspelt banjie:asignee leaves a task without its person, in silence; a diagram brought from another engine
must not look as if its scripts and services ran.
Mend. Correct the spelling; say the same in the field of the properties panel that the finding names.

扩展要认得：banjie: 属性拼写正确、放对位置、填写完整，时限编号在目录里；其他产品的扩展只作说明，会影响办理的给出
警告，缺了它就无事可做的拒绝。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.errors import Finding
from engine.gate import foreign_data, panel
from engine.gate.bundle import Bundle
from engine.gate.elements import ACTIVITIES, BANJIE, BPMN, ELEMENTS, NODES
from engine.gate.finding import found
from engine.gate.foreign import IGNORED, MAPPINGS, NEEDED, VENDORS
from engine.gate.model import At, Diagram, Element, Node, local, semantic, shown, text
from engine.gate.near import listed, near, quoted
from engine.gate.places import mappings
from engine.gate.scope import Reader

_TASKS = frozenset({"userTask", "manualTask", "task", "globalUserTask", "globalManualTask", "globalTask"})
_THROWS = frozenset({"intermediateThrowEvent", "endEvent"})
_CATCHES = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
_MULTIPLE = ACTIVITIES | {"multiInstanceLoopCharacteristics"}
_TOLD_BY_TASKS = ("serviceTask", "businessRuleTask")  # the rule about tasks tells what they lack
_SENDS = _THROWS | {"sendTask"}
MOST_TOLD = 4  # entries of a mapping in a sentence
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
CLOCK_ACTIONS = tuple(panel.ACTIONS)
_PEOPLE = ("assignee", "role", "unit")
_NEEDS = (("“名称”和“值”", "“Name” and “Value”"), ("“时限”和“动作”", "“Clock” and “Action”"))


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about extension attributes and elements."""
    codes = _clocks(bundle)
    for diagram in bundle.diagrams:
        for element in semantic(diagram.root):
            yield from _own(diagram, element, codes)
    for node in bundle.nodes:
        yield from _foreign(node, bundle)


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
                "检查 XML 里的拼写和大小写，可用的有："
                + "、".join(f"{name}（{panel.WORDS[name][0]}）" for name in table),
                "check the spelling and the case in the XML; there are: "
                + ", ".join(f"{name} ({panel.WORDS[name][1]})" for name in table),
            )
        elif tag not in table[name]:
            yield found(
                "extension-misplaced",
                at,
                f"{panel.field(name)[0]}（banjie:{name}）在{{it}}上不起作用",
                f"{panel.field(name)[1]} (banjie:{name}) has no effect on {{it}}",
                "删去它，或移到它起作用的元素上：" + "、".join(_kinds(table[name], "zh")),
                "delete it, or move it to where it acts: " + ", ".join(_kinds(table[name], "en")),
            )
    for child in children:
        yield from _complete(at, child, codes)


def _complete(at: At, child: Element, codes: tuple[str, ...]) -> Iterator[Finding]:
    name = str(child.tag)[len(BANJIE) :]
    wanted = {"clock": {"code", "action"}, "input": {"name", "value"}, "output": {"name", "value"}}.get(name, set())
    action = child.get("action", "").strip()
    if wanted - {key for key, value in child.attrib.items() if value.strip()}:
        needs_zh, needs_en = _NEEDS[name == "clock"]
        yield found(
            "extension-value",
            at,
            f"{{it}}的{panel.field(name)[0]}有一项不完整，{needs_zh}都要填",
            f"{panel.field(name)[1]} of {{it}} has an incomplete entry: it needs {needs_en}",
            "在属性面板里补全，或删去这一项",
            "fill it in, or delete the entry",
        )
    elif name == "clock" and action not in CLOCK_ACTIONS:
        yield found(
            "extension-value",
            at,
            f"{{it}}的“时限”的动作“{shown(action)}”不认识",
            f"the action “{shown(action)}” in “Clocks” of {{it}} is not known",
            "在“动作”里选：" + "、".join(zh for zh, _ in panel.ACTIONS.values()),
            "choose in “Action”: " + ", ".join(en for _, en in panel.ACTIONS.values()),
        )
    elif name == "clock" and codes and (code := child.get("code", "").strip()) not in codes:
        other, (zh, en) = near(code, codes), listed(codes, 40)
        yield found(
            "extension-value",
            at,
            f"{{it}}的“时限”里的“{shown(code)}”不在目录里",
            f"there is no clock “{shown(code)}”, which “Clocks” of {{it}} names",
            f"是否指 {quoted(other)}？" if other else f"可用的有：{zh}",
            f"did you mean {quoted(other)}?" if other else f"there are: {en}",
        )


def _kinds(tags: frozenset[str], language: str) -> list[str]:
    """The kinds of elements by the names people know."""
    names = {
        getattr(ELEMENTS[tag], language) for tag in tags if not tag.endswith(("EventDefinition", "Characteristics"))
    }
    return sorted(names)


def _clocks(bundle: Bundle) -> tuple[str, ...]:
    """The codes of the house's clocks: what its functions take as one. Empty where nobody says them."""
    taken = (getattr(function, "arguments", {}).get("clock") for function in bundle.declared.values())
    return next((argument.options for argument in taken if argument), ())


def _foreign(node: Node, bundle: Bundle) -> Iterator[Finding]:
    said = list(_said_by_others(node))
    needed = needs(node)
    if needed and (needed[0] == "collection" or node.tag not in _TOLD_BY_TASKS):
        yield relied(node, *needed, "foreign-needed")
    for vendor, name in said:
        if name not in IGNORED or _said_by_us(node, name, bundle):
            continue
        instead = IGNORED[name]
        if name in MAPPINGS:
            zh, en, *mend = _mapping(node)
        elif instead and node.tag in ATTRIBUTES[instead]:
            (field_zh, field_en), zh, en = panel.field(instead), "", ""
            mend = [f"如需要，在属性面板里填写{field_zh}", f"if it matters, fill in {field_en} in the properties panel"]
        elif instead == "form" and node.tag == "startEvent":
            zh, en = "", ""
            mend = [
                "如需要，在它后面画一个用户任务，选择“表单”",
                "if it matters, draw a user task after it and choose its “Form”",
            ]
        else:
            zh, en = "", ""
            mend = ["如需要，把它画成流程中的步骤", "if it matters, draw it as a step of the process"]
        what = f"{vendor}:{name}"
        yield found(
            "foreign-ignored",
            node,
            f"{{it}}的 {what} 只作说明，不起作用{zh}",
            f"the extension {what} of {{it}} is documentation only and has no effect{en}",
            *mend,
        )


def _mapping(node: Node) -> tuple[str, str, str, str]:
    """Why a mapping of another product is not taken over, and how its data go in and out here."""
    takes = [way for way in ("input", "output") if node.tag in CHILDREN[way]]
    entries = foreign_data.entries(node)
    bad = [one for one in entries if one.way in takes and one.value is None]
    zh, en = panel.fields(takes, "、", "and")
    if bad:
        told_zh, told_en = zip(*(foreign_data.why(one) for one in bad[:MOST_TOLD]), strict=True)
        more_zh, more_en = ("；…", "; …") if len(bad) > MOST_TOLD else ("", "")
        return (
            f"：{'；'.join(told_zh)}{more_zh}",
            f": {'; '.join(told_en)}{more_en}",
            f"在{zh}里逐项填写“名称”和“值”（FEEL），如名称 orderId、值 order.id；不需要的不填",
            f"enter “Name” and “Value” (FEEL) in {en}, such as orderId and order.id; leave out what is not needed",
        )
    if not takes:
        names = "、".join(dict.fromkeys(one.name for one in entries if one.name)) or "…"
        return (
            "：这里的步骤直接读写流程的变量",
            ": this step reads and writes the variables of the process itself",
            f"变量同名就不用改；要改名或计算（{shown(names)}），在它前面或后面画脚本任务，在“赋值”里写"
            " { 新名称: 值 }",
            f"nothing is to be done for equal names; to rename or reckon ({shown(names)}), draw a script task before or"
            " after it and write { new: value } in “Assignments”",
        )
    return (
        "",
        "",
        f"用一键修正改写，或在{zh}里逐项填写“名称”和“值”",
        f"let the fix take it over, or enter “Name” and “Value” in {en}",
    )


def needs(node: Node) -> tuple[str, list[str]] | None:
    """Our field without which a step of another product has nothing to do, and what it relied on there."""
    found_names: dict[str, list[str]] = {}
    for vendor, name in _said_by_others(node):
        needed = NEEDED.get(name)
        own = needed.instead if needed else ""
        if node.tag == "businessRuleTask" and own == "connector":
            own = "decision"  # a rule task asks a decision here, whoever did its work elsewhere
        marker = node.element.find(BPMN + "multiInstanceLoopCharacteristics")
        said = node.extension(own) if own else None
        if own == "collection" and marker is not None:
            said = said or marker.get(BANJIE + own) or text(marker.find(BPMN + "loopCardinality"))
        if needed and node.tag in needed.tags and not said:
            found_names.setdefault(own, []).append(f"{vendor}:{name}")
    return next(iter(found_names.items()), None)


def relied(node: Node, own: str, said: list[str], code: str) -> Finding:
    """A step that another product did for it, by what, and what to fill in here."""
    zh, en = panel.field(own)
    more = ("", "")
    if own == "connector":
        more = (
            ("；发邮件的，改由人办理，由人寄出", "; where it is an e-mail, let people do it, who send it")
            if node.tag in _SENDS and _mails(node)
            else (
                "；发给系统内其他实例的，选择消息",
                "; choose a message where another case of this system is to get it",
            )
            if node.tag in _SENDS
            else ("；或改画成用户任务，由人办理", "; or draw a user task, which people do")
        )
    what = "、".join(said), ", ".join(said)
    return found(
        code,
        node,
        f"{{it}}没有填写{zh}：它原来靠 {what[0]} 执行，本系统不执行它",
        f"{{it}} leaves {en} empty: it relied on {what[1]}, which is not run here",
        f"在属性面板里填写{zh}{more[0]}",
        f"fill in {en} in the properties panel{more[1]}",
    )


def _mails(node: Node) -> bool:
    """Whether another product would have sent an e-mail: there is no connector here for one."""
    # The fixes read the rules, so they can be asked only when both are there.
    from engine.gate.fixes import workers

    return any(word in workers.said(node).lower() for word in ("mail", "smtp", "sendgrid"))


def _said_by_us(node: Node, name: str, bundle: Bundle) -> bool:
    """Whether our own words for an ignored extension stand on the node."""
    own = IGNORED[name]
    if own in _PEOPLE:
        return any(node.extension(one) for one in _PEOPLE)  # who does it is settled, in whichever of our ways
    if own or name not in MAPPINGS:
        return bool(own and node.extension(own))
    ours = {_word(child.get("name") or "") for child in mappings(node)}
    if node.extension("decision"):  # its table may give the very names
        ours |= {_word(answer) for answer, _, _ in Reader(bundle).settings(node)}
    return bool(ours) and {_word(one.name) for one in foreign_data.entries(node)} <= ours


def _word(name: str) -> str:
    """A name as it is told from others: blanks and signs of another product's names are underscores in ours."""
    return re.sub(r"[\W_]+", "_", name.strip()).strip("_")


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
