"""What may happen to a file on its way to the gate: small changes of its tree, its texts, its bytes.

A mutation is a function (dice, root or text or bytes) that changes or returns it; `apply` carries out a list of named
mutations, each with a die of its own, so that leaving one out leaves the others as they were.
"""

from __future__ import annotations

import codecs
import copy
import json
import random
from collections.abc import Callable
from typing import Any

from lxml import etree

from engine.gate.elements import BANJIE, BPMN

Tree = etree._Element
Step = tuple[str, str, int]  # file, name of the mutation, seed of its die


def _words(text: str) -> list[str]:
    return text.split()


ACTIVITIES = _words(
    "task userTask manualTask scriptTask serviceTask sendTask receiveTask businessRuleTask subProcess transaction"
    " adHocSubProcess callActivity"
)
GATEWAYS = [kind + "Gateway" for kind in ("exclusive", "parallel", "inclusive", "complex", "eventBased")]
EVENTS = _words("startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent")
NODES = ACTIVITIES + GATEWAYS + EVENTS
TRIGGERS = [
    kind + "EventDefinition"
    for kind in _words("message signal timer conditional error escalation compensate cancel link terminate")
]
OTHERS = _words(
    "sequenceFlow lane laneSet process dataObject dataObjectReference association textAnnotation group category"
    " extensionElements documentation incoming outgoing conditionExpression script timeDuration timeDate timeCycle"
    " condition completionCondition loopCondition loopCardinality multiInstanceLoopCharacteristics"
    " standardLoopCharacteristics ioSpecification message signal error escalation collaboration participant"
)
REFERENCES = _words(
    "sourceRef targetRef attachedToRef default messageRef signalRef errorRef escalationRef calledElement activityRef"
    " processRef dataObjectRef operationRef eventDefinitionRef"
)
SWITCHES = _words(
    "triggeredByEvent isForCompensation isInterrupting cancelActivity parallelMultiple instantiate isSequential"
    " testBefore isExecutable cancelRemainingInstances waitForCompletion isImmediate isCollection"
)
COUNTS = {"startQuantity", "completionQuantity", "loopMaximum"}
WORDS = {
    "ordering": ("Parallel", "Sequential"),
    "gatewayDirection": ("Diverging", "Converging", "Mixed", "Unspecified"),
    "eventGatewayType": ("Exclusive", "Parallel"),
    "behavior": ("All", "None", "One", "Complex"),
    "expressionLanguage": ("python", "feel", "http://www.w3.org/1999/XPath"),
    "scriptFormat": ("python", "feel", "javascript"),
}
EXTENSIONS = _words(
    "form role unit assignee due priority connector result correlation decision collection item collect collectItem"
)
TEXTS = [
    "", " ", "x", "true", "false", "null", "1", "-1", "0", "2.5", "1e400", '"a"', "x > 1", "x = 2", "not(x)",
    "[1,2,3]", "[]", "{ x: 1 }", "{ a: x + 1, b: [1] }", "{}", "1 +", "((((", "for i in 1..3 return i", "1..99999999",
    "[1..5]", "count([1,2])", "if x then 1 else 2", "some i in [1,2] satisfies i > 1", "PT1S", "PT2H", "P2D", "P1M",
    "-PT1H", "R/PT1H", "R3/PT1H", "R2/2026-01-06T00:00:00Z/PT1H", "R/PT0S", "P999999999Y", "PT1H/2026-01-01",
    "2026-02-01", "2026-02-01T00:00:00+08:00", "9999-12-31T23:59:59Z", "0001-01-01", '@"P1D"', 'duration("PT1M")',
    'deadline("C08", now())', "now()", "today()", "date(x)", "instances > 1", "loopCounter", "numberOfInstances = 2",
    "nrOfCompletedInstances = 1", "x.y.z", "x[1]", "function(a) a", "?", "= x", "${x}", "#{x}", "__import__('os')",
    "a; b", "x = x + 1\ny = [x]", "while True: pass", "长" * 3000, "9" * 400, "(" * 500 + ")" * 500, "-" * 900 + "1",
    "[" * 300, "not(" * 200 + "x" + ")" * 200, "\u202e\u200b", "😀", "\ud83d", "\u00a0", "&", "<x/>", "]]>", "x\ty",
    "x\ny", "order no", "if", "null = null", "@", "\\", "2 ** 2 ** 2 ** 2 ** 2 ** 2",
    'matches("aaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")', "x(", "x()", "unknown(1)",
]  # fmt: skip


