"""Make the decision table that is missing.

What. A business rule task whose decision is in no file of the bundle gets a new table of that name, with one rule and
an output that is called as the next gateway asks for it. A person chooses this, since the table may be at hand
elsewhere; the gate tells until its columns and rules are filled in.
Why. The name of the decision stands in the diagram only; a table that is made under another name would not be found.
Before. `<businessRuleTask … banjie:decision="risk_check">` and no such table
After. `risk_check.dmn` with the decision `risk_check`

新建决策表：业务规则任务要用的决策表不在部署包里时，按同一名称新建一张，打开后填写条件和结果。
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine import feel
from engine.gate.fixes import decision, fields
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import escaped
from engine.gate.model import Node
from engine.gate.rules.ids import SAFE

KIND = "fresh-table"
_TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{id}_definitions" name="{id}" \
namespace="urn:banjie:decision">
  <decision id="{id}" name="{id}">
    <variable id="{id}_variable" name="{output}" typeRef="string"/>
    <decisionTable id="{id}_rules" hitPolicy="FIRST">
      <input id="{id}_input" label="条件">
        <inputExpression id="{id}_input_expression" typeRef="string"><text>input</text></inputExpression>
      </input>
      <output id="{id}_output" label="结果" name="{output}" typeRef="string"/>
      <rule id="{id}_rule">
        <inputEntry id="{id}_rule_input"><text>-</text></inputEntry>
        <outputEntry id="{id}_rule_output"><text>"待定"</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
"""


def find(desk: Desk) -> Iterator[Fix]:
    """Business rule tasks whose decision no file holds."""
    known = {name for one in decision.every(desk) for name in (one.get("id"), one.get("name"))}
    for _, node in desk.nodes:
        name = node.extension("decision") if node.tag == "businessRuleTask" else None
        if not name or name in known or not SAFE.fullmatch(name) or f"{name}.dmn" in desk.files:
            continue
        yield fix(
            KIND,
            node.file,
            node.element,
            partial(_make, desk, node, name),
            zh=f"给{{it}}新建决策表“{name}”，再打开填写",
            en=f"make the table “{name}” for {{it}}, to be filled in then",
            before="",
            after=f"{name}.dmn",
            rule="decision-unknown",
            part="new",
            pick=(name, name),
        )


def _make(desk: Desk, node: Node, name: str) -> None:
    bundle = fields.read(desk)
    same = (one for one in bundle.nodes if (one.file, one.id) == (node.file, node.id))
    asked = [word for one in same for word in fields.wanted(bundle, one, only_conditions=True) if feel.is_simple(word)]
    output = node.extension("result") or (asked[0] if len(asked) == 1 else "result")
    desk.fresh[f"{name}.dmn"] = _TABLE.format(id=escaped(name), output=escaped(output)).encode()
