"""Mark the process as executable.

What. A process with steps that says `isExecutable="false"`, or nothing, where no process of the bundle says that it is
executable, is marked as executable. A public process is made private with it.
Why. Modelers for documentation (Signavio, Bizagi, older Camunda Modelers) leave the mark out; without it nothing can
be started. The steps are judged by the gate only then, so more findings may show.
Before. `<process id="p" isExecutable="false">`
After. `<process id="p" isExecutable="true">`

标为可执行：部署包里没有可执行的流程时，把有步骤的流程标为 isExecutable="true"。
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.model import Process

KIND = "executable"


def find(desk: Desk) -> Iterator[Fix]:
    """Processes that could run and do not say so."""
    nobody = not any(process.element.get("isExecutable") == "true" for _, process in desk.processes)
    for sheet, process in desk.processes:
        said = process.element.get("isExecutable")
        if said == "true" or not process.scopes[0].nodes or not (nobody or said is None):
            continue
        made = fix(
            KIND,
            sheet.file,
            process.element,
            partial(_mark, sheet.page, process),
            zh="把{it}标为可执行",
            en="mark {it} as executable",
            before=f'isExecutable="{said}"' if said else "",
            after='isExecutable="true"',
            rule="nothing-executable" if nobody and said else "executable-unsaid",
        )
        whole = made.offer.rule == "nothing-executable"  # which the gate says of the file
        yield replace(made, offer=replace(made.offer, element=None)) if whole else made


def _mark(page: Page, process: Process) -> None:
    page.set(process.element, "isExecutable", "true")
    if process.element.get("processType") == "Public":
        page.set(process.element, "processType", "Private")
