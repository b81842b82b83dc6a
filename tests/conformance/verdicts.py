"""One mutant judged: what the gate says, what the engine says, and how its processes play.

The defects looked for: the gate raises, a rule of it fails, or it takes too long; the engine cannot load, or fails
while it plays, what the gate passed, other than for reasons that lie in the data; an instance that is stored and
restored differs; a case that stands still, waits for nothing, and no finding has said that it may.
"""

from __future__ import annotations

import json
import random
import re
import resource
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from engine import bpmn, clock, dmn, errors, feel, forms, gate, programs, registry, xml
from engine.bpmn import limits
from engine.bpmn.times import NotATime
from engine.gate.elements import BPMN
from engine.gate.rules import RULES, standard

from .adapter import EPOCH, Host, StepLimit

Files = dict[str, bytes]
GATE_SECONDS = 5.0
STEPS = 120  # elements one play may run
ROLES = {"clerk", "operator", "handler", "case_officer", "reviewer", "coordinator", "section", "leader", "seal_keeper"}
CONNECTORS = {"notify", "notice", "platform"}
BY_DATA = (
    feel.FeelError,
    errors.BanjieError,
    NotATime,
)  # reasons that lie in what a case holds, not in the diagram's reading
_TOLD = {"deadlock-possible", "runs-twice", "runs-many"}
NAME = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w]*")
LANGUAGE_FAULTS = ("ScriptError", "MontyRuntimeError")


def _later(*given: Any) -> datetime:
    """Stands for the functions the domain registers."""
    return EPOCH + timedelta(days=5)


FUNCTIONS = dict.fromkeys(("deadline", "working_days", "rule_version", "rule_on"), _later)


@contextmanager
def _stood_in() -> Iterator[None]:
    """The registry with the stand-ins in it; afterwards it is as it was, for whoever else lives in this process."""
    before = dict(registry.FUNCTIONS)
    for name, call in FUNCTIONS.items():
        registry.function(name, (), "", "")(call)
    try:
        yield
    finally:
        registry.FUNCTIONS.clear()
        registry.FUNCTIONS.update(before)


def judge(files: Files, index: int, told: bool = False) -> dict[str, Any]:
    """The verdict over one bundle: how it ended, its defects, the rules that refused it, memory used now.

    bpmnlint's rules only ever warn and take longer than all others together: they see every twentieth mutant.
    """
    found = _Found(told)
    with _stood_in():
        end = _judge(files, index, found)
    return {
        "end": "defect" if found.defects else end,
        "defects": sorted(set(found.defects)),
        "rules": found.rules,
        "memory": _memory() if index % 1_000 == 999 else 0,
    } | ({"told": found.told} if told else {})


class _Found:
    """What has been found out so far."""

    def __init__(self, told: bool) -> None:
        self.defects: list[str] = []
        self.rules: list[str] = []
        self.telling, self.told = told, list[str]()

    def defect(self, what: str, problem: BaseException | None = None) -> None:
        if problem is not None:
            what = f"{what}: {_where(problem)}"
            if self.telling:
                self.told += traceback.format_exception(problem)
        self.defects.append(what)

    def tell(self, what: object) -> None:
        if self.telling:
            self.told.append(str(what))


def _judge(files: Files, index: int, found: _Found) -> str:
    began = time.monotonic()
    gate.RULES = tuple(rule for rule in RULES if rule is not standard or index % 20 == 0)
    try:
        report = gate.check(files, functions=FUNCTIONS, connectors=CONNECTORS, roles=ROLES)
    except Exception as problem:
        found.defect("the gate raises", problem)
        return "defect"
    if time.monotonic() - began > GATE_SECONDS and _spent_on(files) > GATE_SECONDS:
        found.defect("the gate is slow")
    found.tell(report.text("en"))
    found.rules = sorted({finding.rule for finding in report.errors})
    for finding in report.findings:
        if finding.rule in ("gate-fault", "engine-refuses"):
            found.defect(f"{finding.rule}: {finding.en.removeprefix('the engine cannot load the diagrams: ')[:60]}")
    loaded = _load(files, report, found)
    if loaded is None or not report.ok:
        return "refused"
    _ask_decisions(files, index, found)
    return _play(files, loaded, report, index, found)


def _spent_on(files: Files) -> float:
    """Seconds of processor time the gate takes: on a busy machine the wall says little."""
    began = time.process_time()
    gate.check(files, functions=FUNCTIONS, connectors=CONNECTORS, roles=ROLES)
    return time.process_time() - began


