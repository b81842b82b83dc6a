"""Plays the rows of a scenarios.csv on the real kernel, in virtual time, and counts what they walk.

The format is told in processes/README.md: an analyst adds a row without code. Time is moved for everybody while a row
is played, so nothing that serves people does it in its own process (`flask scenarios coverage` has one of its own).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from engine import bpmn, called, clock, forms, xml
from engine.definitions import read_bundle
from engine.errors import BanjieError
from engine.neighbours import beside
from engine.programs import load

FORMS = Path(__file__).parents[1] / "forms"
MORNING = datetime(2026, 5, 11, 10, tzinfo=clock.SHANGHAI)  # a case whose variables name no moment begins here
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
STEP = re.compile(
    r"\s*(?:\+(?P<n>\d+)(?P<unit>[dhms])|(?P<told>message|signal)\s+(?P<message>[\w.]+)|(?P<element>\w+)(?P<until>\?)?)"
)
UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1), "s": timedelta(seconds=1)}
LIMIT = 400  # steps; far above what any case of the bureau needs


class Astray(Exception):
    """A row cannot be played as it is written; the sentence says where."""


Fill = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]


@dataclass(slots=True)
class Step:
    """One step of a row: `kind` is answer, until, wait, message or signal."""

    kind: str
    name: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    delay: timedelta = timedelta(0)


@dataclass(slots=True)
class Scenario:
    """A row of scenarios.csv, with what its file's `*` row says beneath it."""

    file: Path
    process: str
    name: str
    start: dict[str, Any]
    usual: dict[str, dict[str, Any]]  # element or message -> what people or other processes usually answer
    steps: list[Step]
    path: list[str]
    sends: list[str]
    due: dict[str, datetime]
    end: str

    def __str__(self) -> str:
        return f"{self.process}: {self.name}"


def steps(text: str) -> list[Step]:
    """The steps in a cell. ValueError says what could not be read."""
    found: list[Step] = []
    at = 0
    while text[at:].strip(" ;\n"):
        match = STEP.match(text, at)
        if match is None:
            raise ValueError(f"cannot read a step at {text[at : at + 30]!r}")
        at = match.end()
        payload: dict[str, Any] = {}
        if text[at : at + 1] == "=":
            payload, at = json.JSONDecoder().raw_decode(text, at + 1)
        if match["n"]:
            found.append(Step("wait", delay=int(match["n"]) * UNITS[match["unit"]]))
        elif match["message"]:
            found.append(Step(match["told"], match["message"], payload))
        else:
            found.append(Step("until" if match["until"] else "answer", match["element"], payload))
        rest = text[at:].lstrip()
        if rest and not rest.startswith(";"):
            raise ValueError(f"a ; is missing before {rest[:30]!r}")
        at = len(text) - len(rest) + 1 if rest else len(text)
    return found


def read(file: Path) -> list[Scenario]:
    """The rows of a scenarios.csv. ValueError says what could not be read."""
    found: list[Scenario] = []
    base: dict[str, tuple[dict[str, Any], dict[str, dict[str, Any]]]] = {}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            start = json.loads(row["start"] or "{}")
            if row["scenario"] == "*":
                base[row["process"]] = (start, {s.name: s.payload for s in steps(row["steps"])})
                continue
            under, usual = base.get(row["process"], ({}, {}))
            due = dict(pair.split("=") for pair in row["due"].split())
            found.append(
                Scenario(
                    file,
                    row["process"],
                    row["scenario"],
                    {**under, **start},
                    usual,
                    steps(row["steps"]),
                    row["path"].split(),
                    row["sends"].split(),
                    {element: clock.aware(datetime.fromisoformat(at)) for element, at in due.items()},
                    row["end"],
                )
            )
    return found


@cache
def programs(folder: Path, forms_path: Path = FORMS) -> dict[str, bpmn.Program]:
    """The programs of a bundle's folder, with those it calls in the folders beside it. Raises Astray for a call of what
    is in none of them."""
    files, _ = called.with_called(read_bundle(folder, forms_path), beside(folder.resolve(), forms_path))
    if lost := sorted(called.missing(files)):
        raise Astray(
            f"what is called is not here: {', '.join(lost)}; put the folder that draws it beside {folder.name}"
            f" / 被调用的流程 {'、'.join(lost)} 不在这里：把画有它的文件夹放在 {folder.name} 旁边"
        )
    return load(files)


@cache
def schema(name: str, forms_path: Path = FORMS) -> dict[str, Any]:
    """A form by its name."""
    return forms.load((forms_path / f"{name}.json").read_bytes())


