"""What the editor's properties panel calls a field, (zh, en): sentences say the same words, so that it is found there.

The names are those of the file (`banjie:due`, `timeDate`); the test holds them against the panel's own source.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

Say = tuple[str, str]

WORDS: dict[str, Say] = {
    "form": ("表单", "Form"),
    "role": ("角色", "Role"),
    "unit": ("承办单位", "Unit"),
    "assignee": ("办理人", "Assignee"),
    "due": ("到期时间", "Due"),
    "priority": ("优先级", "Priority"),
    "connector": ("连接器", "Connector"),
    "result": ("结果存入变量", "Result into variable"),
    "decision": ("决策表", "Decision"),
    "correlation": ("关联值", "Correlation value"),
    "collection": ("集合", "Collection"),
    "item": ("每一项的变量名", "Variable of each item"),
    "collect": ("结果收集到变量", "Results into variable"),
    "collectItem": ("每个实例的结果", "Result of each"),
    "input": ("传出的数据", "Inputs"),
    "output": ("取回的数据", "Outputs"),
    "clock": ("时限", "Clocks"),
    "condition": ("条件", "Condition"),
    "default": ("默认走这条", "The default flow"),
    "calledElement": ("流程", "Process"),
    "timeDate": ("时刻", "Date"),
    "timeDuration": ("时长", "Duration"),
    "timeCycle": ("周期", "Cycle"),
    "loopCondition": ("循环条件", "Loop condition"),
    "loopMaximum": ("最多次数", "Most rounds"),
    "loopCardinality": ("循环基数", "Loop cardinality"),
    "completionCondition": ("完成条件", "Completion condition"),
}
ACTIONS: dict[str, Say] = {
    "start": ("起算", "start"),
    "stop": ("停止", "stop"),
    "pause": ("中止", "pause"),
    "resume": ("恢复", "resume"),
}


def field(name: str) -> Say:
    """A field of the panel in a sentence."""
    zh, en = WORDS[name]
    return f"“{zh}”", f"“{en}”"


def fields(names: Iterable[str], zh: str = "或", en: str = "or") -> Say:
    """Several fields, joined by a word."""
    said = [field(name) for name in names]
    return zh.join(one[0] for one in said), f" {en} ".join(one[1] for one in said)


def labelled(known: object, most: int = 15) -> Say:
    """Registered roles or connectors as the panel lists them: by label, with the name in brackets; the first few."""
    found = list(_labels(known))
    more_zh, more_en = (f"等 {len(found)} 个", f", … ({len(found)})") if len(found) > most else ("", "")
    return "、".join(zh for zh, _ in found[:most]) + more_zh, ", ".join(en for _, en in found[:most]) + more_en


def _labels(known: object) -> Iterator[Say]:
    for name in sorted(known) if isinstance(known, Iterable) else ():
        entry = known.get(name) if isinstance(known, dict) else None
        zh, en = getattr(entry, "zh", ""), getattr(entry, "en", "")
        yield f"{zh}（{name}）" if zh else name, f"{en} ({name})" if en else name
