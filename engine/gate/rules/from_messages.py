"""Names that a message must bring.

What. A process that takes in a message or signal of which nobody here knows what it carries may use names that nothing
sets: they are told together. What is sent by a process of this or another bundle, or by the house itself, is known.
Why. The sender must give them under these very names; else they are null.
Mend. Check the names with the sender, add them to its “Inputs”, or rename what comes in “Outputs”.

要由消息带来的变量：接收的消息没有人说明带什么数据时，合并提醒没有步骤产生的变量；由本包、其他已部署流程或系统自身发出的消息，
其数据是已知的。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate import facts
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.model import Process, shown
from engine.gate.rules import expressions, meaning

MOST_TOLD = 8  # names in one sentence


def check(bundle: Bundle) -> Iterator[Finding]:
    """The findings about such names, one for each process."""
    given = meaning.given(bundle)
    for process in bundle.running:
        names = [name for one, name in given if one == process.id]
        keys = _keys(bundle, process)
        yield from _of(bundle, process, [name for name in names if name not in keys])
        yield from _before(bundle, process, [name for name in names if name in keys])


def _of(bundle: Bundle, process: Process, names: list[str]) -> Iterator[Finding]:
    told = facts.of(bundle)
    if told.wild or process.id not in told.fed or not names:
        return
    waits = [node for node in process.nodes if told.messages.get(node)]
    said = list(dict.fromkeys(told.messages[node] for node in waits))
    zh, en = "、".join(shown(name) for name in names[:MOST_TOLD]), ", ".join(shown(name) for name in names[:MOST_TOLD])
    more_zh, more_en = (f"等 {len(names)} 个", f", … ({len(names)})") if len(names) > MOST_TOLD else ("", "")
    what = "、".join(f"“{shown(name)}”" for name in said[:3]), ", ".join(f"“{shown(name)}”" for name in said[:3])
    by_zh, by_en = (f"消息{what[0]}", f"the message {what[1]}") if said else ("收到的数据", "what is received")
    yield found(
        "names-from-message",
        process,
        f"{{it}}用到的 {zh}{more_zh} 没有步骤产生：要由{by_zh}的发送方给出，或在启动时给出",
        f"nothing in {{it}} sets {en}{more_en}: the sender of {by_en} must give them, or whoever starts it",
        "由人填写的，加进任务的表单；由消息带来的，与发送方核对名称（发送方是本系统的流程时，写进它的“传出的数据”），"
        "名称不同的在等消息的步骤的“取回的数据”里改名",
        "what people fill in, add to the form of a task; for what a message brings, check the names with its sender (a"
        " process of this system writes them into its “Inputs”), or rename them in “Outputs” of the step that waits",
    )


def _keys(bundle: Bundle, process: Process) -> set[str]:
    """The names by which waiting steps tell whose a message is, where no message starts the process: they are wanted
    before any message can come."""
    if any(node.triggers for node in process.scopes[0].starts):
        return set()
    own = {node.element for node in process.nodes}
    places = expressions.readable(bundle)
    return {n for place, found_, _ in places if place.name == "correlation" and place.at.element in own
            for n in found_.names}  # fmt: skip


def _before(bundle: Bundle, process: Process, names: list[str]) -> Iterator[Finding]:
    if facts.of(bundle).wild or process.id not in facts.of(bundle).fed or not names:
        return
    zh, en = "、".join(map(shown, names[:MOST_TOLD])), ", ".join(map(shown, names[:MOST_TOLD]))
    yield found(
        "names-from-message",
        process,
        f"{{it}}的“关联值”用到的 {zh} 没有步骤产生：等消息之前就要有它，消息带不来",
        f"nothing in {{it}} sets {en}, which a “Correlation value” reads: it is wanted before the message can come",
        "启动时给出，或由前面的步骤产生（表单、脚本或“取回的数据”）",
        "give it at the start, or let a step before the wait set it (a form, a script or “Outputs”)",
    )