def _load(files: Files, report: gate.Report, found: _Found) -> dict[str, bpmn.Program] | None:
    """The programs. The product's own way where the gate has passed the bundle, else the engine's alone."""
    try:
        if report.ok:
            return programs.load(files)
        diagrams = {name: data for name, data in files.items() if name.endswith(".bpmn")}
        return bpmn.load(
            diagrams, functions=FUNCTIONS, decide=lambda name, data: {}, form_keys={}, languages=bpmn.LANGUAGES
        )
    except errors.DiagramRefused as refused:
        if report.ok:
            found.defect(f"refused after the gate: {sorted({finding.rule for finding in refused.findings})}")
        else:
            found.rules += [f"engine:{rule}" for rule in sorted({finding.rule for finding in refused.findings})]
    except Exception as problem:
        found.defect("loading fails" if report.ok else "loading what is refused fails", problem)
    return None


def _ask_decisions(files: Files, index: int, found: _Found) -> None:
    """Every decision answers, or says why not."""
    for name, data in sorted(files.items()):
        if name.endswith(".dmn"):
            model = dmn.load(data, FUNCTIONS)
            values = _values(files, random.Random(index))
            for decision in sorted(model.decisions):
                try:
                    json.dumps(dmn.decide(model, decision, values).explained())
                except (dmn.DmnError, feel.FeelError):
                    continue
                except Exception as problem:
                    found.defect("a decision fails", problem)


# -- play -----------------------------------------------------------------------------------------------------------
def _play(files: Files, loaded: dict[str, bpmn.Program], report: gate.Report, index: int, found: _Found) -> str:
    ended = []
    before, limits.MAX_STEPS = limits.MAX_STEPS, 2_000  # a loop without a rest is told sooner
    try:
        for key, element in _beginnings(loaded):
            dice = random.Random(f"{index}:{key}:{element}")
            with clock.virtual(EPOCH) as now:
                ended.append(_Play(loaded, now, files, dice, found).play(key, element, report))
    finally:
        limits.MAX_STEPS = before
    return min(ended, key=["fault", "limit", "waiting", "completed"].index, default="nothing to start")


def _beginnings(loaded: dict[str, bpmn.Program]) -> Iterator[tuple[str, str | None]]:
    """Each process by itself, and by its start events that something triggers; at most six."""
    found: list[tuple[str, str | None]] = [(key, None) for key in loaded]
    found += [(key, start.element) for key, program in loaded.items() for start in program.starts if start.name]
    yield from found[:6]


