"""Gateways that know where to go.

What. Where a gateway chooses, each flow except the default one has a condition; the default is one of its own flows.
A gateway all of whose flows have conditions should name a default. Conditions on the flows of a parallel gateway, and
on a default flow, have no effect and are pointed out. A direction that is written down (gatewayDirection) is that of
the flows.
Why. When no condition holds and there is no default, the case becomes an incident; a flow without a condition is
always taken, which is rarely what was meant.
Mend. Write the condition, or mark the remaining flow as the default (the small slash in the modeler).

网关知道往哪走：排他、包容、复杂网关的每条出线（默认流除外）都要有条件，并最好指定默认流；并行网关上的条件不起作用；写
明的方向须与连线相符。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate import example
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.model import Node, ref, shown

CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about conditions and defaults, of gateways and of activities with a default flow."""
    for node in bundle.nodes:
        default = ref(node.element, "default")
        if default and default not in {flow.id for flow in node.outgoing}:
            yield found(
                "default-unknown",
                node,
                f"{{it}}的默认流“{shown(default)}”不是它的出线",
                f"the default flow “{shown(default)}” of {{it}} is not one of its outgoing flows",
                "在它自己的一条出线上勾选“默认走这条”",
                "tick “The default flow” on one of its own outgoing flows",
            )
        if node.tag in CHOOSING and len(node.outgoing) > 1:
            yield from _choice(node, default, bundle)
        yield from _without_effect(node, default)
        yield from _direction(node)


def _choice(node: Node, default: str, bundle: Bundle) -> Iterator[Finding]:
    gateway = shown(node.element.get("name") or node.id)
    open_flows = [flow for flow in node.outgoing if flow.condition is None and (not default or flow.id != default)]
    acts_as_default = not default and open_flows == node.outgoing[-1:] and node.tag == "exclusiveGateway"
    if acts_as_default:
        yield found(
            "default-unsaid",
            open_flows[0],
            "{it}没有条件，排在最后，将作默认流使用",
            "{it} has no condition and comes last: it is used as the default flow",
            "勾选“默认走这条”，图上才看得出来",
            "tick “The default flow”, so that the diagram shows it",
        )
    for flow in [] if acts_as_default else open_flows:
        such = example.condition(flow, bundle)
        yield found(
            "gateway-condition",
            flow,
            f"{{it}}离开网关“{gateway}”却没有条件，也不是默认流",
            f"{{it}} leaves the gateway “{gateway}” without a condition and is not its default",
            f"{_fill(such)[0]}；其余情况走这条的，勾选“默认走这条”",
            f"{_fill(such)[1]}; tick “The default flow” on the one for all other cases",
        )
    if not default and not open_flows:
        yield found(
            "gateway-default",
            node,
            "{it}没有默认流：条件都不成立时案件会停下并登记异常",
            "{it} has no default flow: when no condition holds the case stops with an incident",
            "在“其余情况”的那条出线上勾选“默认走这条”",
            "tick “The default flow” on the flow for all other cases",
        )


def _fill(such: str | None) -> tuple[str, str]:
    """What to write as a condition: an example over what is known there, else where to get something to ask."""
    if such:
        return f"填写“条件”，如 {such}", f"fill in “Condition”, such as {such}"
    return (
        '先让前面的步骤产生一个变量（如表单里加一个选择字段 answer），再填写“条件”，如 answer = "yes"',
        "let a step before it set a variable (such as a choice `answer` in a form), then fill in “Condition”, such as"
        ' answer = "yes"',
    )


def _direction(node: Node) -> Iterator[Finding]:
    said = node.element.get("gatewayDirection") or ""
    joins, splits = len(node.incoming) > 1, len(node.outgoing) > 1
    wrong = {"Converging": splits, "Diverging": joins, "Mixed": not (joins and splits)}
    if node.is_gateway and wrong.get(said, False):
        yield found(
            "gateway-direction",
            node,
            f"{{it}}写明的方向“{said}”与连线不符",
            f"the direction “{said}” of {{it}} is not that of its flows",
            "改正连线，或用一键修正删去写明的方向（gatewayDirection）",
            "correct the flows, or let the fix drop the direction (gatewayDirection)",
        )


def _without_effect(node: Node, default: str) -> Iterator[Finding]:
    for flow in node.outgoing:
        if flow.condition is None:
            continue
        if default and flow.id == default:
            yield found(
                "default-condition",
                flow,
                "{it}是默认流，它的条件不起作用",
                "{it} is a default flow: its condition has no effect",
                "删去条件，或换一条默认流",
                "delete the condition, or choose another default",
            )
        elif node.tag == "parallelGateway":
            yield found(
                "condition-ignored",
                flow,
                "{it}上的条件不起作用：并行网关走所有出线",
                "the condition of {it} has no effect: a parallel gateway takes every flow",
                "删去条件，或改用排他或包容网关",
                "delete the condition, or use an exclusive or inclusive gateway",
            )
