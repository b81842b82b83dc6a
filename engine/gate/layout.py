"""A drawing for a diagram that has none, so that people can see and edit what another tool or a script has written.

The places of the steps come from bpmn-io's auto-layout, asked process by process with a bare copy of steps and flows;
pools, lanes, comments, data and message flows are laid around them here. The drawing is written into the text of the
file, before its last tag: everything else stays as it was, byte for byte, and that is checked before it is handed out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpmn_io.auto_layout import layout_process
from lxml import etree

from engine import errors, xml
from engine.gate import model
from engine.gate.drawing import DC, DI, SHAPES, Box, Drawing, Point, written
from engine.gate.elements import BPMN, NODES, SUB_PROCESSES
from engine.gate.model import Element, local, ref, text

MAX_NODES = 1_500  # steps and flows of one process; what is larger no screen shows
ROW = 140  # the height of one row of the auto-layout
HEAD, GAP, EDGE = 30, 40, 80  # the strip with a pool's or lane's name; between pools; around the drawing
_DATA: dict[str, Point] = {"dataObjectReference": (36, 50), "dataStoreReference": (50, 50)}
_ANNOTATION = 160
_EMPTY = re.compile(r"<(?P<tag>([\w.-]+:)?BPMNDiagram)\b(?:[^>]*/>|[^>]*>.*?</(?P=tag)\s*>)", re.DOTALL)
_AFTER = r"(?:\s|<!--(?:(?!-->).)*-->|<\?(?:(?!\?>).)*\?>)*"  # what may follow the last tag
_LAST = re.compile(rf"</([\w.-]+:)?definitions\s*>(?={_AFTER}\Z)", re.DOTALL)


def layout(content: bytes) -> bytes:
    """`content` with a drawing; `content` itself when it has one, holds nothing to draw or cannot be drawn."""
    try:
        root = xml.parse(content)
        if root.tag != BPMN + "definitions" or _drawn(root):
            return content
        if not (planes := _planes(root)):
            return content
        drawn = _insert(*xml.source(content), written(planes))
        again = xml.parse(drawn)
        return drawn if _drawn(again) and _bare(again) == _bare(root) else content
    except Exception:  # whatever a strange file does to the auto-layout, it stays as it was
        return content


def _named(root: Element, *names: str) -> Iterator[Element]:
    return root.iter(*(f"{{{SHAPES}}}{name}" for name in names))


def _drawn(root: Element) -> bool:
    return next(_named(root, "BPMNShape", "BPMNEdge"), None) is not None


def _bare(root: Element) -> bytes:
    """The file without its drawing, in a form that can be compared."""
    for diagram in list(_named(root, "BPMNDiagram")):
        previous, parent = diagram.getprevious(), diagram.getparent()
        if parent is not None:
            holder = previous if previous is not None else parent
            if previous is not None:
                holder.tail = (holder.tail or "") + (diagram.tail or "")
            else:
                holder.text = (holder.text or "") + (diagram.tail or "")
            parent.remove(diagram)
    last = root[-1] if len(root) else root
    last.tail = (last.tail or "").rstrip() if last is not root else last.tail
    return etree.tostring(root, method="c14n")


# -- what is drawn -----------------------------------------------------------------------------------------------------
def _planes(root: Element) -> list[Drawing]:
    """One drawing of the collaboration, and one per process that has no pool in it."""
    processes = {ref(process, "id"): process for process in root.iter(BPMN + "process") if ref(process, "id")}
    collaboration = root.find(BPMN + "collaboration")
    pools = [] if collaboration is None or not ref(collaboration, "id") else [_pools(collaboration, processes)]
    drawings = [*pools, *(_process(process) for process in processes.values())]
    return [drawing for drawing in drawings if drawing.boxes]


def _pools(collaboration: Element, processes: dict[str, Element]) -> Drawing:
    """The pools below each other; their processes are taken out of `processes`."""
    whole, y = Drawing(ref(collaboration, "id")), float(EDGE)
    for participant in collaboration.findall(BPMN + "participant"):
        process = processes.pop(ref(participant, "processRef").rpartition(":")[2], None)
        inner = _process(process) if process is not None else Drawing("")
        width, height = inner.size
        whole.take(inner, EDGE + HEAD, y)
        pool = Box(EDGE, y, max(width + HEAD + GAP, 600), height + GAP if inner.boxes else 60)
        whole.boxes[ref(participant, "id")] = pool
        whole.flat.add(ref(participant, "id"))
        y += pool.height + GAP
    _same_width(whole)
    for flow in collaboration.findall(BPMN + "messageFlow"):
        source, target = (ref(flow, name).rpartition(":")[2] for name in ("sourceRef", "targetRef"))
        whole.join(ref(flow, "id"), source, target)
    _aside(collaboration, whole)
    return whole


def _same_width(whole: Drawing) -> None:
    """Pools and lanes end at the same line on the right."""
    right = max((box.x + box.width for ident, box in whole.boxes.items() if ident in whole.flat), default=0)
    for ident in whole.flat:
        whole.boxes[ident].width = right - whole.boxes[ident].x


def _process(process: Element) -> Drawing:
    drawing = _steps(process)
    _lanes(process, drawing)
    _aside(process, drawing)
    return drawing


def _steps(process: Element) -> Drawing:
    """The steps and flows of a process, where bpmn-io puts them."""
    names: dict[str, str] = {}  # id in the copy -> id in the file: the copy's are plain whatever the file's are
    drawing = Drawing(ref(process, "id"))
    copy = _copy(process, names)
    if not names:
        return drawing
    if len(names) > MAX_NODES:
        raise errors.Invalid(f"{len(names)} steps and flows are too many to be drawn")
    placed = etree.fromstring(layout_process(copy).encode())
    for shape in _named(placed, "BPMNShape"):
        bounds, ident = shape.find(f"{{{DC}}}Bounds"), names.get(ref(shape, "bpmnElement"))
        if bounds is not None and ident:
            drawing.boxes[ident] = Box(*(float(bounds.get(name, 0)) for name in ("x", "y", "width", "height")))
            if shape.get("isExpanded") == "true":
                drawing.open.add(ident)
    for edge in _named(placed, "BPMNEdge"):
        points = [(float(p.get("x", 0)), float(p.get("y", 0))) for p in edge.findall(f"{{{DI}}}waypoint")]
        if len(points) > 1 and (ident := names.get(ref(edge, "bpmnElement"))):
            drawing.lines[ident] = points
    return drawing


def _copy(process: Element, names: dict[str, str]) -> str:
    """Steps and flows alone, every sub-process to be drawn open, as bpmn-io wants them."""
    top = etree.Element(BPMN + "definitions", nsmap={None: BPMN[1:-1], "di": SHAPES}, targetNamespace="copy")
    scopes = [(process, etree.SubElement(top, BPMN + "process", id="p"))]
    opened = []
    while scopes:
        scope, into = scopes.pop()
        made: dict[str, Element] = {}
        for node in scope:
            if local(node) in NODES and (ident := ref(node, "id")) and ident not in made:
                name = f"n{len(names)}"
                names[name] = ident
                made[ident] = etree.SubElement(into, BPMN + local(node), id=name)
                if node.get("triggeredByEvent") == "true":
                    made[ident].set("triggeredByEvent", "true")
                if local(node) in SUB_PROCESSES:
                    opened.append(name)
                    scopes.append((node, made[ident]))
        _attach(scope, made)
        for flow in scope.findall(BPMN + "sequenceFlow"):
            source, target = made.get(ref(flow, "sourceRef")), made.get(ref(flow, "targetRef"))
            if source is not None and target is not None and ref(flow, "id"):
                name = f"n{len(names)}"
                names[name] = ref(flow, "id")
                ends = {"sourceRef": source.get("id", ""), "targetRef": target.get("id", "")}
                etree.SubElement(into, BPMN + "sequenceFlow", id=name, **ends)
                _mention(source, "outgoing", name)
                _mention(target, "incoming", name)
    diagram = etree.SubElement(top, f"{{{SHAPES}}}BPMNDiagram", id="d")
    plane = etree.SubElement(diagram, f"{{{SHAPES}}}BPMNPlane", id="pl", bpmnElement="p")
    for name in opened:
        etree.SubElement(plane, f"{{{SHAPES}}}BPMNShape", id=f"{name}_di", bpmnElement=name, isExpanded="true")
    return etree.tostring(top, encoding="unicode")


def _attach(scope: Element, made: dict[str, Element]) -> None:
    for event in scope.findall(BPMN + "boundaryEvent"):
        copied, host = made.get(ref(event, "id")), made.get(ref(event, "attachedToRef"))
        if copied is not None and host is not None and local(host) != "boundaryEvent":
            copied.set("attachedToRef", host.get("id", ""))
        elif copied is not None:
            copied.tag = BPMN + "intermediateCatchEvent"


def _mention(node: Element, word: str, flow: str) -> None:
    """A step's list of its flows: the auto-layout walks along these."""
    said = etree.Element(BPMN + word)
    said.text = flow
    node.insert(sum(local(child) in ("incoming", word) for child in node), said)


