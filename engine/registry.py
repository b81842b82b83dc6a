"""What diagrams may call: named functions, connectors and roles. Nothing else of the house is reachable from a diagram.

The domain registers here when it is imported; the gate checks names against these tables, the modeler lists them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Function:
    """A function an expression may call. `zh` and `en` are shown in the editor."""

    name: str
    params: tuple[str, ...]
    zh: str
    en: str
    call: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Connector:
    """An outside system. `call(payload, job_id)` may be repeated with the same job id and must then act once."""

    name: str
    zh: str
    en: str
    call: Callable[[dict[str, Any], int], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Role:
    """A role a user task may ask for."""

    name: str
    zh: str
    en: str


FUNCTIONS: dict[str, Function] = {}
CONNECTORS: dict[str, Connector] = {}
ROLES: dict[str, Role] = {}


def function(name: str, params: tuple[str, ...], zh: str, en: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated callable as a function of the diagrams' language."""

    def register(call: Callable[..., Any]) -> Callable[..., Any]:
        FUNCTIONS[name] = Function(name, params, zh, en, call)
        return call

    return register


def connector(name: str, zh: str, en: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated callable as a connector."""

    def register(call: Callable[..., Any]) -> Callable[..., Any]:
        CONNECTORS[name] = Connector(name, zh, en, call)
        return call

    return register


def role(name: str, zh: str, en: str) -> None:
    """Register a role."""
    ROLES[name] = Role(name, zh, en)
