"""The report of a bulletin of which only the printed page is left: each figure as printed, and as it computes again."""

from __future__ import annotations

from decimal import Decimal

from engine.hotline.bulletin import formulas
from engine.hotline.bulletin.figures import Text
from engine.hotline.bulletin.printed import Bulletin, Printed
from engine.hotline.bulletin.report import TITLES, Block, Cell, Chart, Report, Table, plain

VERDICTS: dict[str, Text] = {
    "equal": ("相符", "equal"),
    "conflict": ("不符", "conflict"),
    "derived": ("推算，未印发", "derived, not printed"),
    "given": ("照录，无法重算", "as given, not reproducible"),
}
HEAD: tuple[Text, ...] = (
    ("指标", "figure"),
    ("印发", "printed"),
    ("重算", "computed"),
    ("分子", "numerator"),
    ("分母", "denominator"),
    ("结论", "verdict"),
    ("说明", "note"),
)


def build(bulletin: Bulletin, *, residual: bool) -> Report:
    """All ten blocks. `residual` says how the shares of the chart are rounded, as in `printed.read`."""
    blocks = [_block(bulletin, key, residual) for key in TITLES]
    title = (f"{bulletin.year}年度市民服务热线承办工作情况通报（照录）", f"Bulletin of {bulletin.year}, as printed")
    facts = [
        (f"期间 {bulletin.first} 至 {bulletin.last}；来源：{bulletin.source}", f"{bulletin.first} – {bulletin.last}")
    ]
    return Report(title, facts, blocks)


def _block(bulletin: Bulletin, key: str, residual: bool) -> Block:
    block = Block(key, TITLES[key], bulletin.texts.get(key, "").splitlines())
    found = [figure for figure in bulletin.figures if figure.block == key]
    if found:
        zh, en = (title.split(mark, 1)[1] for title, mark in zip(TITLES[key], "、 ", strict=True))
        caption = (f"{zh}：印发与重算", f"{en}: printed and computed")
        block.tables.append(Table(caption, HEAD, [_row(each) for each in found], frozenset({2, 3, 4})))
    counts = {name: entry.get("values", {}) for name, entry in bulletin.counts.items()}
    if key == "shares":
        shares = formulas.shares(counts["transferred"], residual_to_largest=residual)
        _chart(block, ("转派去向", "Where orders went"), shares)
    elif key == "satisfaction":
        whole = sum(counts["survey"].values())
        parts = {answer: formulas.share(number, whole) for answer, number in counts["survey"].items()}
        _chart(block, ("测评结果", "Answers"), parts)
    elif key == "basis":
        block.paragraphs.extend(_basis(bulletin))
    return block


def _chart(block: Block, caption: Text, shares: dict[str, formulas.Figure]) -> None:
    head = (("项目", "part"), ("件数", "number"), ("总量", "of"), ("占比", "share"))
    rows = [(name, plain(f.numerator), plain(f.denominator), str(f)) for name, f in shares.items()]
    bars = [(name, figure.value or Decimal(0), str(figure)) for name, figure in shares.items()]
    block.tables.append(Table(caption, head, rows, frozenset({1, 2, 3})))
    block.charts.append(Chart(caption, (0, 3), bars))


def _row(each: Printed) -> tuple[Cell, ...]:
    figure = each.figure
    inputs = (plain(figure.numerator), plain(figure.denominator)) if figure else ("", "")
    return (each.zh, each.printed or "–", each.computed or "–", *inputs, VERDICTS[each.verdict], each.note or "")


def _basis(bulletin: Bulletin) -> list[str]:
    verdicts = {key: [each.zh for each in bulletin.figures if each.verdict == key] for key in VERDICTS}
    said = [f"{VERDICTS[key][0]}：{len(names)} 项（{'、'.join(names)}）。" for key, names in verdicts.items() if names]
    return ["数值按十进制计算，四舍五入保留两位；没有公布输入的，照录并注明。", *said]
