"""Write scripts as FEEL contexts.

What. A script whose one value goes into a variable (Camunda's resultVariable, `zeebe:script`), and a script made of
`execution.setVariable('x', …)` lines, become a FEEL context `{ x: … }`; so does a service task that only evaluates an
expression into a variable, which becomes a script task. Python of a SpiffWorkflow diagram keeps its text and is marked
`scriptFormat="python"`.
Why. A script sets variables by a context; other languages do not run here. Scripts that do more are left to a person.
Before. `<scriptTask scriptFormat="juel" camunda:resultVariable="total"><script>${a + b}</script>`
After. `<scriptTask camunda:resultVariable="total"><script>{ total: a + b }</script>`

脚本写成 FEEL 上下文：只产生变量的脚本和表达式改写为 { 名称: 值 }；SpiffWorkflow 的 Python 脚本标为 python。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from engine import feel
from engine.gate.elements import BPMN
from engine.gate.fixes import translate, vendor
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.expression import complaint
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page, escaped
from engine.gate.model import Element, Node, text

KIND = "script"
_SET = re.compile(
    r"""\s*execution\.setVariable\(\s*(["'])(?P<name>\w+)\1\s*,\s*(?P<value>[^\n;]+?)\s*\)\s*(?:;|\n|$)"""
)


def find(desk: Desk) -> Iterator[Fix]:
    """Scripts in other words, and service tasks that only compute."""
    for page, node in desk.nodes:
        if node.tag == "scriptTask":
            yield from _script(page, node)
        elif node.tag == "serviceTask" and not node.extension("connector"):
            said = vendor.attribute(node.element, "expression")
            found = _context(vendor.attribute(node.element, "resultVariable", "resultVariableName"), said)
            if found:
                yield _fix(page, node, said, found, "service-connector")


def _script(page: Page, node: Node) -> Iterator[Fix]:
    element = node.element.find(BPMN + "script")
    words, language = text(element), node.element.get("scriptFormat")
    if not words:
        for child in vendor.children(node.element, "script"):
            said = (child.get("expression") or "").strip()
            if found := _context(child.get("resultVariable") or "", said):
                yield _fix(page, node, said, found, "script-empty")
        return
    rule = complaint(words, language or page.root.get("expressionLanguage"), script=True)
    if not rule:
        return
    result = vendor.attribute(node.element, "resultVariable")
    found = _context(result, words) if result else _settings(words)
    if found:
        yield _fix(page, node, words, found, rule)
    elif vendor.spiff(node.element) and not language and complaint(words, "python", script=True) == "":
        yield fix(
            KIND,
            node.file,
            node.element,
            partial(page.set, node.element, "scriptFormat", "python"),
            zh="把{it}的脚本标为 Python，在沙箱里执行",
            en="mark the script of {it} as Python, to be run in the sandbox",
            before=words,
            after='scriptFormat="python"',
            rule=rule,
        )


def _context(name: str, said: str) -> str | None:
    """One value in one variable."""
    name = name.strip()
    value = translate.to_feel(said.rstrip("; \n")) if said else None
    return f"{{ {name}: {value} }}" if value and feel.is_simple(name) else None


def _settings(words: str) -> str | None:
    """A script of nothing but setVariable calls; a later one may use what an earlier one has set."""
    entries, place = [], 0
    while place < len(words.rstrip()):
        match = _SET.match(words, place)
        value = translate.to_feel(match["value"]) if match else None
        if match is None or value is None or not feel.is_simple(match["name"]):
            return None
        entries.append(f"{match['name']}: {value}")
        place = match.end()
    names = [entry.partition(":")[0] for entry in entries]
    return "{ " + ", ".join(entries) + " }" if entries and len(set(names)) == len(names) else None


def _fix(page: Page, node: Node, said: str, found: str, rule: str) -> Fix:
    def edit() -> None:
        element: Element | None = node.element.find(BPMN + "script")
        if node.tag != "scriptTask":
            page.rename(node.element, "scriptTask")
            for name in ("implementation", "operationRef"):
                page.set(node.element, name, None)
        if element is not None:
            page.write(element, found)
        else:
            tag = page.bpmn(node.element, "script")
            page.append(node.element, f"<{tag}>{escaped(found, '')}</{tag}>")
        foreign = page.root.get("expressionLanguage")
        page.set(node.element, "scriptFormat", "feel" if foreign and complaint("1", foreign) else None)

    return fix(
        KIND,
        node.file,
        node.element,
        edit,
        zh="把{it}的“赋值”改写为 FEEL",
        en="say the “Assignments” of {it} in FEEL",
        before=said,
        after=found,
        rule=rule,
    )
