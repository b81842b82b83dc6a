"""What people call the elements of a diagram that findings speak of."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from flask_babel import gettext as _

from engine import xml
from engine.errors import BanjieError

FLOWS = ("sequenceFlow", "messageFlow", "association")


class Names:
    """The names of the elements of a draft's diagrams; a diagram is read when it is first asked about."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self._diagrams: dict[str, _Diagram] = {}

    def of(self, path: str, ident: str | None) -> str:
        """The element's name; of a flow without one, from where to where it leads; else nothing."""
        if not ident or not path.endswith(".bpmn") or path not in self.files:
            return ""
        if path not in self._diagrams:
            self._diagrams[path] = _Diagram(self.files[path])
        return self._diagrams[path].name(ident)


class _Diagram:
    def __init__(self, content: bytes) -> None:
        self.content = content

    @cached_property
    def elements(self) -> dict[str, Any]:
        try:
            root = xml.parse(self.content)
        except BanjieError:
            return {}
        return {one.get("id"): one for one in root.iter("{*}*") if one.get("id")}

    def name(self, ident: str) -> str:
        element = self.elements.get(ident)
        if element is None:
            return ""
        if element.get("name"):
            return " ".join(element.get("name").split())
        if element.tag.rpartition("}")[2] == "process":
            return self._pool(ident)
        if element.tag.rpartition("}")[2] in FLOWS:
            ends = [(element.get(end) or "").rpartition(":")[2] for end in ("sourceRef", "targetRef")]
            source, target = (self._plain(end) for end in ends)
            if source and target:
                return _("从“%(source)s”到“%(target)s”的连线", source=source, target=target)
        return ""

    def _pool(self, process: str) -> str:
        """What the pool of a process without a name is called."""
        named = (
            " ".join((one.get("name") or "").split())
            for one in self.elements.values()
            if (one.get("processRef") or "").rpartition(":")[2] == process
        )
        return next(named, "")

    def _plain(self, ident: str) -> str:
        """An end of a flow: its name or, without one, its id."""
        element = self.elements.get(ident)
        return " ".join((element.get("name") or "").split()) or ident if element is not None else ""
