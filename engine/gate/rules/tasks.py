"""Tasks that say what is to be done.

What. A user task names its form and its role, a manual task its role; a script task has a script, a service task a
connector, a business rule task a decision. A task of no kind is offered to people like a manual task.
Why. Without a role nobody sees the task in a worklist; without a form nothing can be filled in; without a connector
or decision the step has nothing to do and the case would wait for ever or pass unnoticed.
Mend. Fill in the field of the properties panel that the finding names.

任务说清做什么：用户任务写明表单和角色，脚本任务有脚本，服务任务有连接器，业务规则任务有决策；不写类型的任务同手动任务，
要有角色。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate import panel
from engine.gate.bundle import Bundle
from engine.gate.elements import BPMN
from engine.gate.finding import found
from engine.gate.model import text
from engine.gate.rules import extensions

# element, attribute: what the finding is called, and what is missing in (zh, en)
_NEEDS = (
    ("userTask", "form", "task-form", *panel.field("form")),
    ("userTask", "role", "task-role", *panel.field("role")),
    ("task", "role", "task-role", *panel.field("role")),
    ("manualTask", "role", "task-role", *panel.field("role")),
    ("serviceTask", "connector", "service-connector", *panel.field("connector")),
    ("businessRuleTask", "decision", "rule-decision", *panel.field("decision")),
)


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about what tasks lack."""
    for node in bundle.nodes:
        for tag, attribute, code, zh, en in _NEEDS:
            if node.tag != tag or node.extension(attribute):
                continue
            relied = extensions.needs(node)
            if relied and relied[0] == attribute:
                yield extensions.relied(node, *relied, code)
            else:
                yield found(
                    code,
                    node,
                    f"{{it}}没有填写{zh}",
                    f"{{it}} leaves {en} empty",
                    f"在属性面板里填写{zh}",
                    f"fill in {en} in the properties panel",
                )
        if node.tag == "scriptTask" and not text(node.element.find(BPMN + "script")):
            yield found(
                "script-empty",
                node,
                "{it}没有脚本",
                "{it} has no script",
                "在“赋值”里写 { 结果: 数量 + 1 } 这样的式子，或删去这一步",
                "write { total: count + 1 } or the like in “Assignments”, or delete the step",
            )
