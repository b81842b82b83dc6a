"""A bulletin in ten blocks, as words, tables and charts; a page, a Word file and a workbook show the same.

The blocks are those of the bureau's bulletin of 2019. Sentences are made of figures; practices, problems and next steps
are what people wrote. The text is Chinese, as the document is; headings are in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.hotline.bulletin import counts as counting
from engine.hotline.bulletin import figures, formulas
from engine.hotline.bulletin.figures import Computed, Text
from engine.hotline.bulletin.formulas import Figure
from engine.hotline.bulletin.periods import period
from engine.hotline.bulletin.schemes import read

Counts = Mapping[str, Any]
Cell = str | Text

TITLES: dict[str, Text] = {
    "totals": ("一、总量", "1. Totals"),
    "shares": ("二、转派分布", "2. Where orders went"),
    "ranking": ("三、承办分值与排名", "3. Scores and ranking"),
    "features": ("四、主要特点", "4. Features"),
    "returns": ("五、退单", "5. Returns"),
    "satisfaction": ("六、满意度", "6. Satisfaction"),
    "practices": ("七、主要做法", "7. Practices"),
    "problems": ("八、存在问题", "8. Problems"),
    "next_steps": ("九、下一步工作", "9. Next steps"),
    "basis": ("十、指标口径与数据", "10. Formulas and data"),
}
WRITTEN = ("features", "practices", "problems", "next_steps")  # blocks that people write, or add to
ANSWERS = ("满意", "基本满意", "一般", "不满意")


@dataclass(frozen=True, slots=True)
class Table:
    """`numeric` columns stand to the right. A cell is data, or words in both languages."""

    caption: Text
    head: tuple[Text, ...]
    rows: Sequence[tuple[Cell, ...]]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Chart:
    """Horizontal bars over the first rows of the table of the same caption; `columns`: its labels and values."""

    caption: Text
    columns: tuple[int, int]
    bars: list[tuple[str, Decimal, str]]  # label, length, what is shown at its end


@dataclass(frozen=True, slots=True)
class Block:
    key: str
    title: Text
    paragraphs: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Report:
    """The whole document. `facts` are the lines under the title: period, version, hash."""

    title: Text
    facts: list[Text]
    blocks: list[Block]


def build(
    counts: Counts,
    *,
    texts: Mapping[str, str] | None = None,
    before: Counts | None = None,
    residual: bool | None = None,
    facts: Sequence[Text] = (),
) -> Report:
    """The report of frozen counts. `before`: of the period before; `residual`: instead of the scheme's choice."""
    which = period(counts["period"]["key"])
    shares = figures.transferred(counts, residual=read(counts["scheme"]).residual if residual is None else residual)
    standings = figures.ranking(counts)
    blocks = [
        _totals(counts, before),
        _shares(shares),
        _ranking(standings),
        _features(counts),
        _returns(counts, before),
        _satisfaction(counts, before),
        _practices(counts),
        _problems(counts, standings),
        Block("next_steps", TITLES["next_steps"]),
        _basis(counts),
    ]
    for block in blocks:
        block.paragraphs.extend(line.strip() for line in (texts or {}).get(block.key, "").splitlines() if line.strip())
        if not (block.paragraphs or block.tables):
            block.paragraphs.append("（待撰写）")
    title = (f"{which.zh}市民服务热线承办工作情况通报", f"Bulletin on the handling of hotline orders, {which.key}")
    return Report(title, list(facts), blocks)


def _totals(counts: Counts, before: Counts | None) -> Block:
    tally, number = counts["all"], counts["all"]["handled"]
    first, last = counts["period"]["first"], counts["period"]["last"]
    said = f"{first} 至 {last}，承办转交办件 {number} 件（不含退单），"
    said += f"涉及工单 {counts['orders']} 件；办结 {tally['ended']} 件。"
    if before is not None:
        said += _against(number, before["all"]["handled"])
    rows = [(nature, str(n), str(formulas.share(n, number))) for nature, n in _sorted(counts["natures"])]
    head = (("诉求类型", "nature"), ("件数", "matters"), ("占比", "share"))
    rates = [_row(each) for each in figures.rates(tally, read(counts["scheme"]))]
    return Block(
        "totals",
        TITLES["totals"],
        [said],
        [
            Table(("按诉求类型", "By nature"), head, rows, frozenset({1, 2})),
            Table(("全局指标", "Figures of the bureau"), FIGURES, rates, frozenset({1, 2, 3})),
        ],
    )


FIGURES: tuple[Text, ...] = (
    ("指标", "figure"),
    ("数值", "value"),
    ("分子", "numerator"),
    ("分母", "denominator"),
    ("公式", "formula"),
    ("依据", "source"),
)


def _row(each: Computed) -> tuple[Cell, ...]:
    figure = each.figure
    return (each.name, str(figure), plain(figure.numerator), plain(figure.denominator), each.formula, each.source)


