"""Name the connector.

What. Where the worker a service task, send task or throwing message event relies on in another product (a topic, a job
type, a bean `${archiveService}`, a Java class, SpiffWorkflow's operator) has the name of a registered connector, this
becomes `banjie:connector`, and a result variable `banjie:result`. Where it has not, a person chooses: one of the
registered connectors, or another way (by-hand, inside); so also for a send task that nothing in the diagram hears.
Why. Work outside is done here by connectors that developers have registered. The name of another one would be an error
in place of an error.
Before. `<serviceTask camunda:type="external" camunda:topic="archive">`
After. `<serviceTask … banjie:connector="archive">`

写明连接器：其他产品的 topic、任务类型、bean、Java 类、操作与已登记的连接器同名时写成连接器；不同名时从已登记的连接器中
选一个，或改由人办理。
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.gate.fixes import workers
from engine.gate.fixes.desk import Desk, called, fix
from engine.gate.fixes.desk import ours as shown
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.model import Node

KIND = "connector"


def find(desk: Desk) -> Iterator[Fix]:
    """Work for the outside that another product would do, and service tasks that say nothing."""
    for page, node in desk.nodes:
        if not workers.asks(node):
            continue
        if name := workers.registered(node, desk.names):
            yield _fix(desk, page, node, name, choice=False)
        elif workers.said(node) or node.tag == "serviceTask" or workers.unheard(node):
            known = desk.names.connectors
            for each in sorted(known) if isinstance(known, Iterable) else ():
                yield _fix(desk, page, node, each, choice=True)


def _fix(desk: Desk, page: Page, node: Node, name: str, choice: bool) -> Fix:
    result = workers.result(node)

    def edit() -> None:
        page.set_ours(node.element, "connector", name)
        if node.tag == "serviceTask" and result and not node.extension("result"):
            page.set_ours(node.element, "result", result)

    zh, en = called(desk.names.connectors, name)
    return fix(
        KIND,
        node.file,
        node.element,
        edit,
        zh=f"给{{it}}选“连接器”：{zh}",
        en=f"choose the “Connector” of {{it}}: {en}",
        before=workers.said(node),
        after=shown("connector", name),
        rule=workers.rule(node),
        part=name if choice else "",
        pick=(zh, en) if choice else None,
    )