# -- what is drawn around the steps ------------------------------------------------------------------------------------
def _lanes(process: Element, drawing: Drawing) -> None:
    """Every step moves into the band of its lane, keeping its column; the flows between lanes are led anew."""
    lanes = [lane for lane in process.iter(BPMN + "lane") if ref(lane, "id")]
    if not lanes or not drawing.boxes:
        return
    lane_of = {text(member): lane for lane in lanes for member in lane.findall(BPMN + "flowNodeRef")}
    leaves = [lane for lane in lanes if lane.find(f"{BPMN}childLaneSet/{BPMN}lane") is None]
    hosts = {ref(node, "id"): ref(node, "attachedToRef") or ref(node, "id") for node in process if local(node) in NODES}
    moved: dict[str, float] = {}
    y, bands = 0, {}
    for lane in (*leaves, None):  # None: the steps that stand in no lane
        members = [ident for ident, host in hosts.items() if lane_of.get(host) is lane and ident in drawing.boxes]
        rows = sorted({row for ident in members if hosts[ident] == ident for row in _rows(drawing.boxes[ident])})
        for ident in members:
            top = _rows(drawing.boxes[hosts[ident]])[0] if hosts[ident] in drawing.boxes else 0
            moved[ident] = y + (rows.index(top) - top) * ROW if top in rows else y
        if lane is not None:
            bands[ref(lane, "id")] = (y, max(len(rows), 1) * ROW)
            y += max(len(rows), 1) * ROW
    _move(process, drawing, moved)
    width = drawing.size[0] + GAP
    for box in drawing.boxes.values():
        box.x += HEAD
    drawing.lines = {ident: [(x + HEAD, b) for x, b in line] for ident, line in drawing.lines.items()}
    depth = max(_depth(lane) for lane in lanes)
    for lane in lanes:
        inner = [bands[ref(one, "id")] for one in lane.iter(BPMN + "lane") if ref(one, "id") in bands]
        if inner:
            indent = HEAD * (_depth(lane) - depth)
            top, bottom = min(top for top, _ in inner), max(top + height for top, height in inner)
            drawing.boxes[ref(lane, "id")] = Box(indent, top, width + HEAD - indent, bottom - top)
            drawing.flat.add(ref(lane, "id"))


