"""BPMN shorthand becomes the plain subset the engine runs: the rewrites within one scope."""

from __future__ import annotations

from lxml import etree

from .extensions import BANJIE
from .normalise import (
    ACTIVITIES,
    ALWAYS,
    BPMN,
    COMPENSATES,
    CONDITIONAL,
    GATEWAYS,
    OPTIONAL,
    QUANTITY,
    SCOPES,
    add,
    connect,
    definition,
    flows,
    nodes,
    outgoing,
)
from .report import Report


def expand(root: etree._Element, report: Report) -> None:
    """Rewrite every scope of a document."""
    for scope in _scopes(root):
        compensation(scope, report)
    for scope in _scopes(root):  # with the scopes that compensation has made
        links(scope, report)
        instantiating_nodes(scope, report)
        ad_hoc(scope, report)
        implicit_start(scope)
        start_quantities(scope)
        implicit_split(scope)
        unconditional_flows(scope)
        parallel_flows(scope)


def _scopes(root: etree._Element) -> list[etree._Element]:
    return [e for e in root.iter() if e.tag in SCOPES]


def compensation(scope: etree._Element, report: Report) -> None:
    """The handler H of activity X moves into a sub-process of its own that is marked as compensating X."""
    by_id = {n.get("id"): n for n in nodes(scope)}
    for event in nodes(scope):
        if event.tag != BPMN + "boundaryEvent" or definition(event, "compensate") is None:
            continue
        targets = [
            a.get("targetRef") for a in scope.iter(BPMN + "association") if a.get("sourceRef") == event.get("id")
        ]
        linked = [by_id[target] for target in targets if target in by_id]
        handlers = [n for n in linked if n.tag in ACTIVITIES and n.getparent() is scope]  # another's has moved already
        if len(handlers) == 1:
            inner = add(scope, "subProcess", of=handlers[0], id=handlers[0].get("id", "") + ".compensation")
            inner.set(COMPENSATES, event.get("attachedToRef", ""))
            inner.append(handlers[0])
        else:
            report.refuse(
                event.get("id"),
                "compensation",
                f"补偿事件“{event.get('id')}”应恰好连到一个补偿活动",
                f"the compensation event {event.get('id')} needs exactly one handler",
                "用关联线连到一个标为补偿的活动",
                "associate it with one activity marked for compensation",
            )
        scope.remove(event)
    for node in nodes(scope):
        start = node.find(BPMN + "startEvent")
        if node.get("triggeredByEvent") == "true" and start is not None:
            compensate = definition(start, "compensate")
            if compensate is not None:
                start.remove(compensate)
                node.set(COMPENSATES, "")  # the scope itself


def links(scope: etree._Element, report: Report) -> None:
    """A pair of link events is a flow."""
    catchers: dict[str | None, str] = {}
    for node in nodes(scope):
        link = definition(node, "link")
        if node.tag == BPMN + "intermediateCatchEvent" and link is not None:
            catchers[link.get("name")] = node.get("id", "")
            node.tag = BPMN + "intermediateThrowEvent"
    for node in nodes(scope):
        for link in node.findall(BPMN + "linkEventDefinition"):
            node.remove(link)
            if node.get("id") in catchers.values():
                continue
            if link.get("name") in catchers:
                connect(scope, node.get("id", ""), catchers[link.get("name")])
            else:
                report.refuse(
                    node.get("id"),
                    "link",
                    f"链接事件“{node.get('id')}”找不到名为“{link.get('name')}”的接收端",
                    f"no link event catches {link.get('name')}, which {node.get('id')} throws",
                    "两端的链接名称要一致",
                    "give both ends the same link name",
                )


def instantiating_nodes(scope: etree._Element, report: Report) -> None:
    """A receive task or event gateway that instantiates the process gets start events."""
    targets = {f.get("targetRef") for f in flows(scope)}
    by_id = {n.get("id"): n for n in nodes(scope)}
    for node in nodes(scope):
        if node.get("instantiate") != "true" or node.get("id") in targets:
            continue
        if node.tag == BPMN + "receiveTask":
            _start_by_message(scope, node)
        elif node.tag == BPMN + "eventBasedGateway":
            if node.get("eventGatewayType") == "Parallel":
                _refuse_parallel(node, report)
            for flow in outgoing(scope).get(node.get("id", ""), []):
                target = by_id.get(flow.get("targetRef"))
                scope.remove(flow)
                if target is not None and target.tag == BPMN + "receiveTask":
                    _start_by_message(scope, target)
                elif target is not None:
                    target.tag = BPMN + "startEvent"
            scope.remove(node)


def _refuse_parallel(gateway: etree._Element, report: Report) -> None:
    report.refuse(
        gateway.get("id"),
        "event-gateway",
        f"事件网关“{gateway.get('id')}”要求所有事件都发生才启动流程，本系统不支持",
        f"the event gateway {gateway.get('id')} starts the process only after all its events, which is not run here",
        "由其中一个事件启动，在流程内等待其余事件",
        "start by one of them and wait for the others inside",
    )


