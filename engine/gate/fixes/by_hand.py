"""Let a person do what no connector does.

What. A service task or send task whose worker is no registered connector, or a sub-process without any steps, becomes a
task for people, for a role that a person chooses: that of its lane, else one of the registered ones. Where the worker
would have brought results (a result variable, output mappings), or the next gateway asks for what nothing sets, it
becomes a user task with a form of these fields, else a manual task.
Why. The work must be done by somebody until developers register a connector; the case goes on when it is done.
Before. `<serviceTask id="s" camunda:delegateExpression="${scoreService}" camunda:resultVariable="score">`
After. `<userTask id="s" … banjie:role="handler" banjie:form="s">` and `forms/s.json` with a field `score`

改由人办理：没有对应连接器的服务任务、发送任务，没有步骤的子流程，改为由所选角色办理的任务；原来要取回结果的，做一张填写结果的表单。
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine import feel
from engine.gate.bundle import Bundle
from engine.gate.fixes import fields, lane_role, mapping, translate, vendor, workers
from engine.gate.fixes.desk import Desk, called, fix
from engine.gate.fixes.desk import ours as shown
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.foreign import MAPPINGS
from engine.gate.model import Node, local
from engine.gate.places import mappings
from engine.gate.rules.ids import SAFE

KIND = "by-hand"
_GONE = ("implementation", "operationRef", "messageRef", "triggeredByEvent")
_OF_A_TASK = frozenset(
    {"documentation", "extensionElements", "incoming", "outgoing"}
    | {"standardLoopCharacteristics", "multiInstanceLoopCharacteristics"}
)


def find(desk: Desk) -> Iterator[Fix]:
    """Tasks whose work nothing registered does."""
    bundle: Bundle | None = None
    known: dict[str, fields.Use] = {}
    for sheet, process in desk.processes:
        lanes = lane_role.roles(process, desk.names)
        for node in process.nodes:
            if not _nobodys(node, desk):
                continue
            if bundle is None:
                bundle = fields.read(desk)
                known = fields.uses(bundle)
            names = _results(node, bundle)
            every = desk.names.roles
            roles = [lanes[node.id]] if node.id in lanes else every if isinstance(every, Iterable) else ()
            for role in roles:
                yield _fix(desk, sheet.page, node, role, names, known)


def _nobodys(node: Node, desk: Desk) -> bool:
    """Whether nothing registered does the work of a step: of its worker, or of a sub-process that holds nothing."""
    if node.inner is not None:
        others = [child for child in node.element if local(child) not in _OF_A_TASK]
        return node.tag == "subProcess" and not others and not node.is_event_sub_process
    if node.tag not in ("serviceTask", "sendTask") or not workers.asks(node):
        return False
    return not workers.registered(node, desk.names) and bool(
        workers.said(node) or node.tag == "serviceTask" or workers.unheard(node)
    )


def _fix(desk: Desk, page: Page, node: Node, role: str, names: list[str], known: dict[str, fields.Use]) -> Fix:
    form = node.id if names and SAFE.fullmatch(node.id) and f"forms/{node.id}.json" not in desk.files else ""
    tag = "userTask" if form else "manualTask"

    def edit() -> None:
        page.rename(node.element, tag)
        for name in _GONE:
            if node.element.get(name) is not None:
                page.set(node.element, name, None)
        for child in (*mappings(node), *vendor.children(node.element, *MAPPINGS)):
            page.remove(child)  # a person reads the variables; what was to be brought stands in the form
        workers.forget(page, node)
        page.set_ours(node.element, "role", role)
        if node.extension("result"):
            page.set(node.element, "{urn:banjie:bpmn:1}result", None)
        if form:
            page.set_ours(node.element, "form", form)
            desk.fresh[f"forms/{form}.json"] = fields.form(form, names, known, fields.result(node))

    zh, en = called(desk.names.roles, role)
    return fix(
        KIND,
        node.file,
        node.element,
        edit,
        zh=f"{{it}}改由人办理，“角色”：{zh}" + (f"，表单填写 {'、'.join(names)}" if form else ""),
        en=f"let people do {{it}}, “Role”: {en}" + (f"; they fill in {', '.join(names)}" if form else ""),
        before=workers.said(node) or node.tag,
        after=f"{tag} {shown('role', role)}" + (f" {shown('form', form)}" if form else ""),
        rule="scope-empty" if node.inner is not None else workers.rule(node),
        part=role,
        pick=(
            f"{zh}（表单填写 {'、'.join(names)}）" if form else zh,
            f"{en} (they fill in {', '.join(names)})" if form else en,
        ),
    )


def _results(node: Node, bundle: Bundle) -> list[str]:
    """The variables that the work would set, and those that nothing sets where the next gateway asks for them."""
    same = (one for one in bundle.nodes if (one.file, one.id) == (node.file, node.id))
    asked = [name for one in same for name in fields.wanted(bundle, one, only_conditions=True)]
    ours = [(child.get("name") or "").strip() for child in mappings(node) if child.tag == "{urn:banjie:bpmn:1}output"]
    theirs = [translate.variable(name) for name, _ in mapping.said(node, "output") if "." not in name]
    one = [node.extension("result") or workers.result(node)]
    script = [(child.get("resultVariable") or "").strip() for child in vendor.children(node.element, "script")]
    return [name for name in dict.fromkeys([*ours, *theirs, *one, *script, *asked]) if name and feel.is_simple(name)]