# -- the tree -------------------------------------------------------------------------------------------------------
def _all(root: Tree) -> list[Tree]:
    return [element for element in root.iter() if isinstance(element.tag, str)]


def _pick(dice: random.Random, root: Tree, *tags: str) -> Tree | None:
    """An element below the root; with tags, one of those."""
    wanted = {BPMN + tag for tag in tags}
    found = [e for e in _all(root)[1:] if (e.tag in wanted if tags else "/DI}" not in e.tag and "/2010" not in e.tag)]
    return dice.choice(found) if found else None


def _ids(root: Tree) -> list[str]:
    return [element.get("id") for element in _all(root) if element.get("id")]


def _fresh(dice: random.Random) -> str:
    return f"m{dice.randrange(10**6)}"


def _make(tag: str, text: str | None = None, **attributes: str) -> Tree:
    element = etree.Element(BPMN + tag, {key.replace("banjie__", BANJIE): value for key, value in attributes.items()})
    element.text = text
    return element


def _flow(source: str, target: str, dice: random.Random) -> Tree:
    return _make("sequenceFlow", id=_fresh(dice), sourceRef=source, targetRef=target)


def _node(tag: str, dice: random.Random) -> Tree:
    """A node that does something: as the house wants it."""
    node = _make(tag, id=_fresh(dice))
    if tag in ("userTask", "manualTask"):
        node.set(BANJIE + "form", "note")
        node.set(BANJIE + "role", "handler")
    elif tag == "serviceTask":
        node.set(BANJIE + "connector", "notify")
    elif tag == "scriptTask":
        node.append(_make("script", dice.choice(["{ x: 1 }", "{ y: x }"])))
    elif tag.endswith("ubProcess") or tag == "transaction":
        node.append(_make("userTask", id=_fresh(dice), banjie__form="note", banjie__role="handler"))
    return node


def _trigger(dice: random.Random, root: Tree, kind: str | None = None) -> Tree:
    kind = kind or dice.choice(TRIGGERS)
    trigger = _make(kind)
    named = kind.removesuffix("EventDefinition")
    if kind == "timerEventDefinition":
        trigger.append(_make("timeDuration", dice.choice(["PT1H", "P2D"])))
    elif kind == "conditionalEventDefinition":
        trigger.append(_make("condition", dice.choice(["x > 1", "true", "x"])))
    elif named in ("message", "signal", "error", "escalation"):
        roots = [e.get("id") for e in root.iterchildren(BPMN + named) if e.get("id")]
        if roots:
            trigger.set(named + "Ref", dice.choice(roots))
    return trigger


def delete(dice: random.Random, root: Tree) -> None:
    if (victim := _pick(dice, root)) is not None:
        victim.getparent().remove(victim)


def duplicate(dice: random.Random, root: Tree) -> None:
    if (victim := _pick(dice, root)) is not None and len(victim) < 200:
        victim.addnext(copy.deepcopy(victim))


def clone(dice: random.Random, root: Tree) -> None:
    """A copy with ids of its own, its inner references turned to itself."""
    if (victim := _pick(dice, root, *NODES)) is None or len(victim) > 200:
        return
    other = copy.deepcopy(victim)
    new = {ident: ident + _fresh(dice) for ident in _ids(other)}
    for element in _all(other):
        for name, value in element.attrib.items():
            if value in new:
                element.set(name, new[value])
        if element.text in new:
            element.text = new[element.text]
    victim.addnext(other)


def move(dice: random.Random, root: Tree) -> None:
    victim, other = _pick(dice, root), _pick(dice, root)
    if victim is not None and other is not None and victim not in other.iterancestors() and victim is not other:
        other.insert(dice.randint(0, len(other)), victim)


def move_scope(dice: random.Random, root: Tree) -> None:
    """A node into another scope."""
    victim, other = _pick(dice, root, *NODES), _pick(dice, root, "process", "subProcess", "transaction")
    if victim is not None and other is not None and victim not in other.iterancestors() and victim is not other:
        other.append(victim)


def exchange(dice: random.Random, root: Tree) -> None:
    """A node becomes another of its family, or any."""
    if (victim := _pick(dice, root, *NODES)) is not None:
        tag = victim.tag.removeprefix(BPMN)
        family = next(kind for kind in (ACTIVITIES, GATEWAYS, EVENTS) if tag in kind)
        victim.tag = BPMN + dice.choice(family if dice.random() < 0.8 else NODES)


