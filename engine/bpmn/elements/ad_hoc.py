"""Ad-hoc sub-processes.

Replaces SpiffWorkflow's AdHocSubprocessSpec, which crashes without a completion condition and never sees `ordering`.
The activities without incoming flow start at once, or one after the other when the ordering is sequential (the
diagram is rewritten so when it is read). After every activity the completion condition is asked.
"""

from __future__ import annotations

from ..task import Token


def check(token: Token) -> None:
    """An activity of the scope has ended: end the scope if its completion condition says so."""
    workflow = token.workflow
    condition, cancels_rest = workflow.spec.completion
    if token.task_spec.path_id is not None and cancels_rest and condition.holds(workflow.variables):
        for other in list(workflow.tasks.values()):
            other.cancel()
