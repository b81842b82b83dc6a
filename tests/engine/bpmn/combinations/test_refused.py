"""Combinations that have no meaning are refused at deployment by the name of a rule, wherever they stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import gate

from ..kit import (
    CANCEL,
    COMPENSATE,
    ERROR,
    ESCALATION,
    HEAD,
    MESSAGE,
    SIGNAL,
    TERMINATE,
    boundary,
    catch,
    end,
    flow,
    gateway,
    line,
    on_event,
    process,
    script,
    start,
    sub,
    throw,
    timer,
)

USER = '<userTask id="a" name="办理" banjie:role="clerk" banjie:form="f"/>'
FORM = b'{"type": "default", "schemaVersion": 17, "components": []}'
SOON = timer("timeDuration", "PT1H")


def after(*parts: str, ids: tuple[str, ...] = ("a",)) -> str:
    """A scope's content: start, a task, then the ids one after the other and an end."""
    return start(id="xs") + USER + "".join(parts) + end(id="xe") + line("xs", *ids, "xe")


def handler(trigger: str, interrupting: bool = True, inside: str = "") -> str:
    return on_event("es_", trigger, script("h") + end(id="he") + line("es_s", "h", "he") + inside, interrupting)


MARKERS = {
    "loop": "<standardLoopCharacteristics/>",
    "count": "<multiInstanceLoopCharacteristics/>",
    "complex": '<multiInstanceLoopCharacteristics behavior="Complex"><loopCardinality>2</loopCardinality>'
    "</multiInstanceLoopCharacteristics>",
}
ASSOCIATION = '<association id="as" sourceRef="c" targetRef="{}"/>'
UNDO = '<scriptTask id="undo" isForCompensation="true"><script>{{}}</script></scriptTask>'.replace("{{", "{").replace(
    "}}", "}"
)