def exchange_trigger(dice: random.Random, root: Tree) -> None:
    if (victim := _pick(dice, root, *TRIGGERS)) is not None:
        if dice.random() < 0.3:
            victim.tag = BPMN + dice.choice(TRIGGERS)
        else:
            victim.getparent().replace(victim, _trigger(dice, root))


def retag(dice: random.Random, root: Tree) -> None:
    if (victim := _pick(dice, root)) is not None:
        victim.tag = BPMN + dice.choice(NODES + TRIGGERS + OTHERS)


def lose(dice: random.Random, root: Tree) -> None:
    if (victim := _pick(dice, root)) is not None and victim.attrib:
        del victim.attrib[dice.choice(sorted(victim.attrib))]


def set_any(dice: random.Random, root: Tree) -> None:
    if (victim := _pick(dice, root)) is not None and victim.attrib:
        _write(victim, dice.choice(sorted(victim.attrib)), dice.choice(TEXTS + _ids(root)))


def set_known(dice: random.Random, root: Tree) -> None:
    """One of the standard's attributes, or of ours, with a value that could be meant."""
    if (victim := _pick(dice, root, *NODES, "multiInstanceLoopCharacteristics", "standardLoopCharacteristics")) is None:
        return
    name = dice.choice([*SWITCHES, *sorted(COUNTS), *WORDS, *EXTENSIONS])
    if name in EXTENSIONS:
        _write(victim, BANJIE + name, dice.choice(["note", "handler", "notify", "v", "M", *TEXTS]))
    elif name in COUNTS:
        victim.set(name, dice.choice(["0", "1", "2", "3", "-1", "x"]))
    else:
        victim.set(name, dice.choice(WORDS.get(name, ("true", "false"))))


def swap(dice: random.Random, root: Tree) -> None:
    """Two elements exchange an attribute: ids, references, anything."""
    one, other = _pick(dice, root), _pick(dice, root)
    if one is not None and other is not None and (both := sorted(set(one.attrib) & set(other.attrib))):
        name = dice.choice(both)
        first, second = one.get(name), other.get(name)
        one.set(name, second)
        other.set(name, first)


def rewire(dice: random.Random, root: Tree) -> None:
    found = [(e, name) for e in _all(root) for name in REFERENCES if e.get(name)]
    if found and (ids := _ids(root)):
        element, name = dice.choice(found)
        element.set(name, dice.choice(ids))


def rewire_flow(dice: random.Random, root: Tree) -> None:
    flow, node = _pick(dice, root, "sequenceFlow"), _pick(dice, root, *NODES)
    if flow is not None and node is not None:
        flow.set(dice.choice(["sourceRef", "targetRef"]), node.get("id") or "")


def reverse(dice: random.Random, root: Tree) -> None:
    if (flow := _pick(dice, root, "sequenceFlow")) is not None:
        source, target = flow.get("sourceRef", ""), flow.get("targetRef", "")
        flow.set("sourceRef", target)
        flow.set("targetRef", source)


def add_flow(dice: random.Random, root: Tree) -> None:
    node = _pick(dice, root, *NODES)
    if node is not None:
        others = [e for e in node.getparent() if e.get("id") and e.tag.removeprefix(BPMN) in NODES]
        if others:
            node.addnext(_flow(node.get("id") or "", dice.choice(others).get("id"), dice))


def insert(dice: random.Random, root: Tree) -> None:
    """A new node on a flow."""
    if (flow := _pick(dice, root, "sequenceFlow")) is None:
        return
    tag = dice.choice(ACTIVITIES + GATEWAYS + ["intermediateCatchEvent", "intermediateThrowEvent"])
    node = _node(tag, dice)
    if tag.endswith("Event"):
        node.append(_trigger(dice, root))
    flow.addnext(node)
    node.addnext(_flow(node.get("id"), flow.get("targetRef", ""), dice))
    flow.set("targetRef", node.get("id"))