class Case:
    """One instance in virtual time, and all that it did."""

    def __init__(
        self,
        program: bpmn.Program,
        variables: dict[str, Any],
        hand: clock.Virtual,
        fill: Fill,
        element: str | None = None,
        forms_path: Path = FORMS,
    ) -> None:
        self.hand, self.fill, self.forms_path = hand, fill, forms_path
        self.waits: dict[Any, bpmn.Wait] = {}
        self.path: list[str] = []
        self.sent: list[bpmn.Thrown] = []
        self.due: dict[str, datetime | None] = {}
        self.marks: list[str] = []
        self.completed = False
        self.outcome: str | None = None
        self.program = program
        starts = {start.element: start for start in program.starts}
        usual = next((start for start in program.starts if start.kind != "timer"), program.starts[0])
        start = starts.get(element or "", usual)
        self.instance, effects = bpmn.start(program, variables, element=start.element)
        self.take(effects)

    def take(self, effects: bpmn.Effects) -> None:
        """Note what a step did."""
        self.path += [where for where, what in effects.path if what in ("entered", "taken")]
        self.sent += effects.messages
        self.marks += [f"{mark.code} {mark.action}" for mark in effects.clocks]
        self.completed, self.outcome = effects.completed, effects.outcome or self.outcome
        self.instance = bpmn.decode(self.program, bpmn.encode(self.instance))  # as the store does between two steps
        self.waits = bpmn.waits(self.instance)
        self.due.update((wait.element, wait.due) for wait in effects.opened if wait.kind in ("task", "timer"))
        if effects.stuck:
            raise Astray(f"stuck after {self.path[-1]}")

    @property
    def tasks(self) -> list[bpmn.Wait]:
        """What somebody must do: a person, or the worker that a service task waits for."""
        return [wait for wait in self.waits.values() if wait.kind in ("task", "job")]

    def answer(self, task: bpmn.Wait, given: dict[str, Any], usual: dict[str, Any] | None = None) -> None:
        """Complete a task as a person would: the form's other fields are filled, and its own check must pass.

        A service task is answered as it is said.
        """
        if task.kind == "job":
            self.take(bpmn.finish_job(self.instance, task.token, {**(usual or {}), **given}))
            return
        form = schema(task.form or "", self.forms_path)
        data = task.data or {}
        checked = forms.check(form, {**self.fill(form, data), **(usual or {}), **given}, data)
        if checked.errors:
            raise Astray(f"{task.element}: {checked.errors}")
        if missed := set(given) - set(checked.values):
            raise Astray(f"{task.element}: the form hides or locks {missed}")
        self.take(bpmn.complete(self.instance, task.token, checked.values))

    def hear(self, usual: Mapping[str, dict[str, Any]]) -> bool:
        """Another process answers as usual, where the case waits for that. False: nobody answers."""
        name = next((w.name for w in self.waits.values() if w.kind == "message" and w.name in usual), None)
        if name is None:
            return False
        self.tell(name, usual[name])
        return True

    def tell(self, name: str, payload: dict[str, Any], kind: str = "message") -> None:
        """Deliver a message, or a signal, the instance waits for."""
        wait = next((w for w in self.waits.values() if w.kind == kind and w.name == name), None)
        if wait is None:
            raise Astray(f"nobody waits for the {kind} {name}; the case went {self.path}")
        self.take(bpmn.deliver(self.instance, wait.token, payload, wait.element))

    def pass_time(self, delay: timedelta) -> None:
        """Let time pass; what falls due on the way fires at its own moment."""
        until = self.hand.at + delay
        while not self.completed:
            due = [(w.due, w) for w in self.waits.values() if w.kind == "timer" and w.due and w.due <= until]
            if not due:
                break
            at, first = min(due, key=lambda pair: pair[0])
            self.hand.move_to(at)
            self.take(bpmn.fire(self.instance, first.token, first.element))
        self.hand.move_to(until)


def play(scenario: Scenario, forms_path: Path = FORMS) -> Case:
    """Play a row to its end. Raises Astray when it cannot be played."""
    program = programs(scenario.file.parent, forms_path)[scenario.process]
    begins = scenario.start.get("dispatched_at") or scenario.start.get("received_at")
    with clock.virtual(datetime.fromisoformat(begins) if begins else MORNING) as hand:
        case = Case(program, dict(scenario.start), hand, usual_fill, next(iter(scenario.path), None), forms_path)
        for step in scenario.steps:
            if step.kind == "wait":
                case.pass_time(step.delay)
            elif step.kind in ("message", "signal"):
                case.tell(step.name, step.payload, step.kind)
            else:
                task = _reach(case, step.name, scenario.usual)
                if step.kind == "answer":
                    case.answer(task, step.payload, scenario.usual.get(step.name))
        for _ in range(LIMIT):
            if not _usual(case, scenario.usual):
                break
        return case


