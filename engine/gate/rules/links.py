"""Link events come in pairs.

What. A throwing link has exactly one catching link of the same name in the same process or sub-process, and the other
way round; several throwing links may lead to one catching link.
Why. A link is a flow drawn in two parts; with one part missing the case stops there.
Mend. Give both the same name, or replace them by a sequence flow.

链接事件成对：同一流程内名称相同的发出链接和接收链接各就各位，否则案件会停在那里。
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.model import Node, shown
from engine.gate.paths import link_of


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about link events."""
    for scope in bundle.scopes:
        throws = [n for n in scope.nodes if n.tag == "intermediateThrowEvent" and link_of(n) is not None]
        catches = [n for n in scope.nodes if n.tag == "intermediateCatchEvent" and link_of(n) is not None]
        caught = Counter(link_of(node) for node in catches)
        thrown = {link_of(node) for node in throws}
        for node in throws + catches:
            name = link_of(node)
            if not name:
                yield _broken(node, "{it}没有写链接名", "{it} does not name its link")
            elif node.tag == "intermediateThrowEvent" and not caught[name]:
                yield _broken(
                    node,
                    f"{{it}}找不到名为“{shown(name)}”的接收链接",
                    f"no catching link is named “{shown(name)}” for {{it}}",
                )
            elif node.tag == "intermediateCatchEvent" and name not in thrown:
                yield _broken(
                    node,
                    f"没有链接通向{{it}}（“{shown(name)}”）",
                    f"no throwing link leads to {{it}} (“{shown(name)}”)",
                )
            elif node.tag == "intermediateCatchEvent" and caught[name] > 1:
                yield _broken(
                    node, f"有多个接收链接名为“{shown(name)}”", f"several catching links are named “{shown(name)}”"
                )
        for node in throws:
            if node.outgoing:
                yield _broken(
                    node, "{it}是发出链接，不能再有出线", "{it} is a throwing link and may have no outgoing flow"
                )
        for node in catches:
            if node.incoming:
                yield _broken(
                    node, "{it}是接收链接，不能再有入线", "{it} is a catching link and may have no incoming flow"
                )


def _broken(node: Node, zh: str, en: str) -> Finding:
    mend = (
        "让一对链接同名、同在一个流程内，或直接连线",
        "give both links one name within one process, or draw a plain flow",
    )
    return found("link-broken", node, zh, en, *mend)
