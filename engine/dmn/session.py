"""One evaluation: every decision is made at most once, every function is one value, every table leaves a step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import feel
from engine.feel.limits import MAX_CALLS
from engine.feel.types import coerce

from .errors import DmnError
from .item_types import from_text
from .model import Decision, Input, Item, Knowledge, Model, Reference, Service, Step, Values

MAX_STEPS_KEPT = 500


class Session:
    """Decisions over `data`; `overrides` are the values a service was called with, by key."""

    def __init__(
        self,
        model: Model,
        data: Mapping[str, Any],
        run: feel.Run,
        overrides: Mapping[tuple[str, str], feel.Value] | None = None,
        steps: list[Step] | None = None,
    ) -> None:
        self.model = model
        self.data = data
        self.run = run
        self.steps = steps if steps is not None else []
        self.known: dict[tuple[str, str], feel.Value] = dict(overrides or {})
        self._open: set[tuple[str, str]] = set()

    def item(self, reference: Reference) -> Item:
        """The item a reference means."""
        return self.model.items[reference.key]

    def value(self, item: Item) -> feel.Value:
        """The value of an item: input data, a decision's result, or a function."""
        if item.key in self.known:
            return self.known[item.key]
        if isinstance(item, Input):
            made = self._input(item)
        elif isinstance(item, Decision):
            made = self._decision(item)
        elif isinstance(item, Knowledge):
            return self._knowledge(item)
        else:
            assert isinstance(item, Service)
            made = self._service(item)
        self.known[item.key] = made
        return made

    def _given(self, item: Input) -> Mapping[str, Any]:
        """Where the data of an input stand: an imported one's may be nested under the names of the imports."""
        if item.key[0] != self.model.namespace:
            for path in _paths(self.model, item.key[0]):
                found: Any = self.data
                for name in path:
                    found = found.get(name) if isinstance(found, Mapping) else None
                if isinstance(found, Mapping) and item.name in found:
                    return found
        return self.data

    def _input(self, item: Input) -> feel.Value:
        value = feel.convert(self._given(item).get(item.name))
        made = coerce(from_text(value, item.type), item.type)
        if value is not None and made is None:
            self.run.warn(f"the value of `{item.name}` does not belong to its type")
        return made

    def _decision(self, item: Decision) -> feel.Value:
        if item.logic is None:
            return None
        if item.key in self._open or len(self._open) > MAX_CALLS:
            raise DmnError(item.name, "the decision depends on itself", "决策依赖于自身")
        self._open.add(item.key)
        try:
            value = item.logic(self.scope(item.requires, self._loose(item)), self)
        finally:
            self._open.discard(item.key)
        made = coerce(value, item.type)
        if value is not None and made is None:
            self.run.warn(f"the result of `{item.name}` does not belong to its type")
        return made

    def _loose(self, item: Decision) -> Values:
        """Tables drawn without input data read the caller's variables by name, unless the model has such an item."""
        return {name: feel.convert(self.data[name]) for name in item.loose if name in self.data}

    def scope(self, references: list[Reference], into: Values | None = None) -> Values:
        """The values an item's logic may see: what it requires, imported items under their import's name."""
        values: Values = into if into is not None else {}
        for reference in references:
            item = self.item(reference)
            value = self.value(item)
            if reference.prefix:
                space = values.setdefault(reference.prefix, {})
                space[item.name] = value
            else:
                values[item.name] = value
        return values

    def _knowledge(self, item: Knowledge) -> feel.Function:
        captured: Values = {}
        made = function(self, item.name, item.parameters, item.types, item.type, item.logic, captured)
        self.known[item.key] = made  # before its requirements, so that it may call itself
        self.scope(item.requires, captured)
        return made

    def _service(self, item: Service) -> feel.Function:
        references = [*item.inputs, *item.input_decisions]  # DMN 1.5 §10.4: input data come first
        targets = [self.item(reference) for reference in references]
        names = tuple(target.name for target in targets)

        def invoke(run: feel.Run, arguments: list[feel.Value]) -> feel.Value:
            if len(arguments) != len(names):
                run.warn(f"{item.name}(…) takes {len(names)} arguments")
                return None
            fitted: dict[tuple[str, str], feel.Value] = {}
            for target, value in zip(targets, arguments, strict=True):
                made = coerce(value, target.type)
                if value is not None and made is None:
                    run.warn(f"`{target.name}` of {item.name}(…) does not belong to its type")
                    return None
                fitted[target.key] = made
            return deeper(run, item.name, lambda: self.served(item, fitted))

        return feel.Function(item.name, names, invoke, tuple(target.type for target in targets), item.type)

    def served(self, item: Service, given: Mapping[tuple[str, str], feel.Value]) -> feel.Value:
        """A service's result over the values of its inputs: one output's value, or a context of all."""
        inner = Session(self.model, {}, self.run, given, self.steps)
        outputs = {self.item(reference).name: inner.value(self.item(reference)) for reference in item.outputs}
        value = next(iter(outputs.values())) if len(outputs) == 1 else outputs
        return coerce(value, item.type)

    def note(self, step: Step) -> None:
        """Keep what a table did."""
        if len(self.steps) < MAX_STEPS_KEPT:
            self.steps.append(step)


def _paths(model: Model, namespace: str) -> list[tuple[str, ...]]:
    """The chains of import names that lead from a model to a namespace; imports cannot go round in circles."""
    found: list[tuple[str, ...]] = []
    for name, other in model.imports.items():
        if other.namespace == namespace:
            found.append((name,))
        found += [(name, *rest) for rest in _paths(other, namespace)]
    return found


def deeper(run: feel.Run, name: str, work: Any) -> feel.Value:
    """Run `work` one call deeper, paying for it."""
    run.spend()
    run.calls += 1
    try:
        if run.calls > MAX_CALLS:
            raise feel.FeelLimit((f"“{name}”的调用层数过多（无限递归？）", f"`{name}`: too many calls within calls"))
        return work()
    finally:
        run.calls -= 1


def function(
    session: Session,
    name: str,
    parameters: tuple[str, ...],
    types: tuple[Any, ...],
    result: Any,
    logic: Any,
    captured: Values,
) -> feel.Function:
    """Logic with parameters as a value; `captured` are the names around it."""

    def invoke(run: feel.Run, arguments: list[feel.Value]) -> feel.Value:
        if len(arguments) != len(parameters) or logic is None:
            run.warn(f"{name}(…) takes {len(parameters)} arguments")
            return None
        values = dict(captured)
        for parameter, type_, value in zip(parameters, types, arguments, strict=True):
            made = coerce(value, type_)
            if value is not None and made is None:
                run.warn(f"`{parameter}` of {name}(…) does not belong to its type")
                return None
            values[parameter] = made
        return coerce(deeper(run, name, lambda: logic(values, session)), result)

    return feel.Function(name, parameters, invoke, types if any(types) else (), result)
