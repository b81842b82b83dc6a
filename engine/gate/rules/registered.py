"""Roles and connectors that exist.

What. The role of a task and the connector of a service task, a send task or a message event are registered in this
system.
Why. A misspelt role is a task nobody is shown; a misspelt connector a letter nobody sends.
Mend. Choose one of the listed names; new roles and connectors are added by the developers, never by a diagram.

角色和连接器须已登记：写错角色的任务谁也看不到，写错连接器的通知谁也收不到；请从列表中选择。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate import panel
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.model import At, shown


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about names of roles and connectors."""
    kinds = (("role", bundle.roles, "角色", "role"), ("connector", bundle.connectors, "连接器", "connector"))
    for node in bundle.nodes:
        for attribute, known, zh, en in kinds:
            holders = [node.element, *(definition for _, definition in node.definitions)]
            for name in {(holder.get("{urn:banjie:bpmn:1}" + attribute) or "").strip() for holder in holders} - {""}:
                if name not in known:
                    more, listed = ("", ""), panel.labelled(known)
                    if attribute == "connector":
                        more = (
                            f"；或请开发人员登记连接器“{shown(name)}”，或改用用户任务",
                            f"; or ask the developers to register the connector “{shown(name)}”, or draw a user task",
                        )
                    yield found(
                        attribute + "-unknown",
                        At(node.file, node.element),
                        f"{{it}}的{zh}“{shown(name)}”没有登记",
                        f"the {en} “{shown(name)}” of {{it}} is not registered",
                        f"改用已登记的{zh}" + _listed("：", listed[0]) + more[0],
                        f"use a registered {en}" + _listed(": ", listed[1]) + more[1],
                    )


def _listed(colon: str, names: str) -> str:
    return colon + names if names else ""
