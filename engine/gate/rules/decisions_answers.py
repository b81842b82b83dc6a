"""Answers of decisions that are kept.

What. A business rule task whose decision gives one value (one output column, or a list) says into which variable it
goes, where a condition, another expression or a form of the process asks for it: by the output's name, the decision's,
or, at the next gateway, by a name that nothing sets. Several output columns become variables of their own.
Why. Without a variable the value is thrown away: the case goes on as if nothing had been decided, the wrong way.
Mend. Fill in “Result into variable” with the name that is asked.

决策的结果要存起来：决策只给一个值而后面要用它时，业务规则任务要填“结果存入变量”，否则结果丢失，后面的判断读到空。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate import answers, facts, panel
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.model import shown


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about answers that are thrown away."""
    told = facts.of(bundle)
    field_zh, field_en = panel.field("result")
    for lost in answers.lost(bundle):
        mend = f"在{field_zh}填 {lost.name}", f"fill in {field_en}: {lost.name}"
        if not lost.asked:
            yield found(
                "answer-unkept",
                lost.node,
                f"{{it}}没有填{field_zh}，决策的结果不会存下来",
                f"{{it}} leaves {field_en} empty: what is decided is not kept",
                f"{mend[0]}；不用结果的，不必填",
                f"{mend[1]}; leave it so where nothing needs the answer",
            )
            continue
        name = shown(lost.name)
        else_zh, else_en = ("读到的是空", "it is null")
        certain = not any(told.setters.get(one) for one in lost.asked)
        if not certain:
            else_zh, else_en = ("读到的是其他步骤产生的值", "what another step has set is read")
        yield found(
            "answer-lost" if certain else "answer-unkept",
            lost.node,
            f"{{it}}没有填{field_zh}，决策的结果会丢失；后面要用“{name}”，{else_zh}",
            f"{{it}} leaves {field_en} empty, so that the answer is lost; “{name}” is asked later: {else_en}",
            *mend,
        )
