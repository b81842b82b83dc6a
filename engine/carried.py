"""What the messages a bundle waits for carry when others send them: the house itself, or processes of other bundles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from engine import forms, registry
from engine.db import db
from engine.gate import scope
from engine.models import ProcessDefinition, Resource

Carried = dict[str, frozenset[str]]


def declared(schema: Callable[[str], Mapping[str, Any] | None]) -> Carried:
    """What the house says of its own messages; `schema` gives the forms whose fields go along, None for one that is not
    here."""
    return {
        name: message.keys.union(*(forms.keys(found) for form in message.forms if (found := schema(form)) is not None))
        for name, message in registry.MESSAGES.items()
    }


def drawn(diagrams: Iterable[bytes]) -> Carried:
    """What processes send, by their diagrams."""
    return joined(*(_drawn(diagram) for diagram in diagrams))


def deployed(without: Iterable[str]) -> list[bytes]:
    """The diagrams of the processes that start new cases, but for those with the keys of `without`."""
    active = select(ProcessDefinition.deployment_id).where(
        ProcessDefinition.state == "active", ProcessDefinition.key.not_in(list(without))
    )
    wanted = select(Resource.content).where(Resource.deployment_id.in_(active), Resource.path.endswith(".bpmn"))
    return [bytes(content) for content in db.session.scalars(wanted)]


def joined(*several: Carried) -> Carried:
    """All that may come with each message: each sender's values."""
    return {name: frozenset().union(*(one.get(name, ()) for one in several)) for one in several for name in one}


@lru_cache(maxsize=256)
def _drawn(diagram: bytes) -> Carried:
    return {name: frozenset(names) for name, names in scope.sent(diagram).items()}
