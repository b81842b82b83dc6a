"""Drop a direction that contradicts the flows.

What. `gatewayDirection` is taken away where it is not that of the gateway's flows.
Why. Tools write it when a gateway is created and forget it when flows are added; the flows say what happens.
Before. `<exclusiveGateway id="g" gatewayDirection="Converging">` with two outgoing flows
After. `<exclusiveGateway id="g">`

删去与连线不符的网关方向。
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix

KIND = "direction"


def find(desk: Desk) -> Iterator[Fix]:
    """Gateways that say one thing and do another."""
    for page, node in desk.nodes:
        said = node.element.get("gatewayDirection") or ""
        joins, splits = len(node.incoming) > 1, len(node.outgoing) > 1
        if node.is_gateway and {"Converging": splits, "Diverging": joins, "Mixed": not (joins and splits)}.get(said):
            yield fix(
                KIND,
                node.file,
                node.element,
                partial(page.set, node.element, "gatewayDirection", None),
                zh=f"删去{{it}}的方向“{said}”：它与连线不符",
                en=f"drop the direction “{said}” of {{it}}: it is not that of its flows",
                before=said,
                after="",
                rule="gateway-direction",
            )
