"""A bar chart as SVG: groups of bars, each with its figure beside it, lengths from zero and to one scale."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

WIDTH, LABEL, FIGURE, BAR, GAP, HEAD = 900, 230, 90, 20, 8, 34
FIRST, OTHER, TEXT, LINE = "#1f5fa8", "#b0b7c0", "#222222", "#d8dce1"


def bars(title: str, groups: Mapping[str, Mapping[str, float]]) -> str:
    """One bar per figure; the first of each group is drawn in the strong colour."""
    longest = max(value for group in groups.values() for value in group.values())
    body, y = [_text(0, 18, title, 16, "bold")], 40
    for name, group in groups.items():
        body.append(_text(0, y + 16, name, 14, "bold"))
        y += HEAD - 10
        for place, (label, value) in enumerate(group.items()):
            length = max(1.0, (WIDTH - LABEL - FIGURE) * value / longest)
            colour = OTHER if place else FIRST
            body.append(_text(LABEL - 10, y + 15, label, 13, anchor="end"))
            body.append(f'<rect x="{LABEL}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{colour}"/>')
            body.append(_text(LABEL + length + 6, y + 15, f"{value:,.0f}", 13))
            y += BAR + GAP
        body.append(f'<line x1="{LABEL}" y1="{y - 4}" x2="{WIDTH}" y2="{y - 4}" stroke="{LINE}"/>')
        y += GAP
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 -10 {WIDTH + 20} {y + 10}" role="img"'
    head += f' aria-label="{escape(title)}" font-family="sans-serif">'
    paper = f'<rect x="-10" y="-10" width="{WIDTH + 20}" height="{y + 10}" fill="#ffffff"/>'
    return "\n".join([head, paper, *body, "</svg>", ""])


def _text(x: float, y: float, words: str, size: int, weight: str = "normal", anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}"'
        f' fill="{TEXT}">{escape(words)}</text>'
    )
