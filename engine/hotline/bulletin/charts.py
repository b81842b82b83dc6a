"""Charts as SVG, drawn on the server: no script, readable by machines, the same on a page and in a file."""

from __future__ import annotations

from html import escape

from engine.hotline.bulletin.report import Chart

LABEL, BAR, SHOWN, ROW, EDGE = 130, 420, 90, 28, 8  # widths of the three columns, height of a row, margin
INK, MUTED, FILL = "#1f2933", "#52606d", "#1d4ed8"


def svg(chart: Chart, title: str) -> str:
    """Horizontal bars. Labels are cut where they would run into the bars; the title says them all to who cannot see."""
    longest = max((length for _label, length, _shown in chart.bars), default=0) or 1
    height = ROW * len(chart.bars) + 2 * EDGE
    told = "；".join(f"{label} {shown}" for label, _length, shown in chart.bars)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LABEL + BAR + SHOWN} {height}" role="img" '
        f'aria-label="{escape(f"{title}：{told}")}" font-size="14" font-family="sans-serif">'
    ]
    for number, (label, length, shown) in enumerate(chart.bars):
        top = EDGE + ROW * number
        width = max(float(length / longest) * BAR, 1.0)
        middle = top + ROW / 2 + 5
        parts.append(f'<text x="{LABEL - 8}" y="{middle}" text-anchor="end" fill="{INK}">{escape(_cut(label))}</text>')
        parts.append(f'<rect x="{LABEL}" y="{top + 4}" width="{width:.1f}" height="{ROW - 8}" rx="2" fill="{FILL}"/>')
        parts.append(f'<text x="{LABEL + width + 6:.1f}" y="{middle}" fill="{MUTED}">{escape(shown)}</text>')
    return "".join([*parts, "</svg>"])


def _cut(label: str) -> str:
    return label if len(label) <= 8 else f"{label[:7]}…"