def fork(dice: random.Random, root: Tree) -> None:
    """A flow becomes a split and a join with a task on each branch; of one kind, or not."""
    if (flow := _pick(dice, root, "sequenceFlow")) is None:
        return
    kind = dice.choice(GATEWAYS[:3])
    split, join = _node(kind, dice), _node(kind if dice.random() < 0.6 else dice.choice(GATEWAYS[:4]), dice)
    ends = [split.get("id"), join.get("id")]
    parts = [split, join, _flow(ends[1], flow.get("targetRef", ""), dice)]
    for number in range(dice.randint(2, 3)):
        task = _node(dice.choice(ACTIVITIES[:11]), dice)
        parts += [task, _flow(ends[0], task.get("id"), dice), _flow(task.get("id"), ends[1], dice)]
        if kind != GATEWAYS[1]:
            if number:
                parts[-2].append(_make("conditionExpression", dice.choice(["x > 1", "x = 1", "flag"])))
            else:
                split.set("default", parts[-2].get("id"))
    flow.set("targetRef", ends[0])
    for part in parts:
        flow.addnext(part)


def wrap(dice: random.Random, root: Tree) -> None:
    """A node into a sub-process that takes its place."""
    if (node := _pick(dice, root, *ACTIVITIES)) is None:
        return
    parent, ident = node.getparent(), node.get("id") or ""
    outer = _make(dice.choice(["subProcess", "transaction", "adHocSubProcess"]), id=ident)
    parent.replace(node, outer)
    inner = _fresh(dice)
    node.set("id", inner)
    if dice.random() < 0.6:
        begin, end = _fresh(dice), _fresh(dice)
        outer.extend([_make("startEvent", id=begin), _make("endEvent", id=end)])
        outer.extend([_flow(begin, inner, dice), _flow(inner, end, dice)])
    for edge in node.findall(BPMN + "incoming") + node.findall(BPMN + "outgoing"):
        node.remove(edge)
    outer.append(node)


def unwrap(dice: random.Random, root: Tree) -> None:
    if (outer := _pick(dice, root, "subProcess", "transaction", "adHocSubProcess")) is not None:
        for child in list(outer):
            outer.addprevious(child)
        if dice.random() < 0.5:
            outer.getparent().remove(outer)


def add_boundary(dice: random.Random, root: Tree) -> None:
    """A boundary event, with a way to an existing node, an end of its own, or (compensation) a handler."""
    if (host := _pick(dice, root, *ACTIVITIES)) is None:
        return
    event = _make("boundaryEvent", id=_fresh(dice), attachedToRef=host.get("id") or "")
    if dice.random() < 0.4:
        event.set("cancelActivity", "false")
    event.append(_trigger(dice, root))
    host.addnext(event)
    others = [e.get("id") for e in host.getparent() if e.get("id") and e.tag.removeprefix(BPMN) in NODES]
    if event[0].tag == BPMN + "compensateEventDefinition":
        handler = _node(dice.choice(ACTIVITIES[:9]), dice)
        handler.set("isForCompensation", "true")
        link = _make("association", id=_fresh(dice), sourceRef=event.get("id"), targetRef=handler.get("id"))
        link.set("associationDirection", "One")
        host.getparent().extend([handler, link])
    elif dice.random() < 0.5:
        end = _make("endEvent", id=_fresh(dice))
        host.getparent().extend([end, _flow(event.get("id"), end.get("id"), dice)])
    else:
        host.getparent().append(_flow(event.get("id"), dice.choice(others), dice))


def add_event_sub_process(dice: random.Random, root: Tree) -> None:
    if (scope := _pick(dice, root, "process", "subProcess", "transaction")) is None:
        return
    outer, begin, end = _make("subProcess", id=_fresh(dice), triggeredByEvent="true"), _fresh(dice), _fresh(dice)
    start = _make("startEvent", id=begin, isInterrupting=dice.choice(["true", "false"]))
    start.append(_trigger(dice, root))
    task = _node(dice.choice(ACTIVITIES[:8]), dice)
    outer.extend([start, task, _make("endEvent", id=end)])
    outer.extend([_flow(begin, task.get("id"), dice), _flow(task.get("id"), end, dice)])
    scope.append(outer)


def add_loop(dice: random.Random, root: Tree) -> None:
    if (host := _pick(dice, root, *ACTIVITIES)) is None:
        return
    if dice.random() < 0.3:
        loop = _make("standardLoopCharacteristics", testBefore=dice.choice(["true", "false"]), loopMaximum="3")
        loop.append(_make("loopCondition", dice.choice(["true", "x > 1", "x < 2"])))
    else:
        loop = _make("multiInstanceLoopCharacteristics", isSequential=dice.choice(["true", "false"]))
        if dice.random() < 0.5:
            loop.append(_make("loopCardinality", dice.choice(["2", "3", "0", "x"])))
        else:
            loop.set(BANJIE + "collection", dice.choice(["[1, 2]", "[]", "x"]))
            loop.set(BANJIE + "item", "i")
        if dice.random() < 0.3:
            loop.append(_make("completionCondition", dice.choice(["true", "x = 1", "false"])))
    host.append(loop)


