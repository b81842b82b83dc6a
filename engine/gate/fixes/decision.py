"""Name the decision.

What. The decision a business rule task calls in another product (decisionRef, calledDecision, calledDecisionId) becomes
`banjie:decision`, its resultVariable `banjie:result`; in a SpiffWorkflow diagram, the table's one output.
Why. Decisions are called by the name or id they have in the bundle's .dmn files, whoever drew them.
Before. `<zeebe:calledDecision decisionId="routing" resultVariable="route"/>`
After. `<businessRuleTask … banjie:decision="routing" banjie:result="route">`

写明决策：把其他产品引用的决策和结果变量写成 banjie:decision、banjie:result。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine import errors, xml
from engine.gate import bundle, model
from engine.gate.fixes import translate, vendor
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.model import Element, Node, text

KIND = "decision"


def find(desk: Desk) -> Iterator[Fix]:
    """Business rule tasks whose decision another product names."""
    for page, node in desk.nodes:
        if node.tag != "businessRuleTask" or node.extension("decision"):
            continue
        name, result = _said(node.element)
        if name and not result and vendor.spiff(node.element):
            result = _only_output(desk, name)
        if name and not name.startswith("=") and "${" not in name:
            yield _fix(page, node, name, translate.variable(result), _label(desk, page, name))


def _label(desk: Desk, page: Page, name: str) -> str:
    """What people call a decision that is named by its id: its name in the bundle, or the file that would hold it."""
    for decision in every(desk):
        if name in (decision.get("id"), decision.get("name")):
            return decision.get("name") or name
    return model.imported_table(page.root) or name


def every(desk: Desk) -> Iterator[Element]:
    """The decisions of the bundle's files."""
    for file, data in desk.files.items():
        if bundle.kind(file) == bundle.TABLE:
            try:
                yield from xml.parse(data).iterfind("{*}decision")
            except errors.Invalid:
                continue


def _fix(page: Page, node: Node, name: str, result: str, label: str) -> Fix:
    def edit() -> None:
        page.set_ours(node.element, "decision", name)
        if result and not node.extension("result"):
            page.set_ours(node.element, "result", result)

    return fix(
        KIND,
        node.file,
        node.element,
        edit,
        zh=f"给{{it}}选“决策表”：{label}" + (f"，“结果存入变量”填 {result}" if result else ""),
        en=f"choose the “Decision” of {{it}}: {label}" + (f", with “Result into variable” {result}" if result else ""),
        before=name,
        after=f'banjie:decision="{name}"' + (f' banjie:result="{result}"' if result else ""),
        rule="rule-decision",
    )


def _only_output(desk: Desk, name: str) -> str:
    """The name of a table's one output, under which SpiffWorkflow keeps the answer; "" when it has several."""
    for decision in every(desk):
        outputs = decision.findall("{*}decisionTable/{*}output")
        if name in (decision.get("id"), decision.get("name")) and len(outputs) == 1:
            return (outputs[0].get("name") or "").strip()
    return ""


def _said(element: Element) -> tuple[str, str]:
    """The decision and the variable for its result."""
    result = vendor.attribute(element, "resultVariable")
    if name := vendor.attribute(element, "decisionRef", "decisionTableReferenceKey"):
        return name, result
    for child in vendor.children(element, "calledDecision"):
        return (child.get("decisionId") or "").strip(), (child.get("resultVariable") or "").strip()
    for child in vendor.children(element, "calledDecisionId"):
        return text(child), result
    headers = {
        one.get("key"): (one.get("value") or "").strip()
        for holder in vendor.children(element, "taskHeaders")
        for one in vendor.inside(holder, "header")
    }
    if headers.get("decisionRef"):  # Camunda 8 before it had decisions of its own
        return headers["decisionRef"], headers.get("resultVariable") or ""
    for child in vendor.children(element, "field"):  # Flowable's decision task
        if child.get("name") == "decisionTableReferenceKey":
            return text(child), result
    return "", ""
