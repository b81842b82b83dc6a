"""Small diagrams as text, and a case that runs one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine import bpmn

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:banjie="urn:banjie:bpmn:1">'
    '<message id="M" name="reply"/><message id="M2" name="withdrawal"/><signal id="S" name="alarm"/>'
    '<error id="E1" name="refused" errorCode="R1"/><error id="E2" name="lost" errorCode="R2"/>'
    '<escalation id="X" name="late" escalationCode="L1"/>'
)
MESSAGE, MESSAGE2 = '<messageEventDefinition messageRef="M"/>', '<messageEventDefinition messageRef="M2"/>'
SIGNAL, TERMINATE = '<signalEventDefinition signalRef="S"/>', "<terminateEventDefinition/>"
ERROR, ERROR2 = '<errorEventDefinition errorRef="E1"/>', '<errorEventDefinition errorRef="E2"/>'
ESCALATION, COMPENSATE = '<escalationEventDefinition escalationRef="X"/>', "<compensateEventDefinition/>"
CANCEL = "<cancelEventDefinition/>"


def timer(kind: str, text: str) -> str:
    return f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"


def condition(text: str) -> str:
    return f"<conditionalEventDefinition><condition>{text}</condition></conditionalEventDefinition>"


def flow(source: str, target: str, when: str = "") -> str:
    inside = f"<conditionExpression>{when}</conditionExpression>" if when else ""
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


def line(*ids: str) -> str:
    """Flows along the ids."""
    return "".join(flow(a, b) for a, b in zip(ids, ids[1:], strict=False))


def start(inside: str = "", id: str = "s", attributes: str = "") -> str:
    return f'<startEvent id="{id}" {attributes}>{inside}</startEvent>'


def end(inside: str = "", id: str = "e") -> str:
    return f'<endEvent id="{id}">{inside}</endEvent>'


def user(id: str, attributes: str = "", inside: str = "") -> str:
    return f'<userTask id="{id}" {attributes}>{inside}</userTask>'


def script(id: str, text: str = "{}", inside: str = "") -> str:
    return f'<scriptTask id="{id}">{inside}<script>{text}</script></scriptTask>'


def catch(id: str, inside: str, attributes: str = "") -> str:
    return f'<intermediateCatchEvent id="{id}" {attributes}>{inside}</intermediateCatchEvent>'


def throw(id: str, inside: str = "", attributes: str = "") -> str:
    return f'<intermediateThrowEvent id="{id}" {attributes}>{inside}</intermediateThrowEvent>'


def boundary(id: str, on: str, inside: str, interrupting: bool = True, attributes: str = "") -> str:
    said = f'id="{id}" attachedToRef="{on}" cancelActivity="{str(interrupting).lower()}" {attributes}'
    return f"<boundaryEvent {said}>{inside}</boundaryEvent>"


def sub(id: str, inside: str, tag: str = "subProcess", attributes: str = "") -> str:
    return f'<{tag} id="{id}" {attributes}>{inside}</{tag}>'


def on_event(id: str, trigger: str, inside: str, interrupting: bool = True) -> str:
    """An event sub-process; `inside` must lead from `{id}s`."""
    begin = start(trigger, f"{id}s", f'isInterrupting="{str(interrupting).lower()}"')
    return sub(id, begin + inside, attributes='triggeredByEvent="true"')


def gateway(kind: str, id: str, attributes: str = "") -> str:
    return f'<{kind}Gateway id="{id}" {attributes}/>'


def extension(*elements: str) -> str:
    return f"<extensionElements>{''.join(elements)}</extensionElements>"


def process(body: str, id: str = "p", attributes: str = 'isExecutable="true"') -> str:
    return f'<process id="{id}" {attributes}>{body}</process>'


def load(diagram: str, **options: Any) -> dict[str, bpmn.Program]:
    """The programs of one diagram; a body without a process element becomes the process p."""
    if "<process" not in diagram:
        diagram = process(diagram)
    given = {"functions": {}, "decide": None, "form_keys": {}} | options
    return bpmn.load({"case.bpmn": f"{HEAD}{diagram}</definitions>".encode()}, **given)


class Case:
    """An instance and what has happened to it. With `restored` it is stored and restored after every step."""

    def __init__(
        self,
        diagram: str,
        variables: Mapping[str, Any] | None = None,
        element: str | None = None,
        restored: bool = True,
        key: str = "p",
        **options: Any,
    ) -> None:
        self.restored = restored
        self.program = load(diagram, **options)[key]
        self.left: list[str] = []
        self.path: list[list[str]] = []
        self.effects: bpmn.Effects
        self.instance, effects = bpmn.start(self.program, variables or {}, element=element)
        self._take(effects)

    # -- what it waits for ------------------------------------------------------------------------------------------
    @property
    def waits(self) -> list[bpmn.Wait]:
        return list(bpmn.waits(self.instance).values())

    @property
    def tasks(self) -> list[str]:
        return [wait.element for wait in self.waits if wait.kind == "task"]

    @property
    def variables(self) -> dict[str, Any]:
        return dict(self.instance.variables)

    def wait(self, element: str, kind: str | None = None) -> bpmn.Wait:
        return next(wait for wait in self.waits if wait.element == element and kind in (None, wait.kind))

    # -- steps ------------------------------------------------------------------------------------------------------
    def complete(self, element: str, **submission: Any) -> Case:
        return self._take(bpmn.complete(self.instance, self.wait(element, "task").token, submission))

    def deliver(self, name: str, payload: Mapping[str, Any] | None = None) -> Case:
        wait = next(wait for wait in self.waits if wait.name == name)
        return self._take(bpmn.deliver(self.instance, wait.token, payload or {}, wait.element, name))

    def fire(self, element: str) -> Case:
        return self._take(bpmn.fire(self.instance, self.wait(element, "timer").token, element))

    def answer(self, element: str, result: Mapping[str, Any] | None = None) -> Case:
        return self._take(bpmn.finish_job(self.instance, self.wait(element, "job").token, result))

    def do(self, step: Callable[[bpmn.Instance], bpmn.Effects]) -> Case:
        return self._take(step(self.instance))

    def _take(self, effects: bpmn.Effects) -> Case:
        self.effects = effects
        self.path += effects.path
        self.left += [element for element, what in effects.path if what == "left"]
        if self.restored:
            before = bpmn.waits(self.instance)
            self.instance = bpmn.decode(self.program, bpmn.encode(self.instance))
            assert bpmn.waits(self.instance) == before
        return self
