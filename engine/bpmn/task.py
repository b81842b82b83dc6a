"""A token: SpiffWorkflow's task, without what makes it slow or forgetful in long-running cases.

Ids are small integers counted per instance, no log records are written, time is never read, and data belongs to the
scope (process or sub-process), as BPMN says, not to the token. SpiffWorkflow copies all data from task to task and
merges copies at joins, so that what one branch learns stays unknown to the others and the last copy hides newer
values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

FUTURE, WAITING, READY, STARTED = TaskState.FUTURE, TaskState.WAITING, TaskState.READY, TaskState.STARTED
COMPLETED, CANCELLED, FINISHED = TaskState.COMPLETED, TaskState.CANCELLED, TaskState.FINISHED_MASK


class Local(MutableMapping[str, Any]):
    """Variables of one multi-instance iteration or compensation: reads fall through to the scope, writes stay here."""

    __slots__ = ("outer", "own")

    def __init__(self, own: dict[str, Any], outer: Mapping[str, Any]) -> None:
        self.own, self.outer = own, outer

    def __getitem__(self, name: str) -> Any:
        return self.own[name] if name in self.own else self.outer[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.own[name] = value

    def __delitem__(self, name: str) -> None:
        del self.own[name]

    def __contains__(self, name: object) -> bool:
        return name in self.own or name in self.outer

    def __iter__(self) -> Iterator[str]:
        return iter({**dict.fromkeys(self.outer), **dict.fromkeys(self.own)})

    def __len__(self) -> int:
        return len(set(self.outer) | set(self.own))


class Token(Task):
    """One token. `origin` names the spec it came from, which is how a join tells its inputs apart.

    `internal_data` is what the token's element remembers between steps and is stored with the state: plain JSON plus
    the types the codec knows. A key "local" in it holds the token's own variables.
    """

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: Token | None = None,
        origin: str | None = None,
        memory: dict[str, Any] | None = None,
        id: int | None = None,
        state: int = FUTURE,
    ) -> None:
        instance = workflow.top_workflow
        if id is None:
            id = instance.next_id
            instance.next_id = id + 1
        self.id, self.workflow, self.task_spec, self.origin = id, workflow, task_spec, origin
        self._parent: int | None = None
        self._children: list[int] = []
        self._state, self.triggered, self.thread_id, self.last_state_change = state, False, 0, 0
        self.internal_data = memory if memory is not None else {}
        if parent is not None:
            self._parent = parent.id
            parent._children.append(id)
        local = self.internal_data.get("local")
        self._local = (
            Local(local, parent.data if parent is not None else workflow.variables) if local is not None else None
        )
        workflow.tasks[id] = self
        if state != FUTURE:
            workflow.moved(self, FUTURE, state)

    @property
    def data(self) -> MutableMapping[str, Any]:
        """The variables this token sees."""
        return self._local if self._local is not None else self.workflow.variables

    @property
    def children(self) -> list[Token]:
        tasks = self.workflow.tasks
        return [tasks[child] for child in self._children if child in tasks]

    @property
    def element(self) -> str | None:
        """The diagram element this token stands on or, for a helper of ours, belongs to."""
        return self.task_spec.element

    def _inherit_data(self) -> None:
        """Data is the scope's: there is nothing to inherit."""

    def _set_state(self, value: int) -> None:
        old = self._state
        if value != old:
            self._state = value
            self.workflow.moved(self, old, value)

    def run(self) -> bool | None:
        """Run the element. None leaves the token started; an event the element threw may have cancelled the token."""
        result = self.task_spec._run(self)
        if self._state & FINISHED:
            return result
        if result is None:
            self._set_state(STARTED)
        else:
            self.complete()
        return result

    def cancel(self) -> None:
        """End this token and what hangs on it: armed boundary events, loop instances, a running sub-process."""
        if self._state & FINISHED:
            return
        for child in self.children:
            child.cancel()
        self._set_state(CANCELLED)
        self.task_spec._on_cancel(self)
        self.workflow.forget(self)

    def absorb(self) -> None:
        """Take this token out because it has gone into another one at a join."""
        self.workflow.note(self, "joined")
        self._state = CANCELLED
        self.workflow.forget(self)

    def detach(self) -> None:
        """Let this token outlive the token it hangs on."""
        parent = self.parent
        if parent is not None:
            parent._children.remove(self.id)
        self._parent = None
