"""The engine beside the oracle: what a process offers and what it has passed must be the same at every stop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from engine import bpmn

from . import blocks as b
from . import lives_flow, lives_scopes  # noqa: F401  (they tell `lives` how each block lives)
from .draw import Sheet
from .lives import Env, Offer, Play

STEPS = 500  # commands to one process; none needs nearly as many
Choose = Callable[[list[Any]], Any]
FORM = b'{"type": "default", "schemaVersion": 17, "components": []}'
DECISION = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="urn:m">'
    b'<decision id="d" name="d"><variable name="d"/><literalExpression><text>1</text></literalExpression></decision>'
    b"</definitions>"
)


class Drawn:
    """A process as files and as a program."""

    def __init__(self, process: b.Scope) -> None:
        sheet, parts = Sheet(), b.walk(process)
        self.process = process
        self.files = {"case.bpmn": sheet.diagram(process).encode(), "forms/f.json": FORM, "d.dmn": DECISION}
        self.program = bpmn.load(self.files, functions={}, decide=decide, form_keys={})["p"]
        self.variables = sheet.variables
        self.reached = {part.id for part in parts if isinstance(part, (b.Throw, b.End))}
        activities = [part for part in parts if isinstance(part, b.Activity)]
        self.items = [part.id for part in activities if part.marker]
        self.undo = {part.id + "undo" for part in activities if part.undo}
        self.listeners = {part.id for part in parts if isinstance(part, b.Boundary) and not part.interrupting}
        self.listeners |= {part.id + "s" for part in parts if isinstance(part, b.Handler) and not part.interrupting}
        self.sets = {part.id: {part.sets: True} for part in parts if isinstance(part, b.Task) and part.sets}


class Run:
    """One instance. `seen` counts what has been passed as the oracle counts it."""

    def __init__(self, drawn: Drawn, restored: bool = True) -> None:
        self.drawn, self.restored = drawn, restored
        self.seen: Counter[str] = Counter()
        self.undone: list[str] = []
        self.over = False
        self.instance, effects = bpmn.start(drawn.program, drawn.variables)
        self._take(effects)

    def offers(self) -> list[Offer]:
        """What the instance waits for, sorted."""
        return sorted((wait.element, self._env(wait)) for wait in bpmn.waits(self.instance).values())

    def take(self, offer: Offer) -> None:
        """Let it happen: complete the task, answer the job, fire the timer, hand the message or signal over."""
        waits = (wait for wait in bpmn.waits(self.instance).values() if wait.element == offer[0])
        wait = next(wait for wait in waits if self._env(wait) == offer[1])
        if wait.kind == "task":
            self._take(bpmn.complete(self.instance, wait.token, self.drawn.sets.get(wait.element, {})))
        elif wait.kind == "job":
            self._take(bpmn.finish_job(self.instance, wait.token, {}))
        elif wait.kind == "timer":
            self._take(bpmn.fire(self.instance, wait.token, wait.element))
        else:
            self._take(bpmn.deliver(self.instance, wait.token, {}, wait.element, wait.name))

    def _env(self, wait: bpmn.Wait) -> Env:
        token = self.instance.token(wait.token)
        assert token is not None
        return tuple((id, token.data[f"i_{id}"]) for id in self.drawn.items if f"i_{id}" in token.data)

    def _take(self, effects: bpmn.Effects) -> None:
        for element, what in effects.path:
            if what == ("entered" if element in self.drawn.reached else "left"):
                self.seen[element] += 1
                if element in self.drawn.undo:
                    self.undone.append(element)
        self.over = self.over or effects.completed
        assert not effects.stuck, "the instance waits for nothing and has not ended"
        if self.restored:
            self.instance = bpmn.decode(self.instance.program, bpmn.encode(self.instance))


def decide(name: str, variables: Any) -> dict[str, Any]:
    """The one decision there is."""
    return {"value": 1, "rules": [], "inputs": {}, "outputs": {}}


def rarest(drawn: Drawn, first: bool) -> Choose:
    """Always take what was taken least often, of equals the first (or last) by name; listeners twice, then no more."""
    taken: Counter[str] = Counter()

    def choose(offers: list[Offer]) -> Offer:
        ordered = offers if first else offers[::-1]
        offer = min(ordered, key=lambda o: (o[0] in drawn.listeners and taken[o[0]] > 1, taken[o[0]]))
        taken[offer[0]] += 1
        return offer

    return choose


def play(drawn: Drawn, choose: Choose, restored: bool = True) -> int:
    """Run a process beside the oracle, `choose` taking one offer at every stop; the number of commands.

    Raises AssertionError where they differ.
    """
    run, oracle = Run(drawn, restored), Play(drawn.process)
    for step in range(STEPS):
        compare(run, oracle)
        if oracle.over:
            return step
        offer = choose(oracle.offers())
        oracle.take(offer)
        run.take(offer)
    raise AssertionError("the process does not end")


def compare(run: Run, oracle: Play) -> None:
    """Hold what both say of this stop against each other."""
    assert run.offers() == oracle.offers(), f"it offers {run.offers()}, not {oracle.offers()}"
    known = Counter({id: count for id, count in run.seen.items() if count})
    extra, missing = known - oracle.seen, oracle.seen - known
    assert not extra and not missing, f"passed and should not: {dict(extra)}; should and did not: {dict(missing)}"
    assert run.undone == oracle.undone, f"compensated {run.undone}, not {oracle.undone}"
    assert run.over == oracle.over, f"ended: {run.over}, not {oracle.over}"
