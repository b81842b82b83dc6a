"""The dry run: before a bundle is accepted, it is played once, in a child process that cannot hurt the house.

What. Each process is started from each of its starts and driven on for a while in virtual time, with empty and with
sample data: tasks are completed, jobs answered, awaited messages delivered, timers fired, and at every stop the
instance is stored and restored. The child has no database and calls no connector; registered functions answer with a
sample of their type. Its memory, its CPU time and the whole run are limited; beyond that it is killed.
Why. What a rule cannot see, running shows: a script without an end, data that grows without bounds, a step that
cannot be stored.
Mend. Follow the finding: it names the step that was being done.

试运行：规则检查通过后，在受限的子进程里用样例数据把流程走一遍；死循环、无限增长的数据、无法保存的步骤，部署前就会发现。
"""

from __future__ import annotations

import base64
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from engine.errors import Finding
from engine.gate import bundle as bundles
from engine.gate.bundle import Bundle
from engine.gate.finding import found, in_file
from engine.gate.model import At

SECONDS = 5  # of CPU: what a bundle costs is not what a busy machine makes of it
PATIENCE = 60.0  # seconds of the wall clock, for a child that waits instead of working
SPENT = getattr(signal, "SIGXCPU", None)  # what a system that counts CPU ends it with
MEMORY = 1 << 30  # bytes of address space, the interpreter included
PLAYER = "from engine.gate.dry_player import main; main()"
ROOT = Path(__file__).resolve().parents[2]
KILLED = ("dry-run-slow", "dry-run-killed")
SAID = {
    "dry-run-endless": (
        "{it}超出了引擎的限度：",
        "{it} goes beyond the engine's limits: ",
        "给循环一个必定达到的终点，减少数据量和重复次数",
        "give the loop an end it must reach; lessen the data and the repetitions",
    ),
    "dry-run-slow": (
        f"试运行{{it}}时用去 {SECONDS} 秒计算时间仍未完成，已强行停止",
        f"the dry run of {{it}} was killed: it took more than {SECONDS} seconds of computing",
        "检查这一步的脚本、表达式、重复次数和循环",
        "look at the script, expressions, repetitions and loops of this step",
    ),
    "dry-run-killed": (
        "试运行{it}时耗尽内存或异常中止",
        "the dry run of {it} ran out of memory or broke off",
        "检查这一步产生的数据量和重复次数",
        "look at how much data and how many repetitions this step makes",
    ),
    "dry-run-broken": (
        "引擎执行{it}时出错：",
        "the engine failed at {it}: ",
        "请把文件交给开发人员查看",
        "hand the file to the developers",
    ),
    "dry-run-differs": (
        "{it}处保存的流程状态恢复后不一致",
        "an instance stored at {it} is another one when it is restored",
        "请把文件交给开发人员查看",
        "hand the file to the developers",
    ),
}
AGAIN = (  # where no step is known: nothing to look at, but something to do
    "再试一次；仍然如此，把流程拆成几个部署包分别部署，或请开发人员查看",
    "try again; if it stays so, deploy the processes in several bundles, or ask the developers",
)


def run(files: Mapping[str, bytes], *, functions: Mapping[str, Any]) -> list[Finding]:
    """What a dry run of a bundle the gate has passed finds; only errors. The same bundle is run once per process.

    `functions` are those of the registry: only their names and result types are used.
    """
    if not any(bundles.kind(path) == bundles.DIAGRAM for path in files):
        return []
    wanted = {name: getattr(function, "result", None) for name, function in functions.items()}
    order = {
        "functions": wanted,
        "files": {path: base64.b64encode(data).decode() for path, data in sorted(files.items())},
    }
    message = orjson.dumps(order, option=orjson.OPT_SORT_KEYS)
    faults = _known.get(digest := hashlib.sha256(message).digest())
    if faults is None:
        faults = _play(message)
        if not any(code in KILLED for code, *_ in faults):  # that may have been the machine's fault: tried again
            _known[digest] = faults
        while len(_known) > 500:
            _known.pop(next(iter(_known)))
    return [_finding(files, *fault) for fault in faults]


_known: dict[bytes, list[tuple[str, str | None, str, str]]] = {}


def _play(message: bytes) -> list[tuple[str, str | None, str, str]]:
    """Run the child over the bundle and hear what it says: faults as (code, element, zh, en)."""
    child = subprocess.Popen(
        [sys.executable, "-c", PLAYER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONUTF8": "1"},
        start_new_session=True,
    )
    code = "dry-run-killed"
    try:
        said, _ = child.communicate(message, timeout=PATIENCE)
        if SPENT and child.returncode == -SPENT:
            code = "dry-run-slow"
    except subprocess.TimeoutExpired:
        code = "dry-run-slow"
        _kill(child)
        said, _ = child.communicate()
    finally:
        _kill(child)  # and whatever it has started
    lines = [line for line in said.split(b"\n") if line]
    if lines and lines[-1].startswith(b"["):
        return [tuple(fault) for fault in orjson.loads(lines[-1])]
    return [(code, lines[-1].decode() if lines else None, "", "")]


def _kill(child: subprocess.Popen[bytes]) -> None:
    try:
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    except (ProcessLookupError, PermissionError):
        pass  # it has ended


def _finding(files: Mapping[str, bytes], code: str, element: str | None, zh: str, en: str) -> Finding:
    said_zh, said_en, mend_zh, mend_en = SAID[code]
    diagrams = _bundle(tuple(sorted(files.items()))).diagrams
    for diagram in diagrams:
        if element is not None and (thing := diagram.by_id.get(element)) is not None:
            return found(code, At(diagram.file, thing), said_zh + zh, said_en + en, mend_zh, mend_en)
    if code in KILLED:
        mend_zh, mend_en = AGAIN
    only = diagrams[0].file if len(diagrams) == 1 else ""
    it = (f" {only} ", only) if only else ("整个部署包", "the whole bundle")
    return in_file(code, only, said_zh.format(it=it[0]).strip() + zh, said_en.format(it=it[1]) + en, mend_zh, mend_en)


@lru_cache(maxsize=1)
def _bundle(files: tuple[tuple[str, bytes], ...]) -> Bundle:
    return bundles.read(dict(files), {}, (), (), None)
