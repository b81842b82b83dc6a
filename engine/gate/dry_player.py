"""The child of the dry run (`dry_run.py`): reads a bundle from stdin, plays it, and says what broke.

Before each step it prints the element it is about to do, so that the parent knows where it stood when it had to be
killed; its last line is a JSON list of faults.
"""

from __future__ import annotations

import base64
import itertools
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson

from engine import bpmn, clock, dmn, errors, feel, forms_schema
from engine.bpmn import limits
from engine.bpmn.limits import TooMuch
from engine.feel.errors import FeelLimit
from engine.gate import bundle as bundles
from engine.gate import dry_run, places

EPOCH = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
STEPS = 200  # commands of one play
SOON = 5_000  # automatic elements between two standstills when a loop is looked at again with other data
ENOUGH = 1.0  # seconds after which no further play begins, and no play goes on
_RESULTS: dict[str | None, Any] = {
    "date and time": EPOCH,
    "date": EPOCH.date(),
    "time": EPOCH.time(),
    "number": Decimal(1),
    "string": "样例",
    "boolean": True,
    "days and time duration": timedelta(days=1),
    "list": [],
    "context": {},
}
_OTHERS = (0, 100, "样例", True, False, None)
_ORDERS = (("job", "task", "message", "signal", "timer"), ("job", "timer", "signal", "message", "task"))


def main() -> None:
    """Play the bundle that stdin brings."""
    _limit()
    order = orjson.loads(sys.stdin.buffer.read())
    files = {path: base64.b64decode(data) for path, data in order["files"].items()}
    functions = {name: _stand_in(result) for name, result in order["functions"].items()}
    try:
        faults = list(dict.fromkeys(Player(files, functions).faults()))
    except Exception as problem:
        faults = [("dry-run-broken", None, *_told(problem))]
    print(orjson.dumps(faults).decode(), flush=True)


def _limit() -> None:
    """Memory and CPU; where the system knows no such limits, the parent's clock is the only one."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (dry_run.MEMORY, dry_run.MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (dry_run.SECONDS, dry_run.SECONDS + 1))  # a second to die of SIGXCPU
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file


def _stand_in(result: str | None) -> Callable[..., Any]:
    """A function that takes anything and answers with a sample of its result's type."""
    value = _RESULTS.get(result)
    return lambda *arguments, **named: value


class Player:
    """The plays of one bundle."""

    def __init__(self, files: Mapping[str, bytes], functions: Mapping[str, Callable[..., Any]]) -> None:
        self.files, self.functions = files, functions
        self.bundle = bundles.read(files, functions, (), (), None)
        self.schemas = {name: orjson.loads(files[path]) for name, path in self.bundle.forms.items()}
        self.until = time.monotonic() + ENOUGH
        self.at: str | None = None

    def faults(self) -> Iterator[tuple[str, str | None, str, str]]:
        """Faults as (code, element, zh, en): one per play at most."""
        models = [dmn.load(data, self.functions) for data in self.bundle.tables.values()]
        programs = bpmn.load(
            {file: data for file, data in self.files.items() if bundles.kind(file) == bundles.DIAGRAM},
            functions=self.functions,
            decide=lambda name, variables: _decide(models, name, variables),
            form_keys={name: frozenset(forms_schema.tree(schema)) for name, schema in self.schemas.items()},
            languages=bpmn.LANGUAGES,
        )
        starts = [(p, s.element) for p in programs.values() for s in p.starts] or [(p, None) for p in programs.values()]
        plays = itertools.product(((True, _ORDERS[0]), (False, _ORDERS[0]), (True, _ORDERS[1])), starts)
        for (full, order), (program, element) in plays:
            if time.monotonic() > self.until:
                return
            try:
                self.play(program, element, self.sample(1) if full else {}, order)
            except TooMuch as fault:
                if full and all(self.too_much(program, element, value, order) for value in _OTHERS):
                    yield "dry-run-endless", fault.element or self.at, fault.zh, str(fault)
            except _Differs:
                yield "dry-run-differs", self.at, "", ""
            except errors.DiagramFault as fault:
                yield from _judged(fault, self.at)
            except errors.BanjieError:
                continue  # a matter of data
            except MemoryError:
                yield "dry-run-killed", self.at, "", ""
            except Exception as problem:
                yield "dry-run-broken", self.at, *_told(problem)

    def too_much(self, program: bpmn.Program, element: str | None, value: Any, order: tuple[str, ...]) -> bool:
        """Whether the play goes beyond a limit with other data as well, so that it is not the data's doing."""
        before, limits.MAX_STEPS = limits.MAX_STEPS, SOON
        try:
            self.play(program, element, self.sample(value), order)
        except TooMuch:
            return True
        except errors.BanjieError:
            return False
        finally:
            limits.MAX_STEPS = before
        return False

    def play(self, program: bpmn.Program, element: str | None, data: dict[str, Any], order: tuple[str, ...]) -> None:
        """One instance, from its start until it ends, waits for nothing or has done enough."""
        with clock.virtual(EPOCH) as now:
            self._play(program, element, data, order, now)

    def _play(
        self,
        program: bpmn.Program,
        element: str | None,
        data: dict[str, Any],
        order: tuple[str, ...],
        now: clock.Virtual,
    ) -> None:
        first = next((s for s in program.starts if s.element == element), None)
        self.stand(element or program.key)
        instance, _ = bpmn.start(program, data, element=element if first and first.kind != "none" else None)
        for _ in range(STEPS):
            instance = self.restored(instance)
            waits = sorted(bpmn.waits(instance).values(), key=lambda wait: (order.index(wait.kind), wait.due or EPOCH))
            if instance.completed or not waits or time.monotonic() > self.until:
                return
            self.do(instance, waits[0], data, now)

    def do(self, instance: bpmn.Instance, wait: bpmn.Wait, data: Mapping[str, Any], now: clock.Virtual) -> None:
        """What the wait waits for happens."""
        self.stand(wait.element)
        if wait.kind == "task":
            schema = self.schemas.get(wait.form or "", {})
            bpmn.complete(instance, wait.token, _filled(schema.get("components", [])) if data else {})
        elif wait.kind == "job":
            bpmn.finish_job(instance, wait.token, {})
        elif wait.kind == "timer":
            now.move_to(wait.due or now.at)
            bpmn.fire(instance, wait.token, wait.element)
        else:
            bpmn.deliver(instance, wait.token, data, wait.element, wait.name)

    def restored(self, instance: bpmn.Instance) -> bpmn.Instance:
        """The instance as it comes back from the store. Raises _Differs when it is not the same."""
        blob = bpmn.encode(instance)
        again = bpmn.decode(instance.program, blob)
        if bpmn.encode(again) != blob or bpmn.waits(again).keys() != bpmn.waits(instance).keys():
            raise _Differs
        return again

    def stand(self, element: str) -> None:
        self.at = element
        print(element, flush=True)

    def sample(self, value: Any) -> dict[str, Any]:
        """`value` for every variable an expression reads; a list where one is walked through."""
        found: dict[str, Any] = {}
        for place in places.expressions(self.bundle):
            if not place.script and place.language in (None, "feel") and place.text:
                try:
                    names = feel.compile(place.text, None, self.functions).names
                except Exception:
                    continue
                for name in names - self.functions.keys():
                    if place.name == "collection":
                        found[name] = [1, 2]
                    found.setdefault(name, value)
        return found


