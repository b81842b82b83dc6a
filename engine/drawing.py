"""A diagram as a picture, from its own coordinates, with a number at each element: how often it was walked.

What was never walked is red and dashed and carries a nought, so that it is seen without colours, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from lxml import etree

from engine import xml

MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"
MARGIN, LINE = 24, 15
LETTERS = 7  # of a task's name on one line
STYLE = """
.scene{font:12px system-ui,"Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif}
.scene .box{fill:#fff;stroke:#64748b}.scene .plain{fill:none;stroke:#94a3b8}
.scene .walked{fill:#e3f4e8;stroke:#1f7a43}
.scene .never{fill:#fde8e8;stroke:#b42318;stroke-width:2;stroke-dasharray:5 3}
.scene .around{fill-opacity:.25}.scene .flow{fill:none;stroke:#1f7a43}.scene .flow.never{fill:none;stroke:#b42318}
.scene .tip{fill:#1f7a43}.scene text{fill:#111827;text-anchor:middle;dominant-baseline:middle}
.scene .pass{fill:#14532d}.scene .pass.none{fill:#b42318}.scene .n{fill:#fff;font-weight:600;font-size:10px}
"""

Box = tuple[float, float, float, float]


def svg(diagram: bytes, counts: Mapping[str, int], label: str) -> str:
    """The first diagram of a file as an SVG element, for a page that has STYLE.

    `counts` by id; what has none is drawn plainly.
    """
    root = xml.parse(diagram)
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    shapes = {shape.get("bpmnElement"): _bounds(shape) for shape in root.iter(f"{DI}BPMNShape")}
    boxes = [(named[i], box) for i, box in shapes.items() if i in named]
    boxes.sort(key=lambda pair: -pair[1][2] * pair[1][3])  # what lies inside is drawn over what is around it
    lines = [
        (named[e.get("bpmnElement")], _points(e)) for e in root.iter(f"{DI}BPMNEdge") if e.get("bpmnElement") in named
    ]
    places = [(x, y) for _e, (x, y, w, h) in boxes for x, y in ((x, y), (x + w, y + h))]
    places += [place for _e, points in lines for place in points]
    left, top = min(x for x, _y in places) - MARGIN, min(y for _x, y in places) - MARGIN
    width, height = max(x for x, _y in places) + MARGIN - left, max(y for _x, y in places) + 2 * MARGIN - top
    around = [part for element, box in boxes if _around(element) for part in _shape(element, box, counts)]
    inside = [part for element, box in boxes if not _around(element) for part in _shape(element, box, counts)]
    flows = [part for element, points in lines for part in _flow(element, points, counts)]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="scene" role="img" aria-label="{escape(label)}"'
    view = f'viewBox="{left:g} {top:g} {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    tip = (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>'
    )
    return f"{head} {view}>{tip}{''.join([*around, *flows, *inside])}</svg>"


def _bounds(shape: etree._Element) -> Box:
    box = shape.find(f"{DC}Bounds")
    x, y, width, height = (float(box.get(name, 0)) for name in ("x", "y", "width", "height"))
    return x, y, width, height


def _points(edge: etree._Element) -> list[tuple[float, float]]:
    return [(float(p.get("x", 0)), float(p.get("y", 0))) for p in edge.iter(f"{DD}waypoint")]


def _kind(element: etree._Element) -> str:
    return str(element.tag).removeprefix(MODEL)


def _around(element: etree._Element) -> bool:
    return _kind(element) in ("participant", "lane", "subProcess", "transaction", "adHocSubProcess")


def _shape(element: etree._Element, box: Box, counts: Mapping[str, int]) -> Iterator[str]:
    x, y, width, height = box
    kind, name, count = _kind(element), element.get("name", ""), counts.get(element.get("id", ""))
    look = "box" if count is None else "walked" if count else "never"
    title = f"<title>{escape(name or element.get('id', ''))}{'' if count is None else f'：{count}'}</title>"
    middle = x + width / 2
    yield f"<g>{title}"
    if kind in ("participant", "lane"):
        yield f'<rect class="plain" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"/>'
        turn = f"translate({x + 15:g} {y + height / 2:g}) rotate(-90)"
        yield f'<text transform="{turn}">{escape(name)}</text>'
    elif kind.endswith("Gateway"):
        corners = (
            f"{middle:g},{y:g} {x + width:g},{y + height / 2:g} {middle:g},{y + height:g} {x:g},{y + height / 2:g}"
        )
        yield f'<polygon class="{look}" points="{corners}"/>'
        yield from _text([name], middle, y - 9)
    elif kind.endswith("Event"):
        thick = 3 if kind == "endEvent" else 1.5
        ring = f'cx="{middle:g}" cy="{y + height / 2:g}"'
        yield f'<circle class="{look}" {ring} r="{width / 2:g}" stroke-width="{thick}"/>'
        if kind not in ("startEvent", "endEvent"):
            yield f'<circle class="plain" {ring} r="{width / 2 - 4:g}"/>'
        yield from _text([name], middle, y + height + 10)
    elif _around(element):
        yield f'<rect class="{look} around" rx="8" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"/>'
        yield from _text([name], middle, y + 14)
    else:
        yield f'<rect class="{look}" rx="8" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"/>'
        lines = [name[at : at + LETTERS] for at in range(0, len(name), LETTERS)]
        yield from _text(lines, middle, y + height / 2 - (len(lines) - 1) * LINE / 2)
    if count is not None:
        yield _badge(x + width, y + height if kind.endswith("Gateway") else y, count)  # its name is above
    yield "</g>"


def _flow(element: etree._Element, points: list[tuple[float, float]], counts: Mapping[str, int]) -> Iterator[str]:
    count = counts.get(element.get("id", ""))
    look = "plain" if count is None else "flow" if count else "flow never"
    way = " ".join(f"{x:g},{y:g}" for x, y in points)
    name = escape(element.get("name") or element.get("id", ""))
    told = "" if count is None else f"：{count}"
    yield f'<polyline class="{look}" marker-end="url(#tip)" points="{way}"><title>{name}{told}</title></polyline>'
    if element.get("name") and points:
        (x, y), (to_x, to_y) = points[0], points[min(1, len(points) - 1)]
        yield from _text([element.get("name", "")], x + (to_x - x) * 0.35 + 4, y + (to_y - y) * 0.35 - 8)
    if count == 0 and points:
        at = len(points) // 2
        (x, y), (to_x, to_y) = points[at - 1], points[at]
        yield _badge((x + to_x) / 2, (y + to_y) / 2, 0)


def _text(lines: list[str], x: float, y: float) -> Iterator[str]:
    for number, line in enumerate(lines):
        if line:
            yield f'<text x="{x:g}" y="{y + number * LINE:g}">{escape(line)}</text>'


def _badge(x: float, y: float, count: int) -> str:
    width = 12 + 6 * len(str(count))
    look = "pass" if count else "pass none"
    box = f'<rect class="{look}" rx="8" x="{x - width / 2:g}" y="{y - 8:g}" width="{width}" height="16"/>'
    return f'{box}<text class="n" x="{x:g}" y="{y + 1:g}">{count}</text>'
