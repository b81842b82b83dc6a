"""Embedded sub-processes, transactions and call activities.

Replaces how SpiffWorkflow's SubWorkflowTask moves data and starts: deep copies in and out at every border,
callbacks that a restored instance must connect again, recursion while starting. An embedded sub-process shares its
parent's variables; a call activity has its own: without inputs it reads its caller's through, without outputs all
it has written comes back when it ends, so that nothing another branch has written meanwhile is undone.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults

from .. import extensions
from ..task import READY, STARTED, Local, Token
from .node import Node


class SubProcess(Node):
    """A token that stays while the scope it has opened runs."""

    spec: str

    def _update_hook(self, token: Token) -> None:
        token._set_state(STARTED)
        token.workflow.top_workflow.create_subprocess(token, self.sub_spec(token)).begin()

    def sub_spec(self, token: Token) -> str:
        """The name of the spec to run."""
        return self.spec

    def variables(self, token: Token) -> Any:
        """The variables of the scope inside."""
        return token.data

    def inside_done(self, token: Token, inside: Any) -> None:
        """The scope inside has come to its end."""
        token._set_state(READY)

    def leave(self, token: Token) -> None:
        inside = token.workflow.top_workflow.subprocesses.pop(token.id, None)
        if inside is not None and (inside.done or "" in inside.spec.compensation):
            token.internal_data.update(nested=inside.done, own=inside.spec.compensation.get(""))

    def _on_cancel(self, token: Token) -> None:
        inside = token.workflow.top_workflow.subprocesses.pop(token.id, None)
        if inside is not None:
            inside.cancel()


class EmbeddedSubProcess(SubProcess, defaults.SubWorkflowTask):
    """A sub-process drawn inside its parent; event and ad-hoc sub-processes too."""


class Transaction(SubProcess, defaults.TransactionSubprocess):
    """A transaction."""


class CallActivity(SubProcess, defaults.CallActivity):
    """Runs another process of the bundle inside this instance."""

    def variables(self, token: Token) -> MutableMapping[str, Any]:
        inputs = self.extensions.inputs
        return extensions.evaluate(inputs, token.data) if inputs else Local({}, token.data)

    def inside_done(self, token: Token, inside: Any) -> None:
        outputs, variables = self.extensions.outputs, inside.variables
        if outputs:
            token.data.update(extensions.evaluate(outputs, variables))
        else:
            token.data.update(variables.own if isinstance(variables, Local) else variables)
        super().inside_done(token, inside)