def _shares(shares: Mapping[str, Figure]) -> Block:
    said = "；".join(f"{name} {plain(figure.numerator)} 件，占 {figure}" for name, figure in shares.items()) + "。"
    caption = ("转派去向", "Where orders went")
    rows = [(name, plain(f.numerator), plain(f.denominator), str(f)) for name, f in shares.items()]
    head = (("去向", "to"), ("件数", "matters"), ("总量", "of"), ("占比", "share"))
    bars = [(name, figure.value or Decimal(0), str(figure)) for name, figure in shares.items()]
    tables = [Table(caption, head, rows, frozenset({1, 2, 3}))]
    return Block("shares", TITLES["shares"], [said], tables, [Chart(caption, (0, 3), bars)])


def _ranking(standings: Sequence[figures.Standing]) -> Block:
    ranked = [each for each in standings if each.score is not None]
    half = len(ranked) // 2
    said = "暂无可以计分的单位：四项指标须各有基数。"
    if ranked:
        said = f"分值位列前列的：{'、'.join(each.name for each in ranked[: min(5, half) or 1])}。"
        if half:
            said += f"排名靠后的：{'、'.join(each.name for each in ranked[-min(3, half) :])}。"
    head = (("名次", "rank"), ("单位", "unit"), ("分值", "score"), ("承办件", "handled"), *figures.PARTS.values())
    rows = [
        (
            str(each.rank or "–"),
            each.name,
            "–" if each.score is None else str(each.score),
            str(each.handled),
            *(str(each.parts[name]) for name in figures.PARTS),
        )
        for each in standings
    ]
    caption = ("各区局分值", "Scores of the district bureaus")
    bars = [(each.name, each.score, str(each.score)) for each in ranked if each.score is not None]
    tables = [Table(caption, head, rows, frozenset({0, 2, 3, 4, 5, 6, 7}))]
    return Block("ranking", TITLES["ranking"], [said], tables, [Chart(caption, (1, 2), bars)] if bars else [])


def _features(counts: Counts) -> Block:
    total, asked, one_stop = counts["all"]["handled"], counts["consultations"], counts["one_stop"]
    said = [f"咨询 {asked} 件，占总量 {formulas.share(asked, total)}；其中涉及一网通办 {one_stop} 件。"]
    bad = counts["bad_reviews"]
    in_time = formulas.share(bad["in_time"], bad["received"])
    said.append(f"一网通办差评 {bad['received']} 件，5 个工作日内办结 {bad['in_time']} 件，办结率 {in_time}。")
    tables = []
    if counts["mass"]:
        said.append(
            f"群体性事件 {len(counts['mass'])} 起：{'、'.join(f'“{n}”（{c} 件）' for n, c in counts['mass'].items())}。"
        )
    if counts["incidents"]:
        named = "、".join(f"“{name}”（{n} 件）" for name, n in counts["incidents"].items())
        said.append(f"诉求相对集中的被诉对象：{named}。")
        head = (("被诉对象", "trader"), ("件数", "orders"))
        rows = [(name, str(n)) for name, n in counts["incidents"].items()]
        tables.append(Table(("集中诉求", "Concentrations"), head, rows, frozenset({1})))
    rows = [_row(each) for each in figures.bureau(counts)]
    tables.append(Table(("专项指标", "Special figures"), FIGURES, rows, frozenset({1, 2, 3})))
    return Block("features", TITLES["features"], said, tables)


def _returns(counts: Counts, before: Counts | None) -> Block:
    returned = figures.BY_KEY["returned"].compute(counts["all"], read(counts["scheme"]))
    said = f"退单 {plain(returned.numerator)} 件，以承办件 {plain(returned.denominator)} 件为基数，退单率 {returned}。"
    if before is not None:
        was = figures.BY_KEY["returned"].compute(before["all"], read(before["scheme"]))
        if was.value is not None and returned.value is not None:
            said += f"与上期（{was}）相比{_points(returned.value - was.value)}。"
    return Block("returns", TITLES["returns"], [said])


