"""The dry run: what only running shows ends as a finding, in time, and costs the house nothing."""

import resource
import time
from pathlib import Path

import pytest

from engine import bpmn, registry
from engine.definitions import bundles, read_bundle
from engine.feel.errors import FeelLimit
from engine.gate import dry_player, dry_run

from .draw import (
    FORM_FILE,
    boundary,
    diagram,
    end,
    flow,
    gateway,
    line,
    node,
    one,
    process,
    script,
    start,
    through,
    timer,
    user,
)

HOUSE = Path(__file__).parents[3]
PYTHON = {"scriptFormat": "python"}


def tried(content, **functions):
    return dry_run.run({"test.bpmn": content, "forms/note.json": FORM_FILE}, functions=functions)


def counting(condition):
    """A loop without a wait: one is added to n until the condition holds."""
    count = script("a", "{ n: if n = null then 1 else n + 1 }")
    ways = line("s", "m", "a", "g") + flow("g", "e", condition) + flow("g", "m")
    return one(start(), gateway("exclusive", "m"), count, gateway("exclusive", "g", default="g_m"), end(), ways)


def many(count):
    inner = node("multiInstanceLoopCharacteristics", "loop", f"<loopCardinality>{count}</loopCardinality>")
    return through(node("userTask", "a", inner, banjie__form="note", banjie__role="handler"))


def calling(one_calls, other_calls):
    def calls(name, called):
        step = node("callActivity", f"call_{name}", calledElement=called)
        ways = flow(f"s_{name}", f"call_{name}") + flow(f"call_{name}", f"e_{name}")
        return process(start(f"s_{name}"), step, end(f"e_{name}"), ways, id=name)

    return diagram(calls("one", one_calls), calls("two", other_calls))


HOSTILE = {
    "a script without an end": (through(script(text="while True:\n  x = 1", **PYTHON)), "a"),
    "a script that eats memory": (
        through(script(text="x = []\nwhile True:\n  x.append('a' * 100000)", **PYTHON)),
        "a",
    ),
    "a huge range": (through(script(text="{ x: count(for i in 1..1000000000 return i) }")), "a"),
    "a giant text": (through(script(text='{ x: string join(for i in 1..99999 return "一二三四五六七八九十") }')), "a"),
    "a loop without an end": (counting("n < 0"), "a"),
    "a billion instances": (many("1000000 * 1000"), "a"),
    "processes that call each other": (calling("two", "one"), None),
    "data that doubles": (
        one(start(), gateway("exclusive", "m"), script("a", '{ t: if t = null then "abcdefgh" else t + t + t + t }'),
            user("b"), end(), line("s", "m", "a", "b", "m")),
        None,
    ),
}  # fmt: skip


def cpu_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("what", HOSTILE)
def test_what_would_hurt_ends_as_a_finding_that_names_the_step(what):
    content, element = HOSTILE[what]
    before, spent = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, cpu_of_children()
    findings = tried(content)
    assert cpu_of_children() - spent < dry_run.SECONDS + 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000, "kilobytes: the house pays nothing"
    assert findings and all(f.severity == "error" and f.zh and f.en and f.mend_zh and f.mend_en for f in findings)
    assert {f.rule for f in findings} <= {"dry-run-endless", "dry-run-slow", "dry-run-killed"}
    assert element is None or element in {f.element for f in findings}


def test_a_step_that_takes_too_long_is_killed_with_all_it_started_and_named(monkeypatch, tmp_path):
    left = tmp_path / "left"
    inner = f"import time; time.sleep(2); open({str(left)!r}, 'w')"
    start_inner = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {inner!r}])"
    monkeypatch.setattr(dry_run, "PLAYER", f"{start_inner}; print('slow', flush=True); time.sleep(60)")
    monkeypatch.setattr(dry_run, "PATIENCE", 1.0)
    (finding,) = tried(through(user("slow"), via=("slow",)))
    assert finding.rule == "dry-run-slow" and finding.element == "slow"
    time.sleep(2)
    assert not left.exists()


def test_a_child_that_has_used_up_its_cpu_is_told_as_slow(monkeypatch):
    limit = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 2)); print('slow', flush=True)"
    monkeypatch.setattr(dry_run, "PLAYER", f"{limit}\nwhile True: pass")
    (finding,) = tried(through(user("slow"), via=("slow",)))
    assert finding.rule == "dry-run-slow" and finding.element == "slow"


