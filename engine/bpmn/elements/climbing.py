"""Errors, escalations and cancels: who catches them.

Replaces SpiffWorkflow's event manager for these events. It offers them to every waiting task of a workflow, so that an
error is caught by neighbours of its thrower; BPMN lets it climb through the scopes around the thrower only: first the
boundary of the activity, then event sub-processes of the scope, then the activity that holds the scope, and so on.
"""

from __future__ import annotations

from typing import Any

from ..task import WAITING, Token

Catcher = tuple[Token, int]  # a waiting token and the index of its part


def climb(thrower: Token, definition: Any) -> bool:
    """Hand the event to the nearest catcher; False if there is none up to the top."""
    token: Token | None = thrower
    while token is not None:
        found = _on_boundary(token, definition) or _in_scope(token, definition)
        if found:
            catcher, slot = found[0]
            catcher.task_spec.trigger(catcher, slot)
            return True
        token = token.workflow.parent_token
    return False


def _on_boundary(token: Token, definition: Any) -> list[Catcher]:
    parent = token.parent
    while parent is not None and parent.task_spec.loops:
        token, parent = parent, parent.parent
    return _matching([child for child in token.children if child.task_spec.arms], definition)


def _in_scope(token: Token, definition: Any) -> list[Catcher]:
    return _matching([other for other in token.workflow.tasks.values() if other.task_spec.listens], definition)


def _matching(tokens: list[Token], definition: Any) -> list[Catcher]:
    """The one that names the code before the one that takes all."""
    found = [
        (token, slot)
        for token in tokens
        if token._state == WAITING
        for slot, part in enumerate(token.task_spec.parts)
        if token.internal_data["open"][slot] is not None and part == definition
    ]
    return sorted(found, key=lambda catcher: getattr(catcher[0].task_spec.parts[catcher[1]], "code", None) is None)
