"""A decision model as the engine runs it: what refers to what, with compiled logic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine import feel
from engine.feel.types import Type

if TYPE_CHECKING:
    from .session import Session

Values = dict[str, feel.Value]
Literal = tuple[feel.Expression, frozenset[str]]  # an expression, and the names it may use
Logic = Callable[[Values, "Session"], feel.Value]


@dataclass(slots=True)
class Item:
    """What decisions, inputs, knowledge models and services have in common. `key` is (namespace, id or name)."""

    key: tuple[str, str]
    id: str
    name: str
    type: Type | None = None
    type_name: str = ""


@dataclass(slots=True)
class Input(Item):
    """Data from outside."""


@dataclass(slots=True)
class Decision(Item):
    """A decision; `logic` is None when the model only names it."""

    logic: Logic | None = None
    requires: list[Reference] = field(default_factory=list)
    loose: frozenset[str] = frozenset()  # names it uses that are no item of the model: variables of the caller
    tables: tuple[Any, ...] = ()  # the tables.Table of its logic: for pages and analysis
    literals: tuple[Literal, ...] = ()  # the expressions of its logic that stand in no table


@dataclass(slots=True)
class Knowledge(Item):
    """A business knowledge model: a function."""

    parameters: tuple[str, ...] = ()
    types: tuple[Type | None, ...] = ()
    logic: Logic | None = None
    requires: list[Reference] = field(default_factory=list)
    tables: tuple[Any, ...] = ()
    literals: tuple[Literal, ...] = ()


@dataclass(slots=True)
class Service(Item):
    """A decision service: some decisions as a function of others and of inputs."""

    outputs: list[Reference] = field(default_factory=list)
    input_decisions: list[Reference] = field(default_factory=list)
    inputs: list[Reference] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reference:
    """`key` of the item meant, and the import's name it is reached by ("" inside the model)."""

    key: tuple[str, str]
    prefix: str = ""


@dataclass(slots=True)
class Model:
    """One file. `items` holds its own and all imported items by key."""

    namespace: str
    name: str
    version: str
    types: dict[str, Type]
    items: dict[tuple[str, str], Item]
    own: list[Item]
    imports: Mapping[str, Model]  # by import name

    @property
    def decisions(self) -> dict[str, Decision]:
        """The decisions of this file by id and by name."""
        found = [item for item in self.own if isinstance(item, Decision)]
        return {item.id: item for item in found if item.id} | {item.name: item for item in found}

    @property
    def services(self) -> dict[str, Service]:
        """The decision services of this file by id and by name."""
        found = [item for item in self.own if isinstance(item, Service)]
        return {item.id: item for item in found if item.id} | {item.name: item for item in found}

    @property
    def inputs(self) -> dict[str, Input]:
        """The input data of this file by name."""
        return {item.name: item for item in self.own if isinstance(item, Input)}


@dataclass(slots=True)
class Step:
    """What one table did: evaluated inputs, the numbers of the rules that matched, what came out, what is amiss."""

    decision: str
    inputs: list[tuple[str, Any]]
    rules: list[int]
    outputs: list[Any]
    problem: tuple[str, str] = ("", "")  # (Chinese, English)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision's value and why: `rules`, `inputs`, `outputs` of its own table, `steps` of every table on the way."""

    value: feel.Value
    rules: list[int] = field(default_factory=list)
    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: list[Any] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """The sentences of all steps where something is amiss."""
        return [step.problem for step in self.steps if step.problem[0]]

    def explained(self) -> dict[str, Any]:
        """The outcome as plain JSON data, for history and pages."""
        return {
            "value": feel.to_json(self.value),
            "rules": self.rules,
            "inputs": feel.to_json(self.inputs),
            "outputs": feel.to_json(self.outputs),
            "steps": [
                {
                    "decision": step.decision,
                    "inputs": [[label, feel.to_json(value)] for label, value in step.inputs],
                    "rules": step.rules,
                    "outputs": feel.to_json(step.outputs),
                    "problem": {"zh": step.problem[0], "en": step.problem[1]} if step.problem[0] else None,
                }
                for step in self.steps
            ],
        }
