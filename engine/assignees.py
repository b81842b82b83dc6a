"""Tasks that a diagram gives to a person by name: is there such a person?

The names of variables and formulas come only when a case runs; a name in quotes is there to be asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine import feel, registry, xml
from engine.errors import BanjieError, Finding
from engine.feel import tree
from engine.gate.model import Element

ASSIGNEE = "{urn:banjie:bpmn:1}assignee"


def check(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """A warning for each task that is given to somebody who does not exist or can do no task."""
    given = [(path, element, who) for path, content in files.items() for element, who in _named(path, content)]
    names = frozenset(who for _path, _element, who in given)
    absent = frozenset[str]().union(*(rule(names) for rule in registry.PEOPLE)) if names else frozenset()
    for path, element, who in given:
        if who in absent:
            label = " ".join((element.get("name") or element.get("id") or "").split())
            yield Finding(
                rule="person-unknown",
                severity="warning",
                file=path,
                element=element.get("id"),
                zh=f"“{label}”指定由“{who}”办理，但没有能办理任务的账户叫这个用户名（没有此人、已停用或没有办理岗位）",
                en=f"“{label}” is given to “{who}”, but no account of that user name can do a task "
                "(there is none, it is not active, or it has no role that works)",
                mend_zh="改成现有账户的用户名；或删去办理人，只写角色，由该角色的人认领",
                mend_en="write the user name of an account; or leave the assignee out and say the role, "
                "whose people then claim it",
            )


def _named(path: str, content: bytes) -> Iterator[tuple[Element, str]]:
    if not path.endswith(".bpmn"):
        return
    try:
        root = xml.parse(content)
    except BanjieError:
        return  # the gate says what is wrong with it
    for element in root.iter("{*}*"):
        if text := element.get(ASSIGNEE):
            try:
                said = feel.compile(text).tree
            except feel.FeelError:
                continue
            if isinstance(said, tree.Text) and said.value.strip():
                yield element, said.value