def _reach(case: Case, element: str, usual: Mapping[str, dict[str, Any]]) -> bpmn.Wait:
    """The open task of an element; tasks before it are answered as usual."""
    for _ in range(LIMIT):
        for task in case.tasks:
            if task.element == element:
                return task
        if not _usual(case, usual):
            break
    raise Astray(f"{element} never opens; the case went {case.path}")


def _usual(case: Case, usual: Mapping[str, dict[str, Any]]) -> bool:
    """One more step as usual: the first open task, else another process's answer. False: there is neither."""
    if not case.tasks:
        return case.hear(usual)
    task = case.tasks[0]
    case.answer(task, {}, usual.get(task.element))
    return True


def usual_fill(
    form: dict[str, Any], data: dict[str, Any], choose: Callable[[list[Any]], Any] | None = None
) -> dict[str, Any]:
    """An answer to every field a person may set: what stands there already, else the first choice or a few words."""
    choose = choose or (lambda options: options[0])
    return {
        field["key"]: data[field["key"]] if data.get(field["key"]) is not None else _one(field, choose)
        for field in form["components"]
        if "key" in field and field.get("readonly") is not True
    }


def _one(field: dict[str, Any], choose: Callable[[list[Any]], Any]) -> Any:
    options = [option["value"] for option in field.get("values", ())]
    match field["type"]:
        case "select" | "radio":
            return choose(options)
        case "checklist":
            return [choose(options)]
        case "number":
            return field.get("validate", {}).get("min", 1)
        case "datetime":
            now = clock.local(clock.now())
            return now.date().isoformat() if field["subtype"] == "date" else now.isoformat(timespec="minutes")
        case _:
            return "已按规定办理"


# -- what rows expect, and what they walk ------------------------------------------------------------------------------


def judge(scenario: Scenario, case: Case) -> list[str]:
    """Where a played case is not what its row expects; nothing when it is."""
    wrong = [] if case.completed else [f"not ended, waits at {[wait.element for wait in case.waits.values()]}"]
    rest = iter(case.path)
    if missed := next((element for element in scenario.path if element not in rest), None):
        wrong.append(f"{missed} was not passed in its place; the case went {case.path}")
    if (sent := [thrown.name for thrown in case.sent]) != scenario.sends:
        wrong.append(f"sends {sent}, not {scenario.sends}")
    if (due := {element: case.due.get(element) for element in scenario.due}) != scenario.due:
        wrong.append(f"due {due}, not {scenario.due}")
    if case.outcome != scenario.end:
        wrong.append(f"ends at {case.outcome}, not {scenario.end}")
    return wrong


@dataclass(slots=True)
class Walked:
    """What the rows of a process walk: how many pass each element or flow, and what is wrong with each row."""

    process: str
    diagram: Path
    counts: dict[str, int]
    rows: dict[str, list[str]]

    @property
    def missing(self) -> list[str]:
        """What no row walks."""
        return [element for element, count in self.counts.items() if not count]


def coverage(folder: Path, forms_path: Path = FORMS) -> list[Walked]:
    """Play every row of a bundle's scenarios.csv and count, for each of its processes."""
    rows = read(folder / "scenarios.csv")
    found = []
    for diagram in sorted(folder.glob("*.bpmn")):
        for process, drawn in elements(diagram.read_bytes()).items():
            walked = Walked(process, diagram, dict.fromkeys(drawn, 0), {})
            for scenario in rows:
                if scenario.process == process:
                    walked.rows[scenario.name] = _walk(scenario, forms_path, walked.counts)
            found.append(walked)
    return found


def _walk(scenario: Scenario, forms_path: Path, counts: dict[str, int]) -> list[str]:
    try:
        case = play(scenario, forms_path)
    except (Astray, BanjieError) as error:
        return [str(error)]
    for element in set(case.path) & counts.keys():
        counts[element] += 1
    return judge(scenario, case)


def elements(diagram: bytes) -> dict[str, list[str]]:
    """Process -> the ids of its flow nodes, sub-processes and sequence flows, in the order of the file."""
    found = {}
    for process in xml.parse(diagram).iter(f"{BPMN}process"):
        ids = [
            element.get("id")
            for element in process.iter()
            if element.tag in (f"{BPMN}sequenceFlow", f"{BPMN}subProcess")
            or any(child.tag in (f"{BPMN}incoming", f"{BPMN}outgoing") for child in element)
        ]
        found[process.get("id")] = ids
    return found
