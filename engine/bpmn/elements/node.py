"""What every element has in common: a token arrives, runs, leaves, and plants its successors.

Replaces SpiffWorkflow's prediction and update cycle (`_predict`, `_update`, `_on_complete`). SpiffWorkflow grows the
tree of everything that might happen before it happens, walks it on every completion, and recurses along the diagram.
Here a token appears when it arrives and is forgotten when it has left, so neither time nor state grows with the
history.
"""

from __future__ import annotations

from typing import Any

from ..effects import Wait
from ..extensions import Extensions
from ..task import Token

NOTHING = Extensions()


class Node:
    """Mixed into every task spec before SpiffWorkflow's class. The parser sets the attributes, nothing else does."""

    boundary: tuple[Any, ...] = ()  # specs of the boundary events on this activity
    targets: tuple[Any, ...] = ()  # specs the outgoing flows lead to
    flows: dict[str, str] = {}  # target spec name -> id of the sequence flow
    extensions: Extensions = NOTHING
    clocks: tuple[tuple[str, str], ...] = ()
    copies_in: tuple[tuple[str, str], ...] = ()  # data associations: (from, to)
    copies_out: tuple[tuple[str, str], ...] = ()
    completion_quantity = 1
    element: str | None = None  # the diagram element this spec is, or belongs to
    path_id: str | None = None  # how the history names it; None for our own helpers
    parts: tuple[Any, ...] = ()  # the events it waits for or throws
    waits_as_join = False  # to be looked at again whenever another token has left
    arms = False  # waits beside the flow: its history begins when it fires
    listens = False  # does not keep its scope alive
    loops = False  # runs its activity several times
    polled = False  # waits for a condition

    # -- SpiffWorkflow's cycle --------------------------------------------------------------------------------
    def test(self) -> None:
        """Checked when the diagram is loaded."""

    def _predict(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is predicted."""

    def _update(self, token: Token) -> None:
        if self.copies_in:
            copy(token, self.copies_in)
        if self._update_hook(token):
            token._ready()

    def _update_hook(self, token: Token) -> bool | None:
        """Whether the token, which has just arrived, may run at once."""
        return True

    def _on_ready(self, token: Token) -> None:
        self._on_ready_hook(token)

    def _on_ready_hook(self, token: Token) -> None:
        """What happens when the token becomes ready."""

    def _run(self, token: Token) -> bool | None:
        return self._run_hook(token)

    def _run_hook(self, token: Token) -> bool | None:
        """The element's work. None leaves the token started: something will bring it back."""
        return True

    def _on_complete(self, token: Token) -> None:
        self.leave(token)
        if self.copies_out:
            copy(token, self.copies_out)
        for child in token.children:
            child.cancel()
        parent = token.parent
        if parent is not None and parent.task_spec.loops:
            parent.task_spec.instance_done(parent, token)
        else:
            self.spawn(token)
        token.workflow.left(token)

    def _on_cancel(self, token: Token) -> None:
        """What else ends with the token."""

    # -- ours -------------------------------------------------------------------------------------------------
    def leave(self, token: Token) -> None:
        """What happens when the token leaves, before its successors appear."""

    def spawn(self, token: Token) -> None:
        """Plant the successors."""
        for _ in range(self.completion_quantity):
            for spec in self.targets:
                self.follow(token, spec)

    def follow(self, token: Token, spec: Any) -> None:
        """Let a token go along the flow to `spec`."""
        workflow = token.workflow
        flow = self.flows.get(spec.name)
        if flow is not None:
            workflow.top_workflow.effects.path.append([flow, "taken"])
        workflow.plant(spec, origin=self.name)  # type: ignore[attr-defined]

    def waits(self, token: Token, full: bool = True) -> list[Wait]:
        """What the token waits for now; without `full` only what identifies each wait."""
        return []


def copy(token: Token, pairs: tuple[tuple[str, str], ...]) -> None:
    """Data associations. One that is drawn but never written is documentation."""
    data = token.data
    for source, target in pairs:
        if source in data:
            data[target] = data[source]
