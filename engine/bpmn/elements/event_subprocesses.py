"""Event sub-processes.

Replaces SpiffWorkflow's `trigger_specs` and EventSubprocess. There one started by an error, escalation or
compensation runs at once without its event, an interrupting one lets its scope go on, and a conditional one never
starts. Here each scope plants a listener for every event sub-process; a listener does not keep its scope alive.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent

from ..task import Token
from .catching import Catching


class Listener(Catching, CatchingEvent, BpmnTaskSpec):
    """Waits, from the start of its scope, for the start event of an event sub-process."""

    arms = listens = True

    def __init__(self, wf_spec: Any, name: str, event_definition: Any, interrupting: bool) -> None:
        super().__init__(wf_spec, name, event_definition)
        self.interrupting = interrupting

    def goes_on(self, part: Any) -> bool:
        return not self.interrupting and (part.repeats or part.cycles) and not self.parallel

    def _on_ready_hook(self, token: Token) -> None:
        if self.interrupting:
            for other in list(token.workflow.tasks.values()):
                if other is not token:
                    other.cancel()
