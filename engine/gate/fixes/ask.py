"""Ask which way to go.

What. Where a choosing gateway has several flows without a condition, each may get one that says its name, or the name
of the step it leads to: the gateway's name becomes a variable that is compared with it. Where the other flows ask a
variable already, it is that one. A person chooses this for each flow; the form that is made for the task before it
(fresh-form) has a choice with these values.
Why. Diagrams drawn to be read say only what the answers are; somebody or something must give the answer.
Before. Flow `Warranty` out of the gateway `Service type`, without a condition
After. Its condition is `Service_type = "Warranty"`

按名称填写条件：判断的几条出线都没有条件时，以网关名称为变量、出线（或下一步）名称为值填写；前面任务的表单里选这个值。
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.feel import FeelError, compile, tree
from engine.gate.fixes import translate
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page, escaped
from engine.gate.model import Flow, Node, ref
from engine.gate.rules.gateways import CHOOSING

KIND = "ask"
NEXT = "下一步"  # what an unnamed gateway asks


def find(desk: Desk) -> Iterator[Fix]:
    """Flows that nothing tells from the others of their gateway."""
    for page, node in desk.nodes:
        default = ref(node.element, "default")
        bare = [flow for flow in node.outgoing if flow.condition is None and (not default or flow.id != default)]
        if node.tag not in CHOOSING or len(node.outgoing) < 2 or len(bare) < (1 if default else 2):
            continue  # one alone is the default, which another fix makes it
        name = _asked(node) or _named(node)
        answers = [answer(flow) for flow in node.outgoing]
        for flow in bare:
            if name and (words := answer(flow)) and answers.count(words) == 1:
                yield _fix(page, node, flow, f"{name} = {translate.literal(words)}")


def answer(flow: Flow) -> str:
    """What taking a flow means, in the words of the drawing: its name, or the step's that it leads to."""
    target = flow.target.element.get("name") if flow.target is not None else ""
    return " ".join((flow.element.get("name") or target or "").split())


def _named(node: Node) -> str:
    """A variable for a question: the gateway's name, or one of its own where it has none."""
    if label := translate.variable(node.element.get("name") or ""):
        return label
    bare = [one.id for one in node.scope.process.nodes if _unnamed(one)]
    return NEXT if len(bare) < 2 or node.id not in bare else f"{NEXT}_{bare.index(node.id) + 1}"


def _unnamed(node: Node) -> bool:
    return node.tag in CHOOSING and len(node.outgoing) > 1 and not node.element.get("name")


def _asked(node: Node) -> str:
    """The one variable that the other flows ask."""
    names: set[str] = set()
    for flow in node.outgoing:
        try:
            read = compile(flow.condition or "null").tree
        except (FeelError, ValueError, RecursionError):
            return ""
        names |= {part.name for part in tree.parts(read) if isinstance(part, tree.Name)}
    return names.pop() if len(names) == 1 else ""


def _fix(page: Page, node: Node, flow: Flow, condition: str) -> Fix:
    tag = page.bpmn(flow.element, "conditionExpression")
    return fix(
        KIND,
        node.file,
        flow.element,
        partial(page.append, flow.element, f"<{tag}>{escaped(condition, '')}</{tag}>"),
        zh=f"把{{it}}的“条件”写成 {condition}",
        en=f"let the “Condition” of {{it}} be {condition}",
        before="",
        after=condition,
        rule="gateway-condition",
        part="name",
        pick=(condition, condition),
    )
