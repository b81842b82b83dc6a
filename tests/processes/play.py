"""Plays a row of a scenarios.csv on the real kernel, in virtual time. The format is told in processes/README.md."""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import engine.hotline.functions  # noqa: F401  registers deadline() and its sisters
from engine import bpmn, clock, forms
from engine.definitions import read_bundle
from engine.programs import load

ROOT = Path(__file__).parents[2]
MORNING = datetime(2026, 5, 11, 10, tzinfo=clock.SHANGHAI)  # a case whose variables name no moment begins here
STEP = re.compile(
    r"\s*(?:\+(?P<n>\d+)(?P<unit>[dhms])|(?P<told>message|signal)\s+(?P<message>[\w.]+)|(?P<element>\w+)(?P<until>\?)?)"
)
UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1), "s": timedelta(seconds=1)}
LIMIT = 400  # steps; far above what any case of the bureau needs

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


@cache
def scenarios() -> tuple[Scenario, ...]:
    """All rows of all bundles."""
    found: list[Scenario] = []
    for file in sorted(ROOT.glob("processes/*/scenarios.csv")):
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
    return tuple(found)


@cache
def programs(folder: Path) -> dict[str, bpmn.Program]:
    """The programs of a bundle's folder."""
    return load(read_bundle(folder, ROOT / "forms"))


@cache
def form_names() -> tuple[str, ...]:
    return tuple(f"{path.parent.name}/{path.stem}" for path in sorted(ROOT.glob("forms/*/*.json")))


@cache
def schema(name: str) -> dict[str, Any]:
    return forms.load((ROOT / "forms" / f"{name}.json").read_bytes())


class Case:
    """One instance in virtual time, and all that it did."""

    def __init__(
        self,
        program: bpmn.Program,
        variables: dict[str, Any],
        hand: clock.Virtual,
        fill: Fill,
        element: str | None = None,
    ) -> None:
        self.hand, self.fill = hand, fill
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
        assert not effects.stuck, f"stuck after {self.path[-1]}"

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
        form = schema(task.form or "")
        data = task.data or {}
        checked = forms.check(form, {**self.fill(form, data), **(usual or {}), **given}, data)
        assert not checked.errors, f"{task.element}: {checked.errors}"
        missed = set(given) - set(checked.values)
        assert not missed, f"{task.element}: the form hides or locks {missed}"
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
        wait = next(w for w in self.waits.values() if w.kind == kind and w.name == name)
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


def play(scenario: Scenario) -> Case:
    """Play a row to its end."""
    program = programs(scenario.file.parent)[scenario.process]
    begins = scenario.start.get("dispatched_at") or scenario.start.get("received_at")
    with clock.virtual(datetime.fromisoformat(begins) if begins else MORNING) as hand:
        case = Case(program, dict(scenario.start), hand, usual_fill, (scenario.path or [None])[0])
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
        assert _usual(case, usual), f"{element} never opens; the case went {case.path}"
    raise AssertionError(f"{element} never opens")


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
        if "key" in field and not field.get("readonly")
    }


def dice_fill(dice: random.Random) -> Fill:
    """Answers by dice: any option, whatever stood there."""
    return lambda form, data: usual_fill(form, {}, partial(dice.choice))


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
