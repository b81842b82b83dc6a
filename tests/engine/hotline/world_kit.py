"""Orders, matters and tasks as the engine would have written them, without the engine."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from engine.clock import SHANGHAI
from engine.db import transaction
from engine.hotline import organisation
from engine.hotline.models import Matter
from engine.hotline.roles import Viewer
from engine.models import ProcessInstance, UserTask
from tests.engine.hotline.conftest import deploy

NOW = datetime(2026, 5, 11, 10, tzinfo=SHANGHAI)


def viewer(name: str, roles: str, unit: str | None = "310104", *stands_for: Viewer) -> Viewer:
    return Viewer(name, unit, frozenset(roles.split()), stands_for)


class World:
    """Puts rows where they belong; every process has one version without a diagram."""

    def __init__(self) -> None:
        organisation.seed()
        self.ids = count(1)
        self.processes: dict[str, int] = {}

    def instance(self, process: str, key: str) -> int:
        if process not in self.processes:
            self.processes[process] = deploy(process, None)
        number = next(self.ids)
        with transaction() as session:
            session.add(
                ProcessInstance(
                    id=number, definition_id=self.processes[process], business_key=key, ver=1, status="running",
                    state=b"", seq=1, head=bytes(32), started=NOW,
                )
            )  # fmt: skip
        return number

    def matter(self, order_no: str, kind: str = "complaint", unit: str = "310104", nature: str = "投诉") -> int:
        number = self.instance(kind, f"{order_no}-{kind[0]}")
        with transaction() as session:
            session.add(
                Matter(
                    matter_no=f"{order_no}-{kind[0]}", order_no=order_no, instance_id=number, process=kind,
                    nature=nature, unit=unit, rule_version=121, rule_basis="received", state="in_progress",
                    received_at=NOW, dispatched_at=NOW,
                )
            )  # fmt: skip
        return number

    def task(self, instance: int, element: str, *, by: str | None = None, **fields: Any) -> int:
        """A task of that element: done by somebody (`by`), or open."""
        given: dict[str, Any] = {
            "token": 1, "name": element, "role": "handler", "unit": "310104", "status": "ready", "priority": 2,
            "created": NOW, "data": "{}",
        }  # fmt: skip
        if by:
            given |= {"status": "completed", "ended": NOW, "ended_by": by, "assignee": by}
        number = next(self.ids)
        with transaction() as session:
            session.add(UserTask(id=number, instance_id=instance, element=element, **(given | fields)))
        return number