def _start_by_message(scope: etree._Element, receive: etree._Element) -> None:
    start = add(scope, "startEvent", of=receive, id=receive.get("id", "") + ".start")
    etree.SubElement(start, BPMN + "messageEventDefinition", messageRef=receive.get("messageRef", ""))
    for key in [key for key in receive.attrib if str(key).startswith(BANJIE)]:
        start.set(key, str(receive.attrib.pop(key)))
    start.extend(receive.findall(BPMN + "extensionElements"))
    connect(scope, start.get("id", ""), receive.get("id", ""))
    receive.tag = BPMN + "intermediateThrowEvent"  # its message has come: it only marks the moment


def ad_hoc(scope: etree._Element, report: Report) -> None:
    """An ad-hoc sub-process runs its entry activities at once, or one after the other when Sequential."""
    if scope.tag != BPMN + "adHocSubProcess":
        return
    scope.tag = BPMN + "subProcess"
    inside = nodes(scope)
    sequential = scope.get("ordering") == "Sequential"
    if any(n.tag in (BPMN + "startEvent", BPMN + "endEvent") for n in inside) or (sequential and flows(scope)):
        report.refuse(
            scope.get("id"),
            "ad-hoc",
            f"临时子流程“{scope.get('id')}”内不能有开始、结束事件；顺序执行的也不能有顺序流",
            f"the ad-hoc sub-process {scope.get('id')} must hold no start or end events, and no flows when sequential",
            "删除这些元素，或改用普通子流程",
            "delete them, or use an ordinary sub-process",
        )
    elif sequential:
        ids = [n.get("id", "") for n in inside]
        for first, second in zip(ids, ids[1:], strict=False):
            connect(scope, first, second)


def implicit_start(scope: etree._Element) -> None:
    """Without a start event, every node without incoming flow starts."""
    if scope.find(BPMN + "startEvent") is not None or not nodes(scope):
        return
    targets = {f.get("targetRef") for f in flows(scope)}
    start = add(scope, "startEvent", of=scope, id=scope.get("id", "") + ".start")
    for node in nodes(scope):
        compensating = node.get("isForCompensation") == "true" and scope.get(COMPENSATES) is None
        aside = node.get("triggeredByEvent") == "true" or node.get(COMPENSATES) is not None or compensating
        first = node.get("id") not in targets and node.tag not in (BPMN + "boundaryEvent", BPMN + "endEvent")
        if node is not start and first and not aside:
            connect(scope, start.get("id", ""), node.get("id", ""))


def start_quantities(scope: etree._Element) -> None:
    """An activity that starts with several tokens has a gate before it."""
    for node in nodes(scope):
        quantity = node.get("startQuantity", "1")
        if node.tag in ACTIVITIES and quantity.isdigit() and int(quantity) > 1:
            gate = add(scope, "complexGateway", of=node, id=node.get("id", "") + ".quantity")
            gate.set(QUANTITY, quantity)
            for flow in flows(scope):
                if flow.get("targetRef") == node.get("id"):
                    flow.set("targetRef", gate.get("id", ""))
            connect(scope, gate.get("id", ""), node.get("id", ""))


def implicit_split(scope: etree._Element) -> None:
    """Several flows out of an activity or event: unconditional ones, those whose condition holds, or the default."""
    by_source = outgoing(scope)
    for node in nodes(scope):
        out = by_source.get(node.get("id", ""), [])
        choice = [
            f for f in out if f.find(BPMN + "conditionExpression") is not None or f.get("id") == node.get("default")
        ]
        always = [f for f in out if f not in choice]
        if node.tag in GATEWAYS or (not choice and len(always) < 2):
            continue
        source = node.get("id", "")
        if len(always) + bool(choice) > 1:
            source = _gateway(scope, "parallel", node, source, "split", always).get("id", "")
        if choice:
            gateway = _gateway(scope, "inclusive", node, source, "choice", choice)
            gateway.set(OPTIONAL, str(bool(always)).lower())
            if node.get("default"):
                gateway.set("default", str(node.attrib.pop("default")))


def _gateway(
    scope: etree._Element, kind: str, node: etree._Element, source: str, suffix: str, out: list[etree._Element]
) -> etree._Element:
    gateway = add(scope, kind + "Gateway", of=node, id=f"{source}.{suffix}")
    for flow in out:
        flow.set("sourceRef", gateway.get("id", ""))
    connect(scope, source, gateway.get("id", ""))
    return gateway


def unconditional_flows(scope: etree._Element) -> None:
    """A gateway's flow without condition that is not the default is taken."""
    by_source = outgoing(scope)
    for node in nodes(scope):
        out = by_source.get(node.get("id", ""), [])
        if node.tag in CONDITIONAL and len(out) > 1:
            for flow in out:
                if flow.get("id") != node.get("default") and flow.find(BPMN + "conditionExpression") is None:
                    flow.set(ALWAYS, "true")


def parallel_flows(scope: etree._Element) -> None:
    """Of two flows between the same two nodes the second gets a node of its own, so that a join can tell them apart."""
    seen = set()
    by_id = {n.get("id"): n for n in nodes(scope)}
    for flow in flows(scope):
        pair = flow.get("sourceRef"), flow.get("targetRef")
        if pair in seen and pair[1] in by_id:
            between = add(scope, "intermediateThrowEvent", of=by_id[pair[1]], id=flow.get("id", "") + ".between")
            connect(scope, between.get("id", ""), pair[1] or "")
            flow.set("targetRef", between.get("id", ""))
        seen.add(pair)
