"""What an expression at an element may speak of: the variables set on the way to it, and the functions.

Pure, for the modeler: the files of a bundle and an id in, JSON data out. A variable is listed when some path sets it; a
path may leave it out, so an expression still has to reckon with null.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from engine import feel
from engine.gate import bundle as bundles
from engine.gate.scope import Reader


def at(
    files: Mapping[str, bytes],
    element: str,
    *,
    file: str | None = None,
    functions: Mapping[str, Any] | None = None,
    start: Iterable[str] = (),
    known_forms: Mapping[str, dict[str, Any]] | None = None,
    messages: Mapping[str, Collection[str]] | None = None,
) -> dict[str, Any]:
    """Variables and functions in scope at a node (before it acts) or a sequence flow of the bundle's diagrams.

    `file` is where to look when files share ids; `start` are the variables a process is started with from outside;
    `functions` the registry's, `messages` what messages carry that others send, by name. Kinds of origin are form,
    script, decision, answer (of a connector), message, call, loop and start. Raises NotFound.
    """
    reader = Reader(bundles.read(files, {}, (), (), known_forms, messages))
    place = reader.find(element, file)
    origins: dict[str, list[dict[str, str]]] = {name: [{"kind": "start"}] for name in start}
    for name, kind, node in sorted(set(reader.before(place)), key=lambda s: (s[0], s[2].element.sourceline or 0)):
        origin = {"kind": kind, "element": node.id, "name": (node.element.get("name") or "").strip()}
        if origin not in origins.setdefault(name, []):
            origins[name].append(origin)
    variables = [{"name": name, "from": origins[name]} for name in sorted(origins)]
    return {"element": element, "variables": variables, "functions": catalogue(functions or {})}


def catalogue(functions: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The functions an expression may call, those of the house first."""
    own = [
        {
            "name": name,
            "signatures": [f"{name}({', '.join(getattr(given, 'params', ()))})"],
            "zh": getattr(given, "zh", ""),
            "en": getattr(given, "en", ""),
        }
        for name, given in sorted(functions.items())
    ]
    return own + feel.catalogue()
