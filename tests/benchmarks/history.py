"""Does a step cost more the longer a case has lived? CPU time of pass 200 of a loop against pass 2.

The cheapest pass of a window is compared: what neighbours on the machine add is never negative.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app import create_app
from engine import instances, store, tasks
from engine.db import db
from tests.conftest import KEYS
from tests.engine import kit

CASES, EARLY, LATE, WINDOW = 60, 2, 200, 12  # the cheapest of the WINDOW passes from EARLY and from LATE on


def loop() -> str:
    """A user task, a script that counts, and back again."""
    again = '<bpmn:exclusiveGateway id="again" name="再来？" default="f_again_e"/>'
    back = kit.flow("again", "a", "note = &quot;再来&quot;") + kit.flow("again", "e")
    count = kit.script("count", "{n: if n = null then 1 else n + 1}")
    return kit.process(
        "loop", kit.start(), kit.user("a"), count, again, kit.end(), kit.line("s", "a", "count", "again"), back
    )


def measure(make_database: Callable[[], str]) -> dict[str, Any]:
    """CPU milliseconds per step early and late, and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({**KEYS, "database_url": make_database(), "INSTANCE_PATH": Path(folder)})
        with app.app_context():
            db.create_all()
            kit.deploy(loop())
            open_tasks = [instances.start("loop", {}, actor="bench")["next"][0] for _ in range(CASES)]
            costs = []
            for _ in range(LATE + WINDOW):
                begin = time.process_time()
                values = {"note": "再来"}
                answers = [store.submit(tasks.completion(task, values, values, actor="bench")) for task in open_tasks]
                open_tasks = [answer.result()["next"][0] for answer in answers]
                costs.append((time.process_time() - begin) / CASES * 1000)
            app.extensions["banjie.door"].stop()
            db.engine.dispose()
    early = min(costs[EARLY - 1 : EARLY - 1 + WINDOW])
    late = min(costs[LATE - 1 : LATE - 1 + WINDOW])
    return {"early_ms": early, "late_ms": late, "ratio": late / early, "passes": LATE}
