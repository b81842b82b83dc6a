"""The data other products hand to a step and take back, entry by entry, and why one cannot be said in FEEL here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine import feel
from engine.gate.elements import BPMN
from engine.gate.foreign import MAPPINGS, VENDORS
from engine.gate.model import Element, Node, local, shown, text

_SPEAKS = re.compile(r"\s*(=(?!=)|[$#]\{)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `way` is input or output, `said` what stands there, `value` its FEEL; None where there is none."""

    way: str
    name: str
    said: str
    value: str | None


def entries(node: Node) -> list[Entry]:
    """The entries of a node's mappings of other products."""
    return [_entry(way, name.strip(), said.strip()) for way, name, said in _said(node)]


def why(entry: Entry) -> tuple[str, str]:
    """What hinders an entry, in (zh, en)."""
    name, said = shown(entry.name or "?", 30), shown(entry.said, 60)
    if not feel.is_simple(entry.name):
        other = re.sub(r"\W+", "_", entry.name).strip("_")
        better = (f"，可写 {other}", f": write {other}") if feel.is_simple(other) else ("", "")
        return f"“{name}”不能作变量名{better[0]}", f"“{name}” is no name of a variable{better[1]}"
    if not entry.said:
        return f"“{name}”没有值", f"“{name}” has no value"
    if "secrets." in entry.said:
        return (
            f"“{name}”是密钥，由连接器的设置保管，不写进流程图",
            f"“{name}” is a secret, which the settings of the connector keep and no diagram holds",
        )
    words = entry.said.lstrip("=").strip()
    try:
        feel.compile(words)
    except feel.FeelError as problem:
        hint_zh, hint_en = problem.hint
        return (
            f"“{name}”的值“{said}”不是 FEEL（{hint_zh or problem.zh}）",
            f"the value “{said}” of “{name}” is not FEEL ({hint_en or problem.en})",
        )
    return (
        f"“{name}”的值“{said}”用了本系统没有的写法",
        f"the value “{said}” of “{name}” uses what there is not here",
    )


def _entry(way: str, name: str, said: str) -> Entry:
    # The fixes read the rules, so they can be asked only when both are there.
    from engine.gate.fixes import vendor

    return Entry(way, name, said, vendor.formula(said) if feel.is_simple(name) else None)


def _said(node: Node) -> Iterator[tuple[str, str, str]]:
    for holder in node.element.findall(BPMN + "extensionElements/*"):
        uri, _, kind = str(holder.tag).removeprefix("{").rpartition("}")
        if uri not in VENDORS or kind not in MAPPINGS:
            continue
        if kind in ("in", "out"):
            said = holder.get("source") or holder.get("sourceExpression") or ""
            yield ("input" if kind == "in" else "output"), holder.get("target") or "", _named(said)
        for one in holder:
            word = _local(one)
            if word in ("input", "output"):
                yield word, one.get("target") or "", one.get("source") or ""
            elif word in ("inputParameter", "outputParameter"):
                inside = text(one) if not len(one) else "".join(str(t) for t in one.itertext()).strip()
                yield word.removesuffix("Parameter"), one.get("name") or "", inside


def _named(words: str) -> str:
    """The name of a variable as an expression; anything else as it stands."""
    return words if _SPEAKS.match(words) or not words else "=" + words


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2] if not local(element) else ""
