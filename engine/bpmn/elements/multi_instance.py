"""Multi-instance activities.

Replaces the bookkeeping of SpiffWorkflow's multi-instance tasks: it writes to shared specs at run time, has a
NameError with a cardinality and an existing output, ignores `behavior`, and merges every instance's copy of all data.

Every instance has variables of its own: the item, `loopCounter` (from 1) and whatever it writes. When it ends, what
it wrote goes to the scope, unless the results are collected: then only they do, in the order of the collection. The
completion condition may read numberOfInstances, numberOfCompletedInstances, numberOfActiveInstances and the variables
of the instance that has just ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults

from engine import errors

from .. import limits
from ..scripts import Formula
from ..task import READY, STARTED, Local, Token
from .boundary import BoundaryEvent
from .node import Node

COUNTER = "loopCounter"


class MultiInstance(Node):
    """The shell around the instances. The parser sets these attributes."""

    loops = True
    sequential = False
    count: Formula | None = None
    collection: Formula | None = None
    item: str | None = None
    collect: str | None = None
    collect_item: Formula | None = None
    ends_when: Formula | None = None
    behavior = "All"
    behavior_event: Any = None
    task_spec: str

    def _update_hook(self, token: Token) -> bool:
        items = self._items(token)
        token.internal_data.update(items=items, done=0, results=[None] * len(items))
        if not items:
            self._finish(token)
            return True
        token._set_state(STARTED)
        if self.sequential:
            self._start(token, 0)
        else:
            if len(items) > limits.MAX_TOKENS:
                raise limits.too_many_tokens(self.element)
            for index in range(len(items)):
                self._start(token, index)
        return False

    def _items(self, token: Token) -> list[Any]:
        if self.collection is not None:
            value = self.collection(token.data)
            if isinstance(value, (str, bytes)) or not isinstance(value, (Sequence, set, frozenset)):
                raise self._wrong(value, "list", "列表")
            return list(value)
        value = self.count(token.data) if self.count is not None else None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self._wrong(value, "whole number of instances", "不小于 0 的整数")
        if value > limits.MAX_STEPS:
            raise limits.too_many_tokens(self.element)
        return list(range(value))

    def _wrong(self, value: Any, wanted: str, wanted_zh: str) -> errors.DiagramFault:
        return errors.DiagramFault(
            self.element,
            f"the multi-instance marker of “{self.element}” needs a {wanted}, not {value!r:.60}",
            zh=f"“{self.element}”的多实例标记需要{wanted_zh}",
        )

    def _start(self, shell: Token, index: int) -> None:
        own: dict[str, Any] = {COUNTER: index + 1}
        if self.item is not None:
            own[self.item] = shell.internal_data["items"][index]
        spec = self._wf_spec.task_specs[self.task_spec]  # type: ignore[attr-defined]
        shell.workflow.plant(spec, parent=shell, memory={"index": index, "local": own})

    def instance_done(self, shell: Token, child: Token) -> None:
        """One instance has ended: keep its result, and start the next, or end."""
        memory = shell.internal_data
        memory["done"] += 1
        self._keep(shell, child)
        self._behave(shell)
        if memory["done"] == len(memory["items"]) or self._ends_early(shell, child):
            for other in shell.children:
                if other is not child and not other.task_spec.arms:
                    other.cancel()
            self._finish(shell)
            shell._set_state(READY)
        elif self.sequential:
            self._start(shell, memory["done"])

    def _keep(self, shell: Token, child: Token) -> None:
        if self.collect is not None:
            result = self.collect_item(child.data) if self.collect_item is not None else None
            shell.internal_data["results"][child.internal_data["index"]] = [result]
            return
        local = child._local
        if isinstance(local, Local):
            shell.data.update({k: v for k, v in local.own.items() if k not in (COUNTER, self.item)})

    def _ends_early(self, shell: Token, child: Token) -> bool:
        if self.ends_when is None:
            return False
        total, done = len(shell.internal_data["items"]), shell.internal_data["done"]
        active = sum(1 for other in shell.children if other is not child and not other.task_spec.arms)
        numbers = {
            "numberOfInstances": total,
            "numberOfCompletedInstances": done,
            "numberOfActiveInstances": active,
        }
        return self.ends_when.holds({**child.data, **numbers})

    def _finish(self, shell: Token) -> None:
        if self.collect is not None:
            shell.data[self.collect] = [result[0] for result in shell.internal_data["results"] if result is not None]

    def _behave(self, shell: Token) -> None:
        """`behavior` None throws the event at every instance's end, One at the first's; it never interrupts."""
        if self.behavior_event is None or not (self.behavior == "None" or shell.internal_data["done"] == 1):
            return
        for child in shell.children:
            spec = child.task_spec
            if isinstance(spec, BoundaryEvent) and self.behavior_event in spec.parts:
                spec.let_through(child, spec.parts.index(self.behavior_event))


class ParallelMultiInstance(MultiInstance, defaults.ParallelMultiInstanceTask):
    """All instances at once."""


class SequentialMultiInstance(MultiInstance, defaults.SequentialMultiInstanceTask):
    """One instance after the other."""

    sequential = True
