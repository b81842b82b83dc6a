"""Keep the answer of a decision.

What. A business rule task whose decision gives one value, and which names no variable for it, gets `banjie:result`: the
name by which a condition, an expression or a form of the process asks for it.
Why. The value would be thrown away, and what asks for it would read null.
Before. `<businessRuleTask … banjie:decision="level">` before a flow with the condition `level = "high"`
After. `<businessRuleTask … banjie:decision="level" banjie:result="level">`

存下决策的结果：后面要用的结果，按所用的名称填入“结果存入变量”。
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.gate import answers, panel
from engine.gate.fixes import fields
from engine.gate.fixes.desk import Desk, fix, ours
from engine.gate.fixes.offer import Fix

KIND = "answer"


def find(desk: Desk) -> Iterator[Fix]:
    """Business rule tasks whose answer is asked and not kept."""
    wanting = [(p, n) for p, n in desk.nodes if n.extension("decision") and not n.extension("result")]
    if not wanting:
        return
    lost = {(one.node.file, one.node.id): one for one in answers.lost(fields.read(desk)) if one.asked}
    for page, node in wanting:
        if one := lost.get((node.file, node.id)):
            yield fix(
                KIND,
                node.file,
                node.element,
                partial(page.set_ours, node.element, "result", one.name),
                zh=f"给{{it}}填写{panel.field('result')[0]}：{one.name}",
                en=f"fill in {panel.field('result')[1]} of {{it}}: {one.name}",
                before="",
                after=ours("result", one.name),
                rule="answer-lost",
            )
