"""Exclusive, inclusive, complex and parallel gateways: how they split.

Replaces the run hooks of SpiffWorkflow's gateways, which synchronise a predicted tree and leave no trace of why a
flow was taken. A choice is recorded with the expression that decided and the values it read:

    {"kind": "gateway", "element", "flow", "expression" (None for the default flow), "operands"}
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.control import SimpleBpmnTask

from engine import errors

from ..scripts import Formula
from ..task import Token
from .joins import InclusiveJoin, ParallelJoin, QuantityJoin
from .node import Node


class Choosing(Node):
    """A gateway that looks at the conditions of its flows."""

    cond_task_specs: list[tuple[Any, str]]

    def choose(self, token: Token, first_only: bool) -> list[str]:
        """The names of the targets to follow, noting each choice."""
        chosen: list[str] = []
        asked: list[Formula] = []
        default = None
        for condition, name in self.cond_task_specs:
            if condition is None:
                default = name
                continue
            asked.append(condition.args[0])
            if condition._matches(token):
                chosen.append(name)
                self._note(token, name, condition.args[0], [condition.args[0]])
                if first_only:
                    break
        if not chosen and default is not None:
            chosen.append(default)
            self._note(token, default, None, asked)
        token.internal_data["chosen"] = chosen
        return chosen

    def _note(self, token: Token, name: str, decisive: Formula | None, asked: list[Formula]) -> None:
        if len(self.cond_task_specs) > 1:
            operands: dict[str, Any] = {}
            for formula in asked:
                operands.update(formula.operands(token.data))
            token.workflow.top_workflow.effects.decisions.append(
                {
                    "kind": "gateway",
                    "element": self.element,
                    "flow": self.flows.get(name),
                    "expression": decisive.text if decisive is not None else None,
                    "operands": operands,
                }
            )

    def nothing_true(self, token: Token) -> errors.DiagramFault:
        return errors.DiagramFault(
            self.element,
            f"no condition behind “{self.element}” is true and there is no default flow",
            zh=f"“{self.element}”的各条出口条件都不成立，又没有默认流",
        )

    def spawn(self, token: Token) -> None:
        specs = self._wf_spec.task_specs  # type: ignore[attr-defined]
        for name in token.internal_data["chosen"]:
            self.follow(token, specs[name])


class ExclusiveGateway(Choosing, defaults.ExclusiveGateway):
    """The first flow whose condition holds, else the default."""

    def _run_hook(self, token: Token) -> bool:
        if not self.choose(token, first_only=True) and self.cond_task_specs:
            raise self.nothing_true(token)
        return True


class InclusiveGateway(InclusiveJoin, Choosing, defaults.InclusiveGateway):
    """Every flow whose condition holds, else the default. A complex gateway splits the same way."""

    optional = False  # stands for conditional flows beside unconditional ones: none of them need be taken

    def _run_hook(self, token: Token) -> bool:
        if not self.choose(token, first_only=False) and self.cond_task_specs and not self.optional:
            raise self.nothing_true(token)
        return True


class ParallelGateway(ParallelJoin, Node, defaults.ParallelGateway):
    """All flows."""

    def _run_hook(self, token: Token) -> bool:
        return True


class QuantityGate(QuantityJoin, Node, SimpleBpmnTask):
    """Stands before an activity whose startQuantity is more than one."""