def add_throw(dice: random.Random, root: Tree) -> None:
    """An end event gets a trigger, one more, or another."""
    if (end := _pick(dice, root, "endEvent", "intermediateThrowEvent", "startEvent")) is not None:
        end.append(_trigger(dice, root))


def namespace(dice: random.Random, root: Tree) -> None:
    """An element, or all, of another namespace."""
    others = ["urn:other", "http://www.omg.org/spec/BPMN/20100524/DI", "http://camunda.org/schema/1.0/bpmn", ""]
    victims = _all(root) if dice.random() < 0.2 else [_pick(dice, root)]
    uri = dice.choice(others)
    for victim in victims:
        if victim is not None:
            local = etree.QName(victim).localname
            victim.tag = f"{{{uri}}}{local}" if uri else local


def write(dice: random.Random, root: Tree) -> None:
    """Another text where there is one."""
    texts = [e for e in _all(root) if e.text and e.text.strip() and not len(e)]
    if texts:
        _write(dice.choice(texts), None, dice.choice(TEXTS))


def write_expression(dice: random.Random, root: Tree) -> None:
    """A piece of one text put into another: names and operators that occur here, newly joined."""
    texts = [e for e in _all(root) if e.text and e.text.strip() and not len(e)]
    if len(texts) > 1:
        one, other = dice.choice(texts), dice.choice(texts)
        joint = dice.choice([" + ", " and ", " = ", ", ", " or ", " < ", " in ", "", "["])
        _write(one, None, f"{one.text[: dice.randint(0, len(one.text))]}{joint}{other.text[-dice.randint(1, 40) :]}")


def extend(dice: random.Random, root: Tree) -> None:
    """One of our extension elements."""
    if (host := _pick(dice, root, *NODES)) is None:
        return
    box = host.find(BPMN + "extensionElements")
    if box is None:
        box = _make("extensionElements")
        host.insert(0, box)
    kind = dice.choice(["input", "output", "clock", "other"])
    said = {"name": dice.choice(["x", "v", ""]), "value": dice.choice(TEXTS)}
    if kind == "clock":
        said = {"code": "C08", "action": dice.choice(["start", "stop", "pause", "resume", "x"])}
    element = etree.SubElement(box, BANJIE + kind)
    for name, value in said.items():
        _write(element, name, value)


def _write(element: Tree, name: str | None, text: str) -> None:
    """Set a text that XML may hold; what it may not is left to the mutations of bytes."""
    try:
        if name is None:
            element.text = text
        else:
            element.set(name, text)
    except (ValueError, UnicodeError):
        pass


# -- the bytes ------------------------------------------------------------------------------------------------------
def cut(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] if dice.random() < 0.5 else data[:at] + data[at + dice.randint(1, 60) :]


def flip(dice: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.randint(1, 6) if changed else 0):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def splice(dice: random.Random, data: bytes) -> bytes:
    """Markup, entities and noise at any place."""
    pieces = [b"<", b">", b'"', b"&amp;", b"&x;", b"&#0;", b"&#x110000;", b"\xff", b"\0", b"<!--", b"-->", b"<![CDATA[",
              b"]]>", b"<?pi x?>", b'<!DOCTYPE a [<!ENTITY x "y">]>', b"<x>" * 70, b"<a/>" * 300, b"subProcess",
              b"true", b"\xe4\xbd", b"\xef\xbb\xbf", b"xmlns:q='urn:q' ", b'xmlns=""', b"\r\n", b"\x1f"]  # fmt: skip
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice(pieces) + data[at + dice.choice([0, 0, 1, 5]) :]


def encode(dice: random.Random, data: bytes) -> bytes:
    """Another encoding, with or without a mark and a declaration that fits."""
    encoding = dice.choice(["utf-16", "utf-16-le", "utf-16-be", "gb18030", "latin-1", "utf-32", "utf-7", "cp037"])
    said = dice.choice([encoding, "UTF-8", "x-none", ""])
    text = data.decode("utf-8", "replace")
    if text.startswith("<?xml"):
        text = text.partition("?>")[2]
    head = f'<?xml version="1.0" encoding="{said}"?>' if said else ""
    mark = dice.choice([b"", b"", codecs.BOM_UTF8, codecs.BOM_UTF16_BE])
    return mark + (head + text).encode(encoding, "replace")


