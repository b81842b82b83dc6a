"""From stored bytes to programs: each definition is read and parsed once per process and shared by its instances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from sqlalchemy import Connection, select

from engine import bpmn, clock, dmn, feel, forms, registry
from engine.errors import DiagramFault, NotFound
from engine.models import ProcessDefinition, Resource

FORMS = "forms/"

feel.set_clock(lambda: clock.local(clock.now()))  # now() in a diagram is the house's moment, real or virtual


@dataclass(frozen=True, slots=True)
class Definition:
    """A stored process definition with its program, ready to run."""

    id: int
    key: str
    version: int
    name: str
    program: bpmn.Program


class Programs:
    """The definitions a process has met so far. Definitions never change, so nothing is ever thrown away."""

    def __init__(self) -> None:
        self.known: dict[int, Definition] = {}
        self._newest: dict[str, int] = {}  # within one transaction: a batch starts many of a kind

    def look_again(self) -> None:
        """A new transaction may see new versions."""
        self._newest.clear()

    def get(self, connection: Connection, definition_id: int) -> Definition:
        """The definition with this id. Raises NotFound."""
        found = self.known.get(definition_id)
        if found is None:
            found = self.known[definition_id] = _read(connection, definition_id)
        return found

    def newest(self, connection: Connection, key: str) -> Definition:
        """The version of `key` that starts new instances: the newest active one. Raises NotFound."""
        number = self._newest.get(key)
        if number is None:
            number = self._newest[key] = _newest(connection, key)
        return self.get(connection, number)


def _newest(connection: Connection, key: str) -> int:
    table = ProcessDefinition.__table__
    query = select(table.c.id).where(table.c.key == key, table.c.state == "active")
    number = connection.scalar(query.order_by(table.c.version.desc()).limit(1))
    if number is None:
        raise NotFound(f"no active process definition {key!r}", zh=f"没有启用的流程“{key}”")
    return int(number)


def _read(connection: Connection, definition_id: int) -> Definition:
    table, files = ProcessDefinition.__table__, Resource.__table__
    row = connection.execute(select(table).where(table.c.id == definition_id)).mappings().first()
    if row is None:
        raise NotFound(f"no process definition {definition_id}", zh=f"没有流程定义 {definition_id}")
    found = connection.execute(
        select(files.c.path, files.c.content).where(files.c.deployment_id == row["deployment_id"])
    )
    programs = load({path: bytes(content) for path, content in found})
    return Definition(row["id"], row["key"], row["version"], row["name"], programs[row["key"]])


def load(files: dict[str, bytes]) -> dict[str, bpmn.Program]:
    """The programs of a bundle's files. Raises DiagramRefused when one cannot be run."""
    functions = {f.name: f.call for f in registry.FUNCTIONS.values()}
    models = [dmn.load(content, functions) for path, content in sorted(files.items()) if path.endswith(".dmn")]
    return bpmn.load(
        {path: content for path, content in files.items() if path.endswith(".bpmn")},
        functions=functions,
        decide=partial(_decide, models),
        form_keys={
            form_name(path): forms.keys(orjson.loads(content)) for path, content in files.items() if is_form(path)
        },
        languages=bpmn.LANGUAGES,
    )


def _shown(schema: dict[str, Any]) -> frozenset[str]:
    """The variables a form sets, shows or asks: what a task must carry for it."""
    return forms.keys(schema) | forms.reads(schema)


def is_form(path: str) -> bool:
    return path.startswith(FORMS) and path.endswith(".json")


def form_name(path: str) -> str:
    """`forms/complaint/sign.json` is the form `complaint/sign`."""
    return path.removeprefix(FORMS).removesuffix(".json")


def _decide(models: list[dmn.Model], name: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    for model in models:
        if name in model.decisions:
            return dmn.decide(model, name, variables).explained()
    raise DiagramFault(None, f"the bundle has no decision {name!r}", zh=f"部署包中没有决策“{name}”")
