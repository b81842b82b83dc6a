"""Tasks: done by people, by connectors, by decision tables and by scripts.

Keeps SpiffWorkflow's task specs and replaces their run hooks where they were empty (service task), missing (business
rule task) or evaluated text (script task). A failing script is a BPMN error, which a boundary event may catch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults

from engine import errors

from .. import extensions, limits
from ..effects import Wait
from ..task import Token
from ..times import instant, parse_instant
from .climbing import climb
from .events import Error, plain_text
from .node import Node


class Offered(Node):
    """A task for a person. Unit, assignee, due and priority are worked out once, when the task is offered."""

    form_keys: frozenset[str] = frozenset()

    def _on_ready_hook(self, token: Token) -> None:
        said, data = self.extensions, token.data
        offer: dict[str, Any] = {}
        for field in ("unit", "assignee"):
            formula = getattr(said, field)
            value = plain_text(formula(data)) if formula is not None else None
            if value is not None:
                offer[field] = value
        priority = said.priority(data) if said.priority is not None else None
        if priority is not None:
            offer["priority"] = self._priority(priority)
        if said.due is not None:
            due, ends = said.due(data), token.workflow.top_workflow.ends
            if due is not None:
                offer["due"] = instant(due, self.element).isoformat()
            if ends and (moved := said.due.clocks & ends.keys()):
                offer["due"] = ends[min(moved)]
        if offer:
            token.internal_data["offer"] = offer

    def _priority(self, value: Any) -> int:
        if not isinstance(value, (int, Decimal)):
            said, zh = f"is no number: {value!r:.40}", "不是数字"
        elif not -limits.MAX_PRIORITY <= value <= limits.MAX_PRIORITY:
            said, zh = f"is beyond {limits.MAX_PRIORITY}", f"超出 {limits.MAX_PRIORITY}"
        else:
            return int(value)
        raise errors.DiagramFault(
            self.element, f"the priority of “{self.element}” {said}", zh=f"“{self.element}”的优先级{zh}"
        )

    def waits(self, token: Token, full: bool = True) -> list[Wait]:
        wait = Wait(token.id, self.element or "", "task", form=self.extensions.form, role=self.extensions.role)
        if full:
            offer, data = token.internal_data.get("offer", {}), token.data
            wait.lane = self.lane  # type: ignore[attr-defined]
            wait.unit, wait.assignee = offer.get("unit"), offer.get("assignee")
            wait.priority = offer.get("priority", 1)
            wait.due = parse_instant(offer["due"]) if offer.get("due") else None
            wait.data = {key: data[key] for key in self.form_keys if key in data}
        return [wait]


class UserTask(Offered, defaults.UserTask):
    """A user task."""


class ManualTask(Offered, defaults.ManualTask):
    """A manual task: offered like a user task, so that somebody can say that it is done."""


class PlainTask(Offered, defaults.NoneTask):
    """A task without a type: somebody does it."""


class ServiceTask(Node, defaults.ServiceTask):
    """Waits for the answer of an outgoing job. The payload is worked out once, when the token arrives."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.manual = True

    def _on_ready_hook(self, token: Token) -> None:
        token.internal_data["payload"] = extensions.evaluate(self.extensions.inputs, token.data)

    def finish(self, token: Token, result: Mapping[str, Any] | None) -> None:
        """Take the job's answer in: the outputs if any are given, and the whole as the result variable."""
        if self.extensions.outputs:
            token.data.update(extensions.evaluate(self.extensions.outputs, result or {}))
        if self.extensions.result is not None:
            token.data[self.extensions.result] = result

    def waits(self, token: Token, full: bool = True) -> list[Wait]:
        wait = Wait(token.id, self.element or "", "job", connector=self.extensions.connector)
        if full:
            wait.payload = token.internal_data.get("payload", {})
        return [wait]


class BusinessRuleTask(Node, defaults.NoneTask):
    """Asks a decision of the bundle. The answer goes into the result variable or, if a context, entry by entry."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.manual = False

    def _run_hook(self, token: Token) -> bool:
        name, result = self.extensions.decision, self.extensions.result
        instance = token.workflow.top_workflow
        decide: Callable[[str, Mapping[str, Any]], Mapping[str, Any]] = instance.program.decide
        answer = decide(name or "", token.data)
        value = answer["value"]
        if result is not None:
            token.data[result] = value
        elif isinstance(value, Mapping):
            token.data.update(value)
        instance.effects.decisions.append({"kind": "table", "element": self.element, "decision": name, **answer})
        return True


class ScriptTask(Node, defaults.ScriptTask):
    """Runs its script; the context it yields becomes variables."""

    def _run_hook(self, token: Token) -> bool:
        if self.script is None:
            return True
        try:
            values = self.script(token.data)
            if not isinstance(values, Mapping):
                raise errors.DiagramFault(
                    self.element,
                    f"the script of “{self.element}” must yield a context, not {type(values).__name__}",
                    zh=f"“{self.element}”的脚本应得到一个上下文（{{…}}），实际不是",
                )
        except Exception as problem:
            if not climb(token, Error(type(problem).__name__, str(problem))):
                raise
            return True
        token.data.update(values)
        return True
