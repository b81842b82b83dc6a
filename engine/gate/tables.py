"""The decision models of a bundle, read once, and what their decisions yield."""

from __future__ import annotations

from engine import dmn
from engine.dmn import Decision, DmnError, Model, Table
from engine.dmn.model import Knowledge
from engine.gate.bundle import Bundle


def models(bundle: Bundle) -> dict[str, Model | DmnError]:
    """The model of each .dmn file, or why it cannot be read."""
    if "models" not in bundle.memo:
        bundle.memo["models"] = {file: _model(data, bundle) for file, data in bundle.tables.items()}
    found: dict[str, Model | DmnError] = bundle.memo["models"]
    return found


def _model(data: bytes, bundle: Bundle) -> Model | DmnError:
    try:
        return dmn.load(data, bundle.functions)
    except DmnError as problem:
        return problem


def find(bundle: Bundle, name: str) -> tuple[Model, Decision] | None:
    """The decision of this name or id, with the model it stands in."""
    for model in models(bundle).values():
        if isinstance(model, Model) and (decision := model.decisions.get(name)) is not None:
            return model, decision
    return None


def entries(bundle: Bundle, name: str) -> list[str]:
    """The variables a decision sets when its task names no result: the entries of its context."""
    found = find(bundle, name)
    table = own(found[1]) if found else None
    if table is not None and len(table.outputs) > 1:
        return [output.name for output in table.outputs]
    type_ = found[1].type if found else None
    return [key for key, _ in type_.entries] if type_ is not None else []


def own(decision: Decision | Knowledge) -> Table | None:
    """The table that is the decision's whole logic; None when its logic is another, or a table inside of another."""
    return decision.logic if isinstance(decision.logic, Table) else None
