"""Other engines on the same server, each in its better way: installed here, driven by the scripts beside this file.

One that cannot be had is named as skipped. Both keep every case in memory and write it down after each step; neither
can run the complaint, so that is only compared with storage in a row per task.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from tests.benchmarks.asked import Ask, at_least
from tests.benchmarks.cases import CASES, Case
from tests.benchmarks.contest import PATIENCE, Ran
from tests.benchmarks.rows import RowsSide
from tests.benchmarks.steps import SMALL, Contender, compare, naive_in, ours_in
from web.frontend_build import BuildFailed, find_node

HOME = Path("build/peers")
SCRIPTS = Path(__file__).parent
NPM = ("bpmn-engine@25.0.1", "bpmn-elements", "bpmn-moddle", "moddle-context-serializer", "pg")
PYPI = ("camunda-python==0.1.2", "psycopg[binary]")
FLEET = {"linear": 80, "gateway": 50}
ASKED = {"a row per task": 20, "bpmn-engine": 35, "camunda-python": 40}
CAMUNDA = ("camunda-python on PostgreSQL", "camunda-python on SQLite")


class Missing(RuntimeError):
    """An engine that cannot be had on this machine; says why."""


def measure(makers: dict[str, Callable[[], str]], *, rounds: int, small: bool) -> dict[str, Any]:
    """Two processes of ours against each, and what was skipped and why."""
    part = SMALL if small else 1
    contenders: dict[str, Contender] = {"ours": ours_in(2, part), "a row per task": naive_in(1, part, RowsSide)}
    skipped, others = {}, {}
    for names, find in (
        (("bpmn-engine",), lambda: _bpmn_engine(part)),
        (CAMUNDA, lambda: _camunda(part, makers["sqlite"])),
    ):
        try:
            others |= dict(zip(names, find(), strict=True))
        except (Missing, BuildFailed, subprocess.SubprocessError, OSError) as reason:
            skipped[names[0]] = str(reason)
            print(f"skipped: {names[0]}: {reason}")
    found = {
        case: compare(makers["postgresql"], case, contenders if case == "complaint" else contenders | others, rounds)
        for case in CASES
    }
    return {"cases": found, "skipped": skipped}


def asks(found: dict[str, Any]) -> list[Ask]:
    lines = []
    for case, row in found["cases"].items():
        times: dict[str, float] = row["times"]
        better = [times[name] for name in CAMUNDA if name in times]
        known = times | ({"camunda-python": min(better)} if better else {})
        lines += [
            at_least(f"{case}: two processes on PostgreSQL against {name}", limit, known[name])
            for name, limit in ASKED.items()
            if name in known
        ]
    return lines


def _given(case: Case, dialect: str, number: int) -> dict[str, Any]:
    diagram = case.diagram(dialect).decode()
    typed = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d"'
    diagram = diagram.replace(' id="d"', typed, 1)
    for tag in ("conditionExpression", "timeDuration"):
        diagram = diagram.replace(f"<bpmn:{tag}>", f'<bpmn:{tag} xsi:type="bpmn:tFormalExpression">')
    given = {
        "process": case.process,
        "variables": case.variables,
        "steps": case.steps,
        "timer_before": case.timer_before,
    }
    return given | {"diagram": diagram, "number": number}


def _run(command: list[str], given: dict[str, Any], where: Path) -> Ran:
    done = subprocess.run(
        command, input=json.dumps(given), capture_output=True, text=True, cwd=where, timeout=PATIENCE, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr[-2000:]}")
    return Ran(**json.loads(done.stdout.splitlines()[-1]))


def _install(command: list[str], where: Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd=where, timeout=PATIENCE, check=False)
    if done.returncode:
        raise Missing(f"{' '.join(command[:3])}: {done.stderr.strip().splitlines()[-1:]}")


# -- npm's bpmn-engine


def _bpmn_engine(part: float) -> Iterator[Contender]:
    node, npm = find_node()
    where = HOME / "npm"
    if not (where / "node_modules" / "pg").exists():
        where.mkdir(parents=True, exist_ok=True)
        _install([*npm, "install", "--no-audit", "--no-fund", "--prefix", ".", *NPM], where)

    def go(url: str, case: str) -> Ran:
        parts = make_url(url)
        database = {"host": parts.query["host"], "database": parts.database, "user": parts.username}
        given = _given(CASES[case], "js", int(FLEET[case] * part)) | {"database": database}
        return _run([*node, str(SCRIPTS / "bpmn_engine.mjs")], given, where)

    yield go


# -- PyPI's camunda-python


def _camunda(part: float, make_sqlite: Callable[[], str]) -> Iterator[Contender]:
    python = (HOME / "camunda").absolute() / "bin" / "python"
    if not python.exists() or subprocess.run([python, "-c", "import camunda, psycopg"], check=False).returncode:
        HOME.mkdir(parents=True, exist_ok=True)
        _install([_newer_python(), "-m", "venv", str(HOME.absolute() / "camunda")], HOME)
        _install([str(python), "-m", "pip", "install", "--quiet", *PYPI], HOME)

    def on(url: str, case: str) -> Ran:
        given = _given(CASES[case], "juel", int(FLEET[case] * part)) | {"url": url}
        return _run([str(python), str(SCRIPTS / "camunda_python.py")], given, HOME)

    yield on
    yield lambda _url, case: on(make_sqlite(), case)


def _newer_python() -> str:
    """A Python from 3.12 on: this one, on the path, or one that pyenv has. Raises Missing."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    names = [f"python3.{minor}" for minor in (12, 13, 14)]
    found = [shutil.which(name) for name in names] + [str(p) for n in names for p in sorted(pyenv.glob(f"*/bin/{n}"))]
    for python in (sys.executable, *filter(None, found)):
        check = "import sys, venv; raise SystemExit(sys.version_info < (3, 12))"
        if subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0:
            return python
    raise Missing("it needs Python 3.12 or newer, and none was found")
