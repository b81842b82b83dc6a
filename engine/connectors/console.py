"""The connector for development: it writes a line to the log instead of telling an outside system.

`platform` (the national 12315 platform) and `notify` (a reminder to a
colleague) are console connectors until the bureau's own are plugged in under the same names.
"""

from __future__ import annotations

import logging
from typing import Any

from engine import registry

log = logging.getLogger("banjie.console")


def _print(name: str, zh: str, en: str) -> None:
    @registry.connector(name, zh, en)
    def send(payload: dict[str, Any], job_id: int) -> dict[str, Any]:
        log.info("connector %s job %d: %s", name, job_id, ", ".join(sorted(payload)))  # keys only: no personal data
        return {"sent": True, "job": job_id}


_print("console", "控制台（开发用）", "Console (for development)")
_print("platform", "全国12315平台同步（控制台）", "National 12315 platform (console)")
_print("notify", "提醒同事（控制台）", "Reminders to colleagues (console)")