def test_where_no_step_is_known_the_file_is_named_and_something_to_do(monkeypatch):
    monkeypatch.setattr(dry_run, "PLAYER", "import os; os.abort()")
    (alone,) = tried(through(user()))
    assert alone.file == "test.bpmn" and "test.bpmn" in alone.zh and "test.bpmn" in alone.en
    assert "这一步" not in alone.mend_zh and "再试一次" in alone.mend_zh and "try again" in alone.mend_en
    (both,) = dry_run.run({"a.bpmn": through(user()), "b.bpmn": through(user())}, functions={})
    assert both.file == "" and "整个部署包" in both.zh and "whole bundle" in both.en


def test_a_child_that_breaks_off_is_a_finding(monkeypatch):
    monkeypatch.setattr(dry_run, "PLAYER", "import os, sys; print('a', flush=True); os.abort()")
    (finding,) = tried(through(user()))
    assert finding.rule == "dry-run-killed" and finding.element == "a" and "“办理”" in finding.zh


@pytest.mark.parametrize("folder", bundles(HOUSE / "processes"), ids=lambda folder: folder.name)
def test_the_houses_own_bundles_pass(folder):
    import engine.hotline.functions  # noqa: F401 - registers what the diagrams call

    files = read_bundle(folder, HOUSE / "forms")
    assert dry_run.run(files, functions=registry.FUNCTIONS) == []


@pytest.mark.parametrize(
    "content",
    [
        through(user()),
        counting("n >= 100"),
        counting('n < 0 or state = "ready" or amount > 50'),
        through(script(text="{ x: unknown.part + 1, y: date(nothing) }")),
        through(script(text="x = nothing + 1", **PYTHON)),
        one(start(), user(), end(), end("e2"), boundary("b", "a", timer()), line("s", "a", "e"), flow("b", "e2")),
        many("3"),
    ],
)
def test_a_bundle_that_only_lacks_data_passes(content):
    assert tried(content) == []


def test_the_same_bundle_is_run_once(monkeypatch):
    runs = []
    monkeypatch.setattr(dry_run, "_play", lambda message: runs.append(message) or [])
    content = through(user("once"))
    assert tried(content) == tried(content) == [] and len(runs) == 1
    tried(content, deadline=registry.Function("deadline", ("a",), "", "", print))
    assert len(runs) == 2, "other functions make another run"


def test_a_bundle_without_diagrams_is_not_run(monkeypatch):
    monkeypatch.setattr(dry_run, "_play", lambda message: 1 / 0)
    assert dry_run.run({"notes.md": b""}, functions={}) == []


# -- the player itself, in this process ------------------------------------------------------------------------------
def played(content, functions=None):
    files = {"test.bpmn": content, "forms/note.json": FORM_FILE}
    return list(dry_player.Player(files, functions or {}).faults())


def test_every_stop_is_stored_and_restored(monkeypatch):
    assert played(through(user())) == []
    monkeypatch.setattr(bpmn, "decode", lambda program, blob: bpmn.start(program, {"other": 1})[0])
    assert ("dry-run-differs", "s", "", "") in played(through(user()))


def test_an_error_of_the_engine_is_told_and_names_the_step(monkeypatch):
    def breaks(*arguments):
        raise KeyError("inside")

    (fault, *_) = played(through(script(text="{ x: f() }")), {"f": breaks})
    assert fault[:2] == ("dry-run-broken", "a") and "KeyError" in fault[2]
    monkeypatch.setattr(bpmn, "complete", breaks)
    (fault, *_) = played(through(user("b"), via=("b",)))
    assert fault[:2] == ("dry-run-broken", "b")


def test_limits_and_failures_count_and_missing_data_does_not():
    fault = bpmn.limits.errors.DiagramFault("a", "x")
    assert list(dry_player._judged(fault, "b")) == []
    fault.__cause__ = FeelLimit(("多", "many"))
    assert [f[0] for f in dry_player._judged(fault, "b")] == ["dry-run-endless"]


def test_a_form_is_filled_with_samples_of_its_fields():
    fields = [
        {"type": "textfield", "key": "who"},
        {"type": "number", "key": "order.amount"},
        {"type": "checkbox", "key": "urgent"},
        {"type": "datetime", "key": "day", "subtype": "date"},
        {"type": "select", "key": "kind", "values": [{"value": "food", "label": "食品"}]},
        {"type": "checklist", "key": "many", "values": [{"value": "a", "label": "甲"}]},
        {"type": "group", "path": "order", "components": [{"type": "textfield", "key": "note"}]},
        {"type": "dynamiclist", "path": "rows", "components": [{"type": "number", "key": "n"}]},
        {"type": "text", "text": "看"},
    ]
    assert dry_player._filled(fields) == {
        "who": "样例", "order": {"amount": 1, "note": "样例"}, "urgent": True, "day": "2026-01-05", "kind": "food",
        "many": ["a"], "rows": [{"n": 1}],
    }  # fmt: skip