class _Play(Host):
    """An instance, and those it starts, played to an end with random answers; watched at every stop."""

    def __init__(
        self, loaded: dict[str, bpmn.Program], now: clock.Virtual, files: Files, dice: random.Random, found: _Found
    ) -> None:
        super().__init__(loaded, now, self._fill, "complete", True, STEPS)
        self.files, self.dice, self.found, self.values = files, dice, found, _values(files, dice)
        self.schemas = {
            programs.form_name(name): json.loads(data) for name, data in files.items() if programs.is_form(name)
        }

    def play(self, key: str, element: str | None, report: gate.Report) -> str:
        try:
            self.start(key, self.values, element)
            self.pump()
            self.let_time_pass(0)
            ended = all(instance.completed for instance in self.instances)
            self._end(report)
        except StepLimit:
            return "limit"
        except errors.DiagramFault as fault:
            self.found.tell(f"fault at {fault.element}: {fault}")
            cause = fault.__cause__
            if not (cause is None or isinstance(cause, BY_DATA) or type(cause).__name__ in LANGUAGE_FAULTS):
                self.found.defect("fails while it plays", cause)
            return "fault"
        except Exception as problem:
            self.found.defect("the play breaks", problem)
            return "fault"
        return "completed" if ended else "waiting"

    def handle(self, index: int, wait: bpmn.Wait) -> bool:
        """Some tasks are left alone for now, some jobs fail."""
        if wait.kind == "task" and self.dice.random() < 0.15:
            return False
        if wait.kind == "job" and self.dice.random() < 0.3:
            effects = bpmn.fail_job(self.instances[index], wait.token, self.dice.choice([None, "E1", "R1"]), "failed")
            if effects is not None:
                self.step(index, effects)
                return True
        return super().handle(index, wait)

    def step(self, index: int, effects: bpmn.Effects) -> None:
        before = self.instances[index]
        super().step(index, effects)
        after = self.instances[index]
        self.steps += len(bpmn.waits(after)) // 100  # a crowd takes its size to watch, at every step
        for what, view in (("waits", bpmn.waits), ("variables", bpmn.variables), ("tokens", bpmn.standing)):
            if view(before) != view(after):
                self.found.defect(f"restored with other {what}")
        if bpmn.encode(after) != bpmn.encode(before):
            self.found.defect("stored again in another way")
        if not bpmn.standing(after).keys() <= after.program.elements.keys():
            self.found.defect("a token stands on nothing drawn")

    def _end(self, report: gate.Report) -> None:
        """Nobody stands still for nothing; and what still waits can be cancelled."""
        for instance in self.instances:
            if instance.completed:
                continue
            if not bpmn.waits(instance):
                self._stuck(instance, report)
            bpmn.cancel(instance)
            if bpmn.waits(instance):
                self.found.defect("waits after it was cancelled")

    def _stuck(self, instance: bpmn.Instance, report: gate.Report) -> None:
        """Unless a finding says that a join may wait for ever or gets tokens twice, or a condition is waited for."""
        warned = {finding.rule for finding in report.findings} & _TOLD
        standing = bpmn.standing(instance)
        if not warned and not standing.keys() & _asking(self.files):
            types = sorted({instance.program.elements[element].type for element in standing})
            self.found.defect(f"stands still at {types}")

    def _fill(self, element: str) -> dict[str, Any]:
        """What somebody fills in: the fields of the form, and now and then a variable a condition asks."""
        form = next((p.elements[element].form for p in self.programs.values() if element in p.elements), None)
        filled = {}
        schema = self.schemas.get(form or "", {})
        for field in schema.get("components", []):
            if isinstance(field, dict) and isinstance(field.get("key"), str):
                options = [o.get("value") for o in field.get("values") or [] if isinstance(o, dict)]
                filled[field["key"]] = self.dice.choice(options or ["x", 1, True, "2026-01-06"])
        if schema:
            try:
                filled = forms.check(schema, filled).values
            except errors.FormInvalid:
                filled = {}
        if self.values and self.dice.random() < 0.5:
            filled[self.dice.choice(sorted(self.values))] = _value(self.dice)
        return filled


# -- what a case holds ----------------------------------------------------------------------------------------------
def _values(files: Files, dice: random.Random) -> dict[str, Any]:
    """Values for the names that the bundle's expressions mention."""
    names: set[str] = set()
    for name, data in files.items():
        if name.endswith((".bpmn", ".dmn")):
            for element in xml.parse(data).iter():
                names.update(n for text in _texts(element) for n in NAME.findall(text[:200]))
    return {name: _value(dice) for name in sorted(names)[:60]}


_ASK = ("condition", "conditionExpression", "script", "completionCondition", "loopCondition", "loopCardinality", "text",
        "timeDuration", "timeDate", "timeCycle", "activationCondition")  # fmt: skip


def _texts(element: Any) -> Iterator[str]:
    if isinstance(element.tag, str) and element.tag.rpartition("}")[2] in _ASK and element.text:
        yield element.text
    yield from (value for key, value in element.attrib.items() if key.startswith("{urn:banjie") or key == "value")


def _value(dice: random.Random) -> Any:
    return dice.choice([0, 1, 2, 3, 7.5, True, False, None, "x", "E1", "2026-01-06", "P1D", [1, 2], [], {"x": 1}, {}])


def _asking(files: Files) -> set[str]:
    """The elements that go on when some condition over the data holds: that is a wait, though for nothing outside."""
    found: set[str] = set()
    for root in (xml.parse(data) for name, data in files.items() if name.endswith(".bpmn")):
        found.update(node.get("id", "") for node in root.iter(BPMN + "complexGateway"))
        found.update(node.getparent().get("id", "") for node in root.iter(BPMN + "conditionalEventDefinition"))
        flows = [flow for flow in root.iter(BPMN + "sequenceFlow") if flow.get("targetRef") in found]
        found.update(flow.get("sourceRef", "") for flow in flows)
    return found


# -- accounts -------------------------------------------------------------------------------------------------------
def _where(problem: BaseException) -> str:
    """The kind of an exception and the house's line it came from."""
    frames = [f for f in traceback.extract_tb(problem.__traceback__) if "/engine/" in f.filename]
    last = frames[-1] if frames else None
    return (
        f"{type(problem).__name__} at {last.filename.rpartition('/engine/')[2]}:{last.name}" if last else repr(problem)
    )


def _memory() -> int:
    """Bytes this process holds now; at most so far where the system does not say."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
