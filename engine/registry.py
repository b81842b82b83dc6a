"""What diagrams may call: named functions, connectors and roles. Nothing else of the house is reachable from a diagram.

The domain registers here when it is imported; the gate checks names against these tables, the modeler lists them.
So are the messages the house sends: what they carry is what the variables of a process begin with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Argument:
    """What an argument of a function may be: `kinds` are FEEL's names of types, `options` the constants there are.

    Where a date or a date-time is wanted, its ISO text will do; where a number is wanted, its digits.
    """

    kinds: frozenset[str]
    options: tuple[Any, ...] = ()  # empty: any value of the kinds


@dataclass(frozen=True, slots=True)
class Function:
    """A function an expression may call. `zh` and `en` are shown in the editor.

    `arguments` (by parameter) and `result` (FEEL's name of its type) let deployment tell a wrong call.
    """

    name: str
    params: tuple[str, ...]
    zh: str
    en: str
    call: Callable[..., Any]
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    result: str | None = None


Many = Callable[[dict[int, dict[str, Any]]], dict[int, dict[str, Any] | None]]


@dataclass(frozen=True, slots=True)
class Connector:
    """An outside system. `call(payload, job_id)` may be repeated with the same job id and must then act once.

    `many` does several jobs together: payloads by job id -> answers by job id; those it leaves out are called alone.
    """

    name: str
    zh: str
    en: str
    call: Callable[[dict[str, Any], int], dict[str, Any] | None]
    many: Many | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A role a user task may ask for."""

    name: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message or signal the house itself sends: `keys` are the values it carries, beside the fields of `forms`."""

    name: str
    zh: str
    en: str
    keys: frozenset[str]
    forms: frozenset[str]


FUNCTIONS: dict[str, Function] = {}
CONNECTORS: dict[str, Connector] = {}
ROLES: dict[str, Role] = {}
MESSAGES: dict[str, Message] = {}


def function(
    name: str,
    params: tuple[str, ...],
    zh: str,
    en: str,
    *,
    arguments: Mapping[str, Argument] | None = None,
    result: str | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated callable as a function of the diagrams' language."""

    def register(call: Callable[..., Any]) -> Callable[..., Any]:
        FUNCTIONS[name] = Function(name, params, zh, en, call, arguments or {}, result)
        return call

    return register


def connector(
    name: str, zh: str, en: str, *, many: Many | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated callable as a connector."""

    def register(call: Callable[..., Any]) -> Callable[..., Any]:
        CONNECTORS[name] = Connector(name, zh, en, call, many)
        return call

    return register


def role(name: str, zh: str, en: str) -> None:
    """Register a role."""
    ROLES[name] = Role(name, zh, en)


def message(name: str, keys: Iterable[str], zh: str, en: str, *, forms: Iterable[str] = ()) -> None:
    """Register what the house sends under this name; who sends it for another reason adds what it carries then."""
    known = MESSAGES.get(name) or Message(name, zh, en, frozenset(), frozenset())
    MESSAGES[name] = replace(known, keys=known.keys.union(keys), forms=known.forms.union(forms))


@dataclass(frozen=True, slots=True)
class Change:
    """One step of one instance, told to the projections inside the transaction that makes it."""

    instance_id: int
    process: str  # the definition's key
    business_key: str | None
    seq: int
    at: datetime
    actor: str
    kind: str  # the event's kind: instance.started task.completed timer.fired message.delivered instance.cancelled …
    element: str | None
    values: dict[str, Any]  # start variables, a task's submission or a message's payload
    status: str  # the instance's status after the step
    outcome: str | None  # the end event it ended at
    clocks: tuple[tuple[str, str, str], ...]  # (clock code, start|stop|pause|resume, element)


FormCheck = Callable[[dict[str, Any], dict[str, Any]], dict[str, list[str]]]
FORM_CHECKS: dict[str, FormCheck] = {}


EVERY_FORM = "*"


def form_check(form: str) -> Callable[[FormCheck], FormCheck]:
    """Register what the domain knows and a form cannot: (values, what the task knows) -> sentences by field.

    One check for each form, and one (EVERY_FORM) for them all.
    """

    def register(check: FormCheck) -> FormCheck:
        FORM_CHECKS[form] = check
        return check

    return register


def judge(form: str, values: dict[str, Any], known: dict[str, Any]) -> dict[str, list[str]]:
    """What the domain says against a sound submission: sentences by field."""
    checks = [FORM_CHECKS[name] for name in (EVERY_FORM, form) if name in FORM_CHECKS]
    said: dict[str, list[str]] = {}
    for check in checks:
        for key, sentences in check(values, known).items():
            said[key] = [*said.get(key, ()), *sentences]
    return said


TaskRule = Callable[[int, str], None]
TASK_RULES: list[TaskRule] = []


def task_rule(call: TaskRule) -> TaskRule:
    """Register what the domain knows of who may do a task: (task, person), raises Forbidden."""
    TASK_RULES.append(call)
    return call


PeopleRule = Callable[[frozenset[str]], frozenset[str]]
PEOPLE: list[PeopleRule] = []


def people(call: PeopleRule) -> PeopleRule:
    """Register who knows the people: of these user names, those who belong to nobody that can do a task."""
    PEOPLE.append(call)
    return call


@dataclass(frozen=True, slots=True)
class Move:
    """Clocks of an instance end otherwise than its diagram reckons; what hangs on them goes along (bpmn.move_clocks).

    `ends` by clock code; None: the clock stands still. `said` tells the history why; `values` are variables to set.
    """

    instance_id: int
    ends: Mapping[str, datetime | None]
    said: Mapping[str, Any]
    values: Mapping[str, Any] = field(default_factory=dict)


Projection = Callable[[Connection, list[Change]], list[Move] | None]
PROJECTIONS: list[Projection] = []


def projection(call: Projection) -> Projection:
    """Register a function that keeps tables of the domain in step, in the same transaction as the instance.

    The moves it answers happen in that transaction, too.
    """
    PROJECTIONS.append(call)
    return call
