"""Name the connector.

What. The worker a service task, send task or throwing message event relies on in another product becomes
`banjie:connector`: a topic, a job type, a bean (`${archiveService}`), SpiffWorkflow's operator; a Java class only when
a registered connector has its name. A result variable becomes `banjie:result`.
Why. Work outside is done here by connectors that developers have registered; which one is meant is said by that name.
One that is not registered is named by the gate.
Before. `<serviceTask camunda:type="external" camunda:topic="archive">`
After. `<serviceTask … banjie:connector="archive">`

写明连接器：把其他产品的 topic、任务类型、bean、操作写成 banjie:connector；Java 类只在有同名已登记连接器时采用。
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from engine import feel
from engine.gate.fixes import translate, vendor
from engine.gate.fixes.desk import Desk, Names, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.model import Element, Node

KIND = "connector"
_TAGS = frozenset({"serviceTask", "sendTask", "intermediateThrowEvent", "endEvent"})
_NAME = re.compile(r"[\w][\w.:/-]{0,99}")
_SUFFIX = re.compile(r"(Java)?(Delegate|Service|Worker|Adapter|Handler|Task|Bean)$")


def find(desk: Desk) -> Iterator[Fix]:
    """Work for the outside that another product would do."""
    for page, node in desk.nodes:
        holders = [node.element, *(one for kind, one in node.definitions if kind == "message")]
        if node.tag not in _TAGS or node.extension("connector") or (node.triggers and "message" not in node.triggers):
            continue
        for holder in holders:
            said, only_known = _said(holder)
            name = _name(said, only_known, desk.names)
            if name:
                yield _fix(page, node, said, name)
                break


def worker(node: Node) -> bool:
    """Whether another product names who does the work of this node."""
    holders = [node.element, *(one for kind, one in node.definitions if kind == "message")]
    return any(_said(holder)[0] for holder in holders)


def _fix(page: Page, node: Node, said: str, name: str) -> Fix:
    result = vendor.attribute(node.element, "resultVariable", "resultVariableName") or _operator_result(node.element)

    def edit() -> None:
        page.set_ours(node.element, "connector", name)
        if node.tag == "serviceTask" and feel.is_simple(result) and not node.extension("result"):
            page.set_ours(node.element, "result", result)

    return fix(
        KIND,
        node.file,
        node.element,
        edit,
        zh=f"给{{it}}写上连接器“{name}”",
        en=f"give {{it}} the connector “{name}”",
        before=said,
        after=f'banjie:connector="{name}"',
        rule="service-connector" if node.tag == "serviceTask" else "foreign-needed",
    )


def _said(holder: Element) -> tuple[str, bool]:
    """What does the work in another product, and whether it counts only when a connector of that name is known."""
    if topic := vendor.attribute(holder, "topic"):
        return topic, False
    for child in vendor.children(holder, "taskDefinition"):
        return (child.get("type") or "").strip(), False
    for child in vendor.children(holder, "serviceTaskOperator"):
        return (child.get("id") or "").strip(), False
    if bean := vendor.attribute(holder, "delegateExpression"):
        return bean, False
    if java := vendor.attribute(holder, "class"):
        return java, True
    kind = vendor.attribute(holder, "type")
    return ("" if kind == "external" else kind), True


def _operator_result(element: Element) -> str:
    found = (child.get("resultVariable") or "" for child in vendor.children(element, "serviceTaskOperator"))
    return next(found, "").strip()


def _name(said: str, only_known: bool, names: Names) -> str | None:
    """The name of our connector: a registered one that is alike, else the plain name."""
    plain = translate.unwrapped(said) or said
    if not plain or not _NAME.fullmatch(plain):
        return None
    if plain in names.connectors:
        return plain
    known = sorted(names.connectors) if isinstance(names.connectors, Iterable) else []
    like = [name for name in known if _key(name) in (_key(plain), _key(_SUFFIX.sub("", plain.rpartition(".")[2])))]
    if len(like) == 1:
        return like[0]
    return None if only_known else plain


def _key(words: str) -> str:
    return re.sub(r"[\W_]", "", words).casefold()
