"""Ad-hoc sub-processes without a fixed order.

What. An ad-hoc sub-process holds no start and no end events; a sequential one has no flows either.
Why. Its activities are entered all at once, or one after the other; start events and flows would give an order that
the marker denies, and nobody could say which holds.
Mend. Delete the events and flows, or use an ordinary sub-process.

临时子流程不定顺序：里面不画启动、结束事件；标为顺序执行的也不画连线。要定顺序请改用普通子流程。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.finding import found

_MEND = ("删去它，或改用普通子流程", "delete it, or use an ordinary sub-process")


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about ad-hoc sub-processes."""
    for scope in bundle.scopes:
        if not scope.is_ad_hoc:
            continue
        for node in scope.starts + scope.ends:
            yield found(
                "ad-hoc-order",
                node,
                "{it}在临时子流程里，那里不能有开始和结束事件",
                "{it} stands in an ad-hoc sub-process, which has no start and end events",
                *_MEND,
            )
        if scope.element.get("ordering") == "Sequential":
            for flow in scope.flows:
                yield found(
                    "ad-hoc-order",
                    flow,
                    "{it}在顺序执行的临时子流程里，那里不能有连线",
                    "{it} stands in a sequential ad-hoc sub-process, which has no flows",
                    *_MEND,
                )