def _satisfaction(counts: Counts, before: Counts | None) -> Block:
    survey, scheme = counts["all"]["survey"], read(counts["scheme"])
    rate = formulas.satisfaction(survey, scheme.answers)
    answers = "，".join(f"{answer} {survey.get(answer, 0)} 件" for answer in ANSWERS)
    said = f"测评 {plain(rate.denominator)} 件，其中{answers}；"
    said += f"满意度 {rate}（{plain(rate.numerator)} ÷ {plain(rate.denominator)}），"
    said += f"满意率 {formulas.satisfied(survey)}。"
    if before is not None:
        was = formulas.satisfaction(before["all"]["survey"], read(before["scheme"]).answers)
        if was.value is not None and rate.value is not None:
            said += f"上期 {was}，相差 {rate.value - was.value:+} 分。"
    whole = sum(survey.values())
    parts = {answer: formulas.share(survey.get(answer, 0), whole) for answer in ANSWERS}
    caption = ("测评结果", "Answers")
    rows = [(a, plain(scheme.answers[a]), str(survey.get(a, 0)), str(part)) for a, part in parts.items()]
    head = (("回答", "answer"), ("分值", "points"), ("件数", "surveyed"), ("占比", "share"))
    bars = [(answer, part.value or Decimal(0), str(part)) for answer, part in parts.items()]
    tables = [Table(caption, head, rows, frozenset({1, 2, 3}))]
    return Block(
        "satisfaction", TITLES["satisfaction"], [said], tables, [Chart(caption, (0, 3), bars)] if whole else []
    )


def _practices(counts: Counts) -> Block:
    """What was done, in numbers; people write the rest."""
    supervised = sum(counts["supervisions"].values())
    done = {
        "督办": supervised,
        "会审会商": counts["reviews"],
        "三方转接": counts["transfers"]["attempted"],
        "批准延期": counts["extensions"],
        "挂账": counts["shelved"],
    }
    said = "，".join(f"{name} {number} 件" for name, number in done.items() if number)
    return Block("practices", TITLES["practices"], [f"{said}。"] if said else [])


def _problems(counts: Counts, standings: Sequence[figures.Standing]) -> Block:
    said = []
    weak, names = figures.weak(counts), {each.code: each.name for each in standings}
    if weak:
        said.append(f"绩效不平衡，{'、'.join(names[code] for code in weak)}分值靠后。")
    defects = counts["all"]["defects"]
    if defects:
        said.append("报告质量：" + "，".join(f"{kind} {n} 件" for kind, n in _sorted(defects)) + "。")
    late = counts["all"]["open_late"]
    if late:
        said.append(f"期末超期未结 {late} 件。")
    kinds = sorted({kind for unit in counts["units"].values() for kind in unit["tally"]["defects"]})
    rows = [
        (unit["name"], *(str(unit["tally"]["defects"].get(kind, 0)) for kind in kinds))
        for unit in counts["units"].values()
        if unit["tally"]["defects"]
    ]
    head = (("单位", "unit"), *((kind, kind) for kind in kinds))
    columns = frozenset(range(1, len(kinds) + 1))
    tables = [Table(("质量缺陷", "Defects by unit"), head, rows, columns)] if rows else []
    return Block("problems", TITLES["problems"], said, tables)


def _basis(counts: Counts) -> Block:
    scheme = read(counts["scheme"])
    weights = "︰".join(plain(scheme.weights[name]) for name in figures.PARTS)
    parts = "、".join(name[0] for name in figures.PARTS.values())
    points = "、".join(f"{answer} {plain(scheme.answers[answer])}" for answer in ANSWERS)
    weighed = sorted(scheme.results.items(), key=lambda pair: -pair[1])
    results = "、".join(f"{result} {plain(part)}" for result, part in weighed)
    said = [
        f"计分：{parts}按 {weights} 计；依据：{scheme.source('weights')}。",
        f"满意度各档分值：{points}；依据：{scheme.source('answers')}。",
        f"诉求解决各类权重：{results}；{scheme.source('results')}。",
        f"承办数量：{scheme.source('volume')}。",
        "数值按十进制计算，四舍五入保留两位；没有基数的记“–”。承办按派单日、结果按办结日归期；派出所级单位并入所属区局。",
    ]
    said += [
        f"更正：{counts['units'][c['unit']]['name']}“{counting.NAMES[c['figure']][0]}”为 {c['value']}，{c['reason']}。"
        for c in counts.get("corrections", ())
    ]
    head = (("单位", "unit"), *counting.NAMES.values())
    rows = [(unit["name"], *(str(unit["tally"][name]) for name in counting.NAMES)) for unit in counts["units"].values()]
    columns = frozenset(range(1, len(counting.NAMES) + 1))
    return Block("basis", TITLES["basis"], said, [Table(("各单位计数", "Counts by unit"), head, rows, columns)])


def in_chinese(cell: Cell) -> str:
    """The cell as the document says it."""
    return cell if isinstance(cell, str) else cell[0]


def plain(number: Decimal) -> str:
    """Without needless zeros: 921000, 0.5."""
    return f"{number.normalize():f}"


def _sorted(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _against(now: int, was: int) -> str:
    change = formulas.share(now - was, was)
    if change.value is None:
        return ""
    return f"比上期 {was} 件{'增加' if now >= was else '减少'} {abs(now - was)} 件（{change.value:+}%）。"


def _points(change: Decimal) -> str:
    return "持平" if not change else f"{'上升' if change > 0 else '下降'} {abs(change)} 个百分点"
