"""A drawing as shapes and edges on a plane, and how BPMN writes it down (BPMN DI)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

DI, DC, SHAPES = (
    f"http://www.omg.org/spec/{name}" for name in ("DD/20100524/DI", "DD/20100524/DC", "BPMN/20100524/DI")
)

Point = tuple[float, float]


@dataclass(slots=True)
class Box:
    """Where a shape stands, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def touch(self, far: Point) -> Point:
        """The point of the border in the direction of `far`."""
        (x, y), (dx, dy) = self.middle, (far[0] - self.middle[0], far[1] - self.middle[1])
        reach = max(abs(dx) / (self.width / 2), abs(dy) / (self.height / 2), 1)
        return x + dx / reach, y + dy / reach

    def beside(self, far: Point) -> Point:
        """The point of the border straight above or below `far`; towards it where there is none."""
        if not self.x < far[0] < self.x + self.width:
            return self.touch(far)
        return far[0], self.y if far[1] < self.y else self.y + self.height


@dataclass(slots=True)
class Drawing:
    """One plane: shapes and edges by the id of what they show; `flat` are pools and lanes, `open` sub-processes."""

    plane: str
    boxes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, list[Point]] = field(default_factory=dict)
    flat: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)

    @property
    def size(self) -> Point:
        """How far it reaches to the right and down."""
        points = [(box.x + box.width, box.y + box.height) for box in self.boxes.values()]
        points += [point for line in self.lines.values() for point in line]
        return max((x for x, _ in points), default=0), max((y for _, y in points), default=0)

    def take(self, other: Drawing, x: float, y: float) -> None:
        """Draw `other` in here, its corner at (x, y)."""
        for ident, box in other.boxes.items():
            self.boxes[ident] = Box(box.x + x, box.y + y, box.width, box.height)
        for ident, line in other.lines.items():
            self.lines[ident] = [(a + x, b + y) for a, b in line]
        self.flat |= other.flat
        self.open |= other.open

    def join(self, ident: str, source: str, target: str) -> None:
        """A straight line between two things drawn already; none when one of them is not."""
        begin, end = self.end(source), self.end(target)
        if ident and begin and end:
            if begin.width > end.width:
                first = begin.beside(end.middle)
                self.lines[ident] = [first, end.touch(first)]
            else:
                last = end.beside(begin.middle)
                self.lines[ident] = [begin.touch(last), last]

    def end(self, ident: str) -> Box | None:
        """What a line to `ident` touches: its box, or the middle of a line."""
        if line := self.lines.get(ident):
            half = len(line) // 2
            (a, b), (c, d) = line[half - 1], line[half]
            return Box((a + c) / 2 - 0.5, (b + d) / 2 - 0.5, 1, 1)
        return self.boxes.get(ident)


def written(planes: Iterable[Drawing]) -> str:
    """The drawings as XML, with their own namespaces."""
    parts = []
    for drawing in planes:
        names = {"bpmndi": SHAPES, "dc": DC, "di": DI}
        diagram = etree.Element(f"{{{SHAPES}}}BPMNDiagram", nsmap=names, id=f"{drawing.plane}_diagram")  # type: ignore[arg-type]
        plane = etree.SubElement(
            diagram, f"{{{SHAPES}}}BPMNPlane", id=f"{drawing.plane}_plane", bpmnElement=drawing.plane
        )
        largest_first = sorted(
            drawing.boxes.items(), key=lambda b: (b[0] not in drawing.flat, -b[1].width, -b[1].height)
        )
        for ident, box in largest_first:
            shape = etree.SubElement(plane, f"{{{SHAPES}}}BPMNShape", id=f"{ident}_di", bpmnElement=ident)
            if ident in drawing.flat:
                shape.set("isHorizontal", "true")
            if ident in drawing.open:
                shape.set("isExpanded", "true")
            sizes = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
            etree.SubElement(shape, f"{{{DC}}}Bounds", {name: f"{value:g}" for name, value in sizes.items()})
        for ident, line in drawing.lines.items():
            edge = etree.SubElement(plane, f"{{{SHAPES}}}BPMNEdge", id=f"{ident}_di", bpmnElement=ident)
            for x, y in line:
                etree.SubElement(edge, f"{{{DI}}}waypoint", x=f"{x:g}", y=f"{y:g}")
        etree.indent(diagram, level=1)
        parts.append("  " + etree.tostring(diagram, encoding="unicode") + "\n")
    return "".join(parts)