class _Differs(Exception):
    """What is restored is not what was stored."""


def _judged(fault: errors.DiagramFault, at: str | None) -> Iterator[tuple[str, str | None, str, str]]:
    """A fault's verdict: limits and failures of the engine count, missing data does not."""
    cause = fault.__cause__
    element = fault.element or at
    if isinstance(cause, FeelLimit) or "limit exceeded" in str(cause):
        yield "dry-run-endless", element, fault.zh, str(fault)
    elif isinstance(cause, MemoryError):
        yield "dry-run-killed", element, "", ""
    elif cause is not None and not type(cause).__module__.startswith("engine."):
        yield "dry-run-broken", element, *_told(cause)


def _told(problem: BaseException) -> tuple[str, str]:
    what = f"{type(problem).__name__}: {problem}"[:200]
    return what, what


def _decide(models: list[dmn.Model], name: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    for model in models:
        if name in model.decisions:
            return dmn.decide(model, name, variables).explained()
    raise errors.DiagramFault(None, f"the bundle has no decision {name!r}", zh=f"部署包中没有决策“{name}”")


def _filled(components: list[Any]) -> dict[str, Any]:
    """A submission with a sample in every field."""
    values: dict[str, Any] = {}
    for component in components:
        kind, path = component.get("type"), str(component.get("key") or component.get("path") or "")
        inner = component.get("components") or []
        here = values
        *groups, name = path.split(".") if path else [""]
        for group in groups:
            here = here.setdefault(group, {})
        if kind in forms_schema.KEYED and name:
            here[name] = _answer(component)
        elif kind == "dynamiclist" and name:
            here[name] = [_filled(inner)]
        elif kind in forms_schema.CONTAINERS:
            (here.setdefault(name, {}) if name else here).update(_filled(inner))
    return values


def _answer(component: Mapping[str, Any]) -> Any:
    kind = component.get("type")
    if kind in forms_schema.CHOICES:
        options = component.get("values") or [{}]
        value = options[0].get("value") if isinstance(options[0], dict) else None
        return [value] if kind in ("taglist", "checklist") else value
    if kind == "datetime":
        return {"date": "2026-01-05", "time": "09:00"}.get(str(component.get("subtype")), "2026-01-05T09:00+08:00")
    return {"number": 1, "checkbox": True, "expression": None}.get(str(kind), "样例")
