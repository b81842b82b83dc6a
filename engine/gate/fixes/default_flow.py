"""Name the default flow.

What. Where a choosing gateway, or an activity whose flows carry conditions, has exactly one outgoing flow without a
condition and names no default, that flow becomes its default. The condition of a default flow, and conditions on
flows of a parallel gateway, are taken away: neither has an effect.
Why. Many tools take the flow without a condition for "otherwise" without saying so; BPMN takes it always.
Before. `<exclusiveGateway id="g">`, flow `no` without a condition
After. `<exclusiveGateway id="g" default="no">`

指定默认流：恰有一条出线没有条件时把它设为默认流；默认流和并行网关出线上的条件不起作用，删去。
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.gate.elements import BPMN
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.model import Flow, Node, ref
from engine.gate.rules.gateways import CHOOSING

KIND = "default-flow"


def find(desk: Desk) -> Iterator[Fix]:
    """Defaults that are plain to see, and conditions without effect."""
    for page, node in desk.nodes:
        default = ref(node.element, "default")
        for flow in node.outgoing:
            if flow.condition is not None and (flow.id == default != "" or node.tag == "parallelGateway"):
                yield _bare(page, flow, node.tag == "parallelGateway")
        if not default and (bare := _otherwise(node)):
            yield _default(page, node, bare)


def _otherwise(node: Node) -> Flow | None:
    """The one flow without a condition beside flows that have one."""
    bare = [flow for flow in node.outgoing if flow.condition is None]
    chooses = node.tag in CHOOSING or node.is_activity
    if chooses and len(bare) == 1 and len(node.outgoing) > 1 and bare[0].id:
        return bare[0]
    return None


def _default(page: Page, node: Node, flow: Flow) -> Fix:
    last = node.tag == "exclusiveGateway" and flow is node.outgoing[-1]
    always = node.is_activity or node.tag == "inclusiveGateway"
    rule = None if not node.is_gateway else "default-unsaid" if last else "gateway-condition"
    label = flow.element.get("name") or flow.id
    return fix(
        KIND,
        node.file,
        flow.element,
        partial(page.set, node.element, "default", flow.id),
        zh="给{it}勾选“默认走这条”：它是唯一没有条件的出线" + ("；此后只在其他条件都不成立时才走" if always else ""),
        en="tick “The default flow” of {it}: it is the only one without a condition"
        + ("; from then on it is taken only when no condition holds" if always else ""),
        before=label,
        after=f'default="{flow.id}"',
        rule=rule,
    )


def _bare(page: Page, flow: Flow, parallel: bool) -> Fix:
    return fix(
        KIND,
        flow.file,
        flow.element,
        partial(page.remove, flow.element.find(BPMN + "conditionExpression")),
        zh="删去{it}上的条件：它不起作用",
        en="take the condition of {it} away: it has no effect",
        before=flow.condition or "",
        after="",
        rule="condition-ignored" if parallel else "default-condition",
    )
