"""Mends of one click: what a diagram of another tool lacks or says otherwise, offered one by one.

    offers = fixes.offers(files, roles=ROLES, connectors=CONNECTORS, forms=forms)
    applied = fixes.apply(files, [offer.id for offer in offers], roles=ROLES, …)
    applied.files, applied.done, applied.lost

A fix is one file of this room with a `find(desk)`, which yields fixes. Which fixes are made does not depend on the
order in which they were chosen, so that one is taken back by applying the others to the original files. Most need no
judgement; where a person must choose, the offers of one `choice` exclude each other.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from types import ModuleType

from engine import xml
from engine.gate.fixes import (
    answer,
    ask,
    by_hand,
    called,
    connector,
    correlation,
    data_drawn,
    decision,
    default_flow,
    direction,
    executable,
    expression,
    file_name,
    form,
    form_data,
    form_file,
    fresh_form,
    fresh_table,
    ids,
    imported,
    inside,
    lane_role,
    leftover,
    many,
    mapping,
    message,
    names,
    namespace,
    people,
    quantity,
    required,
    role,
    script,
    slip,
    timer,
    truth,
)
from engine.gate.fixes.desk import Desk, Names, distinct
from engine.gate.fixes.offer import Applied, Fix, Offer

__all__ = ["FIXES", "Applied", "Offer", "apply", "offers"]

# In the order in which they are made. What settles which processes run, and what changes the names of elements, come
# last, so that all others still find their place.
FIXES: tuple[ModuleType, ...] = (
    file_name,
    namespace,
    truth,
    imported,
    leftover,
    data_drawn,
    default_flow,
    direction,
    quantity,
    expression,
    ask,
    timer,
    script,
    people,
    lane_role,
    role,
    form_file,
    form_data,
    form,
    fresh_form,
    required,
    decision,
    fresh_table,
    answer,
    connector,
    by_hand,
    inside,
    mapping,
    many,
    message,
    correlation,
    called,
    names,
    slip,
    executable,
    ids,
)
_ROUNDS = 10  # a fix may first be possible when others are made; so many steps deep


def offers(
    files: Mapping[str, bytes],
    *,
    roles: Container[str] = (),
    connectors: Container[str] = (),
    forms: Container[str] = (),
) -> list[Offer]:
    """All fixes that can be made now. `roles` (the registry's, so that labels are known too), `connectors` and `forms`
    are the names a diagram may use besides the bundle's own. Never raises; unreadable files are skipped."""
    try:
        desk = Desk(files, Names(roles, connectors, forms))
    except Exception:  # a diagram too strange to be read is the gate's to tell
        return []
    return [fix.offer for module in FIXES for fix in _find(module, desk)]


def apply(
    files: Mapping[str, bytes],
    ids: Sequence[str],
    *,
    roles: Container[str] = (),
    connectors: Container[str] = (),
    forms: Container[str] = (),
) -> Applied:
    """The files with these fixes made, those made in order, and the ids that are not on offer (any more)."""
    names, current = Names(roles, connectors, forms), dict(files)
    wanted, done = dict.fromkeys(ids), []
    for _ in range(_ROUNDS):
        before = len(wanted)
        for module in FIXES:
            kind = _kind(module)
            if any(ident.startswith(kind + ":") for ident in wanted):
                made = _make(module, current, names, wanted)
                done += made
                for offer in made:
                    del wanted[offer.id]
        if not wanted or len(wanted) == before:
            break
    return Applied(current, done, list(wanted))


def _make(module: ModuleType, files: dict[str, bytes], names: Names, wanted: Mapping[str, None]) -> list[Offer]:
    """Make the wanted fixes of one kind; `files` is changed."""
    try:
        desk = Desk(files, names)
    except Exception:
        return []
    chosen = list(_one_of_each([fix for fix in _find(module, desk) if fix.offer.id in wanted]))
    try:
        for fix in chosen:
            fix.edit()
        fresh = {file: page.data() for file, page in desk.pages.items() if page.changed}
        for data in fresh.values():
            xml.parse(data)
    except Exception:  # whatever a strange diagram does to an edit, the files stay sound
        return []
    files.update(fresh)
    files.update(desk.fresh)
    for old, new in desk.moves.items():
        files[new] = files.pop(old)
    return [fix.offer for fix in chosen]


def _one_of_each(fixes: list[Fix]) -> Iterator[Fix]:
    """The fixes without those that another choice excludes."""
    taken: set[str] = set()
    for fix in fixes:
        if fix.offer.choice not in taken:
            yield fix
        taken |= {fix.offer.choice} - {""}


def _find(module: ModuleType, desk: Desk) -> Iterator[Fix]:
    """A kind's fixes; one that stumbles over a strange diagram offers nothing more."""
    try:
        found = list(module.find(desk))
    except Exception:
        return iter(())
    return distinct(found)


def _kind(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2].replace("_", "-")