# -- forms ----------------------------------------------------------------------------------------------------------
def change_json(dice: random.Random, data: bytes) -> bytes:
    """A value of a JSON file lost, doubled, or of another type."""
    try:
        whole = json.loads(data)
    except ValueError:
        return data
    holders: list[Any] = [whole]
    for holder in holders:
        inner = holder.values() if isinstance(holder, dict) else holder
        holders.extend(value for value in inner if isinstance(value, dict | list))
    holder = dice.choice([h for h in holders if h] or [whole])
    values = [None, True, -1, 1e30, "", "x", "=x", "长" * 2000, "{{x}}", [], {}, [[]], {"min": "a"}, "=" + "(" * 300]
    if not holder:
        return data
    key = dice.choice(sorted(holder) if isinstance(holder, dict) else range(len(holder)))
    what = dice.randrange(4)
    if what == 0:
        del holder[key]
    elif what == 1:
        holder[key] = dice.choice(values)
    elif what == 2 and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    else:
        other = dice.choice(holders)
        holder[key] = copy.deepcopy(other) if len(json.dumps(other)) < 20_000 else None
    return json.dumps(whole, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")


TREES: dict[str, Callable[[random.Random, Tree], None]] = {
    f.__name__: f
    for f in (delete, duplicate, clone, move, move_scope, exchange, exchange_trigger, retag, lose, set_any, set_known,
              swap, rewire, rewire_flow, reverse, add_flow, insert, fork, wrap, unwrap,
              add_boundary, add_event_sub_process, add_loop, add_throw, namespace, write, write_expression, extend)
}  # fmt: skip
GROWTH = ("insert", "fork", "wrap", "add_boundary", "add_event_sub_process", "add_loop", "add_flow", "add_throw")
ANY_TREE = ("delete", "duplicate", "move", "lose", "set_any", "swap", "namespace", "write", "write_expression")
BYTES: dict[str, Callable[[random.Random, bytes], bytes]] = {f.__name__: f for f in (cut, flip, splice, encode)}


def choose(dice: random.Random, files: dict[str, bytes]) -> list[Step]:
    """A few mutations, mostly of one file: of trees first, of bytes last."""
    steps: list[Step] = []
    for _ in range(dice.choice([1, 1, 1, 2, 2, 3, 5])):
        file = dice.choices(sorted(files), [0.05 if name.endswith(".json") else 1 for name in sorted(files)])[0]
        names = ["change_json"] if file.endswith(".json") else ANY_TREE if file.endswith(".dmn") else sorted(TREES)
        steps.append((file, dice.choice(names), dice.randrange(2**32)))
    if dice.random() < 0.12:
        steps.append((dice.choice(sorted(files)), dice.choice(sorted(BYTES)), dice.randrange(2**32)))
    return steps


def apply(files: dict[str, bytes], steps: list[Step]) -> dict[str, bytes]:
    """The files after these mutations; one that finds nothing to change changes nothing."""
    changed = dict(files)
    for file, name, seed in steps:
        dice, data = random.Random(seed), changed[file]
        if name in BYTES:
            changed[file] = BYTES[name](dice, data)
        elif name == "change_json":
            changed[file] = change_json(dice, data)
        elif (root := _root(data)) is not None:
            TREES[name](dice, root)
            changed[file] = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return changed


def _root(data: bytes) -> Tree | None:
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return None


def shrink(files: dict[str, bytes], name: str, shows: Callable[[dict[str, bytes]], bool]) -> dict[str, bytes]:
    """One file without the elements and attributes that it does not need to show what it shows."""
    if (root := _root(files[name])) is None:
        return files
    again = True
    while again:
        again = False
        for element in _all(root)[1:]:
            parent = element.getparent()
            if parent is None:
                continue
            at = parent.index(element)
            parent.remove(element)
            if shows({**files, name: etree.tostring(root, encoding="UTF-8", xml_declaration=True)}):
                again = True
            else:
                parent.insert(at, element)
    return {**files, name: etree.tostring(root, encoding="UTF-8", xml_declaration=True)}
