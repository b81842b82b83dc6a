"""Reads loop and multi-instance markers: the activity becomes the child of a shell."""

from __future__ import annotations

from typing import Any

from lxml import etree

from .elements.loops import StandardLoop
from .elements.multi_instance import MultiInstance, ParallelMultiInstance, SequentialMultiInstance
from .normalise import BPMN
from .report import text_of
from .scripts import Formula


def wrap(parser: Any, task: Any) -> Any:
    """The shell around `task` if its node carries a marker, else the task itself."""
    for marker in parser.node.findall(BPMN + "standardLoopCharacteristics"):
        return _shell(parser, task, _standard(parser, marker))
    for marker in parser.node.findall(BPMN + "multiInstanceLoopCharacteristics"):
        return _shell(parser, task, _multi(parser, marker))
    return task


def _shell(parser: Any, task: Any, make: Any) -> Any:
    name, specs = task.name, parser.spec.task_specs
    del specs[name]
    task.name = f"{name} [child]"
    specs[task.name] = task
    shell = make(name, task.name)
    shell.element, shell.lane = task.element, task.lane
    shell.clocks, task.clocks = task.clocks, ()
    shell.completion_quantity, task.completion_quantity = task.completion_quantity, 1
    return shell


def _standard(parser: Any, marker: etree._Element) -> Any:
    maximum = marker.get("loopMaximum")
    condition = _formula(parser, marker, "loopCondition")
    if maximum is not None and not maximum.isdigit():
        _refuse(parser, f"循环次数上限“{maximum}”不是自然数", f"the loop's maximum {maximum} is no whole number")
        maximum = None
    elif maximum is None and condition is None:
        _refuse(parser, "循环既无条件也无次数上限", "the loop has neither a condition nor a maximum")
    before = marker.get("testBefore", "false") == "true"
    return lambda name, child: StandardLoop(
        parser.spec, name, child, int(maximum) if maximum is not None else None, condition, before
    )


def _multi(parser: Any, marker: etree._Element) -> Any:
    sequential = marker.get("isSequential") == "true"
    made = {
        "count": _formula(parser, marker, "loopCardinality"),
        "collection": parser.said.collection or _collection(parser, marker),
        "item": parser.said.item or _name(marker, "inputDataItem") or _vendor(marker, "elementVariable"),
        "collect": parser.said.collect or text_of(marker.find(BPMN + "loopDataOutputRef")) or None,
        "collect_item": parser.said.collect_item or _variable(parser, _name(marker, "outputDataItem")),
        "ends_when": _formula(parser, marker, "completionCondition"),
        "behavior": marker.get("behavior", "All"),
    }
    if (made["count"] is None) == (made["collection"] is None):
        _refuse(
            parser, "多实例标记应给出次数或集合（二者之一）", "the multi-instance marker needs a count or a collection"
        )
    event = marker.get(str(made["behavior"]).lower() + "BehaviorEventRef")
    if made["behavior"] == "Complex":
        _refuse(parser, "不支持多实例行为 Complex", "the multi-instance behavior Complex is not run here")
    elif event:
        made["behavior_event"] = _event(parser, event)

    def make(name: str, child: str) -> MultiInstance:
        kind = SequentialMultiInstance if sequential else ParallelMultiInstance
        shell = kind(parser.spec, name, task_spec=child)
        for attribute, value in made.items():
            setattr(shell, attribute, value)
        return shell

    return make


def _collection(parser: Any, marker: etree._Element) -> Formula | None:
    """The standard's reference to a variable, or another vendor's attribute for it."""
    text = text_of(marker.find(BPMN + "loopDataInputRef")) or _vendor(marker, "collection") or ""
    return _variable(parser, text.strip().removeprefix("${").removesuffix("}"))


def _variable(parser: Any, name: str | None) -> Formula | None:
    return parser.report.formula(name, parser.element) if name else None


def _formula(parser: Any, marker: etree._Element, tag: str) -> Formula | None:
    child = marker.find(BPMN + tag)
    text = text_of(child)
    return parser.report.formula(text, parser.element, child.get("language")) if child is not None and text else None


def _name(marker: etree._Element, tag: str) -> str | None:
    child = marker.find(BPMN + tag)
    return (child.get("name") or child.get("id")) if child is not None else None


def _vendor(marker: etree._Element, name: str) -> str | None:
    for key, value in marker.attrib.items():
        if str(key).startswith("{") and str(key).endswith("}" + name):
            return str(value)
    return None


def _event(parser: Any, reference: str) -> Any:
    found = parser.node.getroottree().xpath("//*[@id=$name]", name=reference)
    if not found:
        _refuse(parser, f"引用的事件“{reference}”不存在", f"refers to the event {reference}, which is missing")
        return None
    kind = etree.QName(found[0]).localname.removesuffix("EventDefinition")
    return parser.scope.events.part(found[0], kind, parser.element, False, parser.said)


def _refuse(parser: Any, zh: str, en: str) -> None:
    parser.report.refuse(parser.element, "loop", f"“{parser.element}”：{zh}", f"{parser.element}: {en}")