REFUSED = {
    # start events
    "a timer at the start of a sub-process": (
        "trigger-misplaced",
        after(sub("u", start(SOON, "is") + script("i") + end(id="ie") + line("is", "i", "ie")), ids=("a", "u")),
    ),
    "an event sub-process without a trigger": ("event-sub-process-start", after(handler(""))),
    "an event sub-process with two starts": (
        "event-sub-process-start",
        after(handler(MESSAGE, inside=start(SIGNAL, "es_2") + line("es_2", "h"))),
    ),
    "an error that does not interrupt its scope": ("trigger-interrupts", after(handler(ERROR, False))),
    "a flow into an event sub-process": ("flow-direction", after(handler(MESSAGE), flow("a", "es_"))),
    "an event gateway that wants all events to begin": (
        "value-refused",
        after(
            '<eventBasedGateway id="g" instantiate="true" eventGatewayType="Parallel"/>',
            catch("c1", MESSAGE),
            catch("c2", SIGNAL),
            line("g", "c1", "xe"),
            line("g", "c2", "xe"),
        ),
    ),
    # intermediate and end events
    "a terminate event in the middle": ("trigger-misplaced", after(throw("t", TERMINATE), ids=("a", "t"))),
    "an error in the middle": ("trigger-misplaced", after(throw("t", ERROR), ids=("a", "t"))),
    "a cancel in the middle": ("trigger-misplaced", after(throw("t", CANCEL), ids=("a", "t"))),
    "an escalation that is caught in the flow": ("trigger-misplaced", after(catch("c", ESCALATION), ids=("a", "c"))),
    "a compensation that is caught in the flow": ("trigger-misplaced", after(catch("c", COMPENSATE), ids=("a", "c"))),
    "a timer that is thrown": ("trigger-misplaced", after(throw("t", SOON), ids=("a", "t"))),
    "a catch event without a trigger": ("trigger-missing", after(catch("c", ""), ids=("a", "c"))),
    "a cancel end outside a transaction": (
        "trigger-misplaced",
        start(id="xs") + USER + end(CANCEL, "xe") + line("xs", "a", "xe"),
    ),
    "a link without its other half": (
        "link-broken",
        after(throw("t", '<linkEventDefinition name="k"/>'), line("a", "t")),
    ),
    "a link into a sub-process": (
        "link-broken",
        after(
            throw("t", '<linkEventDefinition name="k"/>'),
            line("a", "t"),
            sub("u", catch("k", '<linkEventDefinition name="k"/>') + script("i") + line("k", "i")),
            line("a", "u"),
        ),
    ),
    # boundary events
    "a boundary event on a gateway": (
        "boundary-detached",
        after(
            gateway("exclusive", "g"), boundary("b", "g", MESSAGE), script("h"), line("b", "h", "xe"), ids=("a", "g")
        ),
    ),
    "a boundary event on an event": (
        "boundary-detached",
        after(catch("c", MESSAGE), boundary("b", "c", SOON), script("h"), line("b", "h", "xe"), ids=("a", "c")),
    ),
    "a boundary event that leads nowhere": ("boundary-leads-nowhere", after(boundary("b", "a", MESSAGE))),
    "an error that does not interrupt": (
        "boundary-interrupts",
        after(boundary("b", "a", ERROR, False), script("h"), line("b", "h", "xe")),
    ),
    "a cancel event on a task": (
        "trigger-misplaced",
        after(boundary("b", "a", CANCEL), script("h"), line("b", "h", "xe")),
    ),
    "a terminate event on a boundary": (
        "trigger-misplaced",
        after(boundary("b", "a", TERMINATE), script("h"), line("b", "h", "xe")),
    ),
    "a flow into a boundary event": (
        "flow-direction",
        after(boundary("b", "a", MESSAGE), script("h"), line("b", "h", "b")),
    ),
    # compensation
    "compensation without a handler": ("compensation-handler", after(boundary("c", "a", COMPENSATE))),
    "compensation by what is no handler": (
        "compensation-handler",
        after(boundary("c", "a", COMPENSATE), script("h"), ASSOCIATION.format("h"), line("a", "h", "xe")),
    ),
    "a handler nothing leads to": ("compensation-handler", after(UNDO)),
    "a flow into a handler": (
        "flow-direction",
        after(boundary("c", "a", COMPENSATE), UNDO, ASSOCIATION.format("undo"), flow("a", "undo")),
    ),
    "compensation of nothing there is": (
        "reference-unknown",
        after(throw("t", '<compensateEventDefinition activityRef="nowhere"/>'), ids=("a", "t")),
    ),
    "compensation nobody waits for": (
        "value-refused",
        after(throw("t", '<compensateEventDefinition waitForCompletion="false"/>'), ids=("a", "t")),
    ),
    # gateways
    "a task behind an event gateway": (
        "event-gateway-target",
        after(
            gateway("eventBased", "g"),
            script("h"),
            catch("c", MESSAGE),
            line("a", "g", "h", "xe"),
            line("g", "c", "xe"),
        ),
    ),
    "an event gateway with one event": (
        "event-gateway-few",
        after(gateway("eventBased", "g"), catch("c", MESSAGE), ids=("a", "g", "c")),
    ),
    "a choice before a join of all": (
        "deadlock",
        after(
            gateway("exclusive", "g", 'default="g_h"'),
            script("h"),
            script("i"),
            gateway("parallel", "j"),
            line("a", "g", "h", "j", "xe"),
            flow("g", "i", "n = 1"),
            line("i", "j"),
        ),
    ),
    "a race before a join of all": (
        "deadlock",
        after(
            gateway("eventBased", "g"),
            catch("c", MESSAGE),
            catch("d", SOON),
            gateway("parallel", "j"),
            line("a", "g", "c", "j", "xe"),
            line("g", "d", "j"),
        ),
    ),
    # markers and sub-processes
    "a loop without an end": ("loop-endless", after(script("l", "{}", MARKERS["loop"]), ids=("a", "l"))),
    "instances without a number": ("count-missing", after(script("l", "{}", MARKERS["count"]), ids=("a", "l"))),
    "complex behaviour of instances": ("value-refused", after(script("l", "{}", MARKERS["complex"]), ids=("a", "l"))),
    "an order in an ad-hoc sub-process": (
        "ad-hoc-order",
        after(sub("u", start(id="is") + script("i") + line("is", "i"), "adHocSubProcess"), ids=("a", "u")),
    ),
    "an empty sub-process": ("scope-empty", after(sub("u", ""), ids=("a", "u"))),
    "a flow across the edge of a sub-process": (
        "flow-across",
        after(sub("u", script("i")), flow("a", "i"), ids=("a", "u")),
    ),
    "a call to nothing": ("call-unknown", after('<callActivity id="u" calledElement="nowhere"/>', ids=("a", "u"))),
    "a circle of automatic steps": (
        "loop-never-waits",
        after(script("i"), script("k"), line("i", "k", "i"), line("a", "i")),
    ),
}

PLACES: dict[str, Callable[[str], str]] = {
    "in the process": process,
    "in a sub-process": lambda body: process(start() + sub("outer", body) + end() + line("s", "outer", "e")),
    "in a called process": lambda body: (
        process(start() + '<callActivity id="call" calledElement="q"/>' + end() + line("s", "call", "e"))
        + process(body, "q", 'isExecutable="false"')
    ),
    "in an event sub-process": lambda body: process(
        start() + script("main") + end() + line("s", "main", "e") + begun_by_a_message(body)
    ),
}


def begun_by_a_message(body: str) -> str:
    begin = start(id="xs").removesuffix("</startEvent>")
    return sub("outer", body.replace(begin, begin + MESSAGE, 1), attributes='triggeredByEvent="true"')


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_meaning_is_refused_by_name(name: str, place: str) -> None:
    rule, body = REFUSED[name]
    files = {"case.bpmn": f"{HEAD}{PLACES[place](body)}</definitions>".encode(), "forms/f.json": FORM}
    report = gate.check(files, functions={}, connectors=(), roles={"clerk"})
    assert not report.ok
    assert rule in {finding.rule for finding in report.findings if finding.severity == "error"}


@pytest.mark.parametrize("place", PLACES)
def test_the_same_place_without_the_mistake_passes(place: str) -> None:
    files = {"case.bpmn": f"{HEAD}{PLACES[place](after())}</definitions>".encode(), "forms/f.json": FORM}
    report = gate.check(files, functions={}, connectors=(), roles={"clerk"})
    assert report.ok, report.findings
