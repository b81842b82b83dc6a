"""Standard loops.

Replaces the bookkeeping of SpiffWorkflow's StandardLoopTask: it connects itself to a shared spec at run time and
merges copies of data. Here the shell's token counts and the iterations run in the scope's own variables.
"""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs import defaults

from ..scripts import Formula
from ..task import READY, STARTED, Token
from .node import Node


class StandardLoop(Node, defaults.StandardLoopTask):
    """The shell around a looping activity."""

    loops = True
    condition: Formula | None
    maximum: int | None
    test_before: bool

    def _update_hook(self, token: Token) -> bool:
        token.internal_data["count"] = 0
        if self.test_before and not self._again(token):
            return True
        token._set_state(STARTED)
        self._iterate(token)
        return False

    def _again(self, token: Token) -> bool:
        if self.maximum is not None and token.internal_data["count"] >= self.maximum:
            return False
        return self.condition is None or self.condition.holds(token.data)

    def _iterate(self, shell: Token) -> None:
        shell.workflow.plant(self._wf_spec.task_specs[self.task_spec], parent=shell)

    def instance_done(self, shell: Token, child: Token) -> None:
        """One iteration has ended."""
        shell.internal_data["count"] += 1
        if self._again(shell):
            self._iterate(shell)
        else:
            shell._set_state(READY)