def _depth(lane: Element) -> int:
    return sum(local(parent) == "lane" for parent in lane.iterancestors())


def _rows(box: Box) -> list[int]:
    return list(range(int(box.y // ROW), int((box.y + box.height - 1) // ROW) + 1))


def _move(process: Element, drawing: Drawing, moved: dict[str, float]) -> None:
    for node in process:
        down = moved.get(ref(node, "id"), 0.0)
        for inner in node.iter() if down else ():
            ident = ref(inner, "id")
            if ident in drawing.boxes:
                drawing.boxes[ident].y += down
            elif ident in drawing.lines:
                drawing.lines[ident] = [(x, y + down) for x, y in drawing.lines[ident]]
    for flow in process.findall(BPMN + "sequenceFlow"):
        source, target, ident = ref(flow, "sourceRef"), ref(flow, "targetRef"), ref(flow, "id")
        if ident in drawing.lines and source in drawing.boxes and target in drawing.boxes:
            if moved.get(source) == (down := moved.get(target, 0.0)):
                drawing.lines[ident] = [(x, y + down) for x, y in drawing.lines[ident]]
            else:
                drawing.lines[ident] = _led(drawing.boxes[source], drawing.boxes[target])


def _led(source: Box, target: Box) -> list[Point]:
    """A way with right angles from one box to another that stands higher or lower."""
    (sx, sy), (tx, ty) = source.middle, target.middle
    if target.x > source.x + source.width:
        half = source.x + source.width + min(25, (target.x - source.x - source.width) / 2)
        return [(source.x + source.width, sy), (half, sy), (half, ty), (target.x, ty)]
    if ty > sy:
        return [(sx, source.y + source.height), (sx, target.y - 15), (tx, target.y - 15), (tx, target.y)]
    down = target.y + target.height
    return [(sx, source.y), (sx, down + 15), (tx, down + 15), (tx, down)]


def _aside(scope: Element, drawing: Drawing) -> None:
    """Comments and data stand in a row below, each near what it belongs to, with straight lines."""
    joins = list(_joins(scope))
    partner = {source: target for _, source, target in joins} | {target: source for _, source, target in joins}
    free, y = 0.0, drawing.size[1] + GAP
    things: list[tuple[float, str, float, float]] = []
    for thing in _own(scope, "textAnnotation", *_DATA):
        width, height = _DATA.get(local(thing), (_ANNOTATION, 30 + 15 * (len(text(thing)) // 12)))
        near = drawing.end(partner.get(ref(thing, "id"), ""))
        things.append((near.x if near else 0.0, ref(thing, "id"), width, height))
    for wanted, ident, width, height in sorted(things):
        drawing.boxes[ident] = Box(max(wanted, free), y, width, height)
        free = max(wanted, free) + width + GAP
    for ident, source, target in joins:
        drawing.join(ident, source, target)


def _own(scope: Element, *names: str) -> list[Element]:
    return [e for e in scope.iter(*(BPMN + name for name in names)) if ref(e, "id")]


def _joins(scope: Element) -> Iterator[tuple[str, str, str]]:
    """Associations as (id, source, target)."""
    for line in _own(scope, "association"):
        yield ref(line, "id"), ref(line, "sourceRef").rpartition(":")[2], ref(line, "targetRef").rpartition(":")[2]
    for word, inwards in (("dataInputAssociation", True), ("dataOutputAssociation", False)):
        for line in _own(scope, word):
            activity = ref(model.owner(line.getparent()), "id")  # type: ignore[arg-type]
            other = text(line.find(BPMN + ("sourceRef" if inwards else "targetRef")))
            yield (ref(line, "id"), other, activity) if inwards else (ref(line, "id"), activity, other)


def _insert(source: str, encoding: str, drawing: str) -> bytes:
    """The file's text with the drawing before its last tag, instead of an empty drawing it may hold."""
    source = _EMPTY.sub("", source)
    end = _LAST.search(source)
    if end is None:
        return b""
    head, tail = source[: end.start()], source[end.start() :]
    gap = "" if head.endswith("\n") else "\n"
    return (head + gap + drawing + tail).encode(encoding, "xmlcharrefreplace")
