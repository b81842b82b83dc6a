"""Python in the sandbox."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine import bpmn, clock, errors, feel
from engine.bpmn import sandbox
from engine.bpmn.sandbox import NotPython, Python, ScriptError

from .kit import Case, end, line, script, start


def test_expressions_and_scripts() -> None:
    assert Python().expression("n + 1")({"n": 1}) == 2
    assert Python().expression("${n > 1}")({"n": 2}) is True
    assert Python().script("n = n + 1\nm.append(n)")({"n": 1, "m": []}) == {"n": 2, "m": [2]}
    assert Python().script("import math\ndef half(x):\n    return x / 2\ny = half(math.floor(n))")({"n": 9}) == {
        "y": 4.5
    }


def test_our_own_objects_are_not_reached() -> None:
    data = {"m": [1]}
    Python().script("m.append(2)")(data)
    assert data == {"m": [1]}


def test_the_clock_is_the_engines_and_values_of_feel_are_understood() -> None:
    with clock.virtual(datetime(2026, 3, 2, 4, 0, tzinfo=UTC)):
        run = Python().script("import datetime\ntoday = str(datetime.datetime.now())")
        assert run({})["today"].startswith("2026-03-02 12:00")
    assert Python().expression("period")({"period": feel.YearMonth(14)}) == "P1Y2M"


@pytest.mark.parametrize(
    "text",
    [
        "open('{file}', 'w').write('x')",
        "open('/etc/passwd').read()",
        "eval(\"__import__('os').system('touch {file}')\")",
        "exec('import os; os.system(\"touch {file}\")')",
        "getattr((), '__cla' + 'ss__')",
        "x = unknown",
        "while True:\n    pass",
        "x = 'a' * 10 ** 10",
        "x = []\nwhile True:\n    x.append('a' * 1000)",
        "x = 2 ** 10 ** 9",
        "def f():\n    return f()\nf()",
        "import re\nre.match('(a+)+$', 'a' * 40 + 'b')\nwhile True:\n    pass",
        "raise SystemExit(3)",
        "1 / 0",
    ],
)
def test_what_must_not_be_done_is_an_error_in_good_time(text: str, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    began = time.monotonic()
    with pytest.raises(ScriptError):
        Python().script(text.replace("{file}", str(mark)))({})
    assert time.monotonic() - began < sandbox.KILL_AFTER + 1
    assert not mark.exists()


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.system('true')",
        "from subprocess import run",
        "from . import x",
        "x = ().__class__.__bases__",
        "class A:\n    pass",
        "with open('x') as f:\n    pass",
        "global x\nx = 1",
        "x = 1\ndel x",
        "1 +",
        "x\0y",
        "(" * 5_000 + "1" + ")" * 5_000,
        "x = " + "-" * 15_000 + "1",
        "x = a" + ".a" * 8_000,
        "x = '" + "a" * sandbox.MAX_TEXT + "'",
    ],
)
def test_what_can_be_told_at_deployment_is_told_then(text: str) -> None:
    with pytest.raises(NotPython) as refusal:
        Python().script(text)
    assert refusal.value.zh and refusal.value.en and len(refusal.value.en) < 300


def test_what_a_script_prints_is_heard_by_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    assert Python().script("print('secret')\nx = 1")({}) == {"x": 1}
    assert capfd.readouterr() == ("", "")


def test_one_script_leaves_nothing_for_the_next() -> None:
    Python().script("len = 5\nleft = 1")({})
    assert Python().expression("len([1, 2])")({}) == 2
    with pytest.raises(ScriptError):
        Python().expression("left")({})


def test_a_process_forked_after_a_script_has_run_refuses_instead_of_waiting() -> None:
    assert Python().expression("1 + 1")({}) == 2
    child = os.fork()
    if child == 0:
        try:
            Python().expression("2 + 2")({})
        except ScriptError:
            os._exit(0)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert Python().expression("3 + 3")({}) == 6, "the parent's workers are still there"


def test_a_variable_that_python_cannot_name_is_no_hindrance() -> None:
    assert Python().expression("n + 1")({"n": 1, "class": "x", "order no": 2, "": 3}) == 2


def test_compiling_a_script_makes_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_pools", {})
    Python().script("x = 1"), Python().expression("x > 1")
    assert sandbox._pools == {}


def test_a_process_may_be_written_in_python() -> None:
    body = start() + script("a", "n = n + 1").replace("<scriptTask", '<scriptTask scriptFormat="python"') + end()
    run = Case(body + line("s", "a", "e"), {"n": 1}, languages=bpmn.LANGUAGES)
    assert run.variables == {"n": 2} and run.effects.completed


def test_a_stopped_script_is_a_fault_of_its_task() -> None:
    body = start() + script("a", "while True: pass").replace("<scriptTask", '<scriptTask scriptFormat="python"') + end()
    with pytest.raises(errors.DiagramFault) as fault:
        Case(body + line("s", "a", "e"), languages=bpmn.LANGUAGES)
    assert fault.value.element == "a"
