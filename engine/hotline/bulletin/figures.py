"""Every figure of a bulletin with its formula in words, its inputs and who says so. Computed from frozen counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.hotline.bulletin import formulas
from engine.hotline.bulletin.counts import GROUPS
from engine.hotline.bulletin.formulas import Figure
from engine.hotline.bulletin.schemes import Scheme, read

Counts = Mapping[str, Any]
Tally = Mapping[str, Any]
Text = tuple[str, str]  # Chinese, English

BUREAU = "热线承办考核办法（沪市监办发〔2020〕337号所述四项指标）"
HOUSE = "内控口径"


@dataclass(frozen=True, slots=True)
class Formula:
    """A figure that is computed alike for the bureau and for a unit."""

    key: str
    name: Text
    top: Text
    base: Text
    source: str
    compute: Callable[[Tally, Scheme], Figure]


@dataclass(frozen=True, slots=True)
class Computed:
    """A figure as a report shows it."""

    key: str
    name: Text
    figure: Figure
    formula: Text
    source: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit in the ranking. `score` and `rank` are None when one of its four parts had nothing to divide by."""

    code: str
    name: str
    rank: int | None
    score: Decimal | None
    handled: int
    parts: Mapping[str, Figure]  # volume on_time solved satisfaction


def _contacted(tally: Tally, _scheme: Scheme) -> Figure:
    return formulas.share(tally["contacted"], tally["contact_wanted"])


def _on_time(tally: Tally, _scheme: Scheme) -> Figure:
    return formulas.share(tally["in_time"], tally["ended"] + tally["open_late"])


def _solved(tally: Tally, _scheme: Scheme) -> Figure:
    solved, explained = tally["results"].get("实际解决", 0), tally["results"].get("解释说明", 0)
    return formulas.share(solved, solved + explained)


def _explained(tally: Tally, _scheme: Scheme) -> Figure:
    solved, explained = tally["results"].get("实际解决", 0), tally["results"].get("解释说明", 0)
    return formulas.share(explained, solved + explained)


def _appeal(tally: Tally, scheme: Scheme) -> Figure:
    return formulas.weighted(tally["results"], scheme.results)


def _satisfaction(tally: Tally, scheme: Scheme) -> Figure:
    return formulas.satisfaction(tally["survey"], scheme.answers)


def _satisfied(tally: Tally, _scheme: Scheme) -> Figure:
    return formulas.satisfied(tally["survey"])


def _returned(tally: Tally, _scheme: Scheme) -> Figure:
    return formulas.share(tally["returned"], tally["handled"])


def _of_findings(*said: str) -> Callable[[Tally, Scheme], Figure]:
    return lambda tally, _scheme: formulas.share(sum(tally["findings"].get(one, 0) for one in said), tally["ended"])


def _passed(tally: Tally, _scheme: Scheme) -> Figure:
    return formulas.share(tally["passed"], tally["reports"])


FORMULAS = (
    Formula(
        "contacted",
        ("先行联系率", "First contact in time"),
        ("一个工作日内已联系", "contacted within a working day"),
        ("应先行联系（匿名的除外）", "to be contacted (anonymous ones excepted)"),
        "热线承办“1、5、13”限时办理机制",
        _contacted,
    ),
    Formula(
        "on_time",
        ("按时办结率", "Closed in time"),
        ("按时办结", "closed in time"),
        ("办结与超期未结", "closed, and overdue and open"),
        BUREAU,
        _on_time,
    ),
    Formula(
        "solved",
        ("实际解决率", "Solved"),
        ("实际解决", "solved"),
        ("实际解决与解释说明", "solved and explained"),
        HOUSE,
        _solved,
    ),
    Formula(
        "explained",
        ("解释说明率", "Explained"),
        ("解释说明", "explained"),
        ("实际解决与解释说明", "solved and explained"),
        HOUSE,
        _explained,
    ),
    Formula(
        "appeal",
        ("诉求解决", "Requests met"),
        ("各类结果按权重折算", "results by their weights"),
        ("有结果的办件", "matters with a result"),
        HOUSE,
        _appeal,
    ),
    Formula(
        "satisfaction",
        ("满意度", "Satisfaction"),
        ("各类回答按分值之和", "answers by their points"),
        ("测评件数", "surveyed"),
        BUREAU,
        _satisfaction,
    ),
    Formula(
        "satisfied",
        ("满意率", "Satisfied"),
        ("满意与基本满意", "satisfied and basically satisfied"),
        ("测评件数", "surveyed"),
        HOUSE,
        _satisfied,
    ),
    Formula(
        "returned",
        ("退单率", "Returned"),
        ("退单", "returned"),
        ("承办", "handled"),
        HOUSE,
        _returned,
    ),
    Formula(
        "proven",
        ("属实率", "Found true"),
        ("属实与部分属实", "true and partly true"),
        ("办结", "closed"),
        HOUSE,
        _of_findings("属实", "部分属实"),
    ),
    Formula(
        "unfounded",
        ("不属实率", "Found unfounded"),
        ("不属实", "unfounded"),
        ("办结", "closed"),
        HOUSE,
        _of_findings("不属实"),
    ),
    Formula(
        "passed",
        ("报告一次合格率", "Reports passed at once"),
        ("一次合格", "passed at once"),
        ("办理报告", "reports"),
        HOUSE,
        _passed,
    ),
)
BY_KEY = {formula.key: formula for formula in FORMULAS}

PARTS: dict[str, Text] = {
    "volume": ("承办数量", "Volume"),
    "on_time": ("按时办结", "In time"),
    "solved": ("诉求解决", "Solved"),
    "satisfaction": ("满意度", "Satisfaction"),
}
CLOCKS: dict[str, Text] = {
    "C08": ("受理及时率", "Acceptance decided in time"),
    "C12": ("核查及时率", "Tip-offs checked in time"),
    "C11": ("终止告知及时率", "Terminations told in time"),
}
LAW = {"C08": "总局令第121号第15条", "C12": "总局令第121号第27条、处罚程序规定第18条", "C11": "总局令第121号第23条"}


def rates(tally: Tally, scheme: Scheme) -> list[Computed]:
    """Every figure of one tally."""
    return [
        _computed(each.key, each.name, each.compute(tally, scheme), each.top, each.base, each.source)
        for each in FORMULAS
    ]


def bureau(counts: Counts) -> list[Computed]:
    """The figures that only the bureau as a whole has."""
    calls, bad = counts["transfers"], counts["bad_reviews"]
    reviewed = counts["unfounded"]
    overturned = sum(number for outcome, number in reviewed.items() if outcome not in UPHELD)
    found = [
        _computed(
            "transfers",
            ("三方转接接通率", "Three-party calls answered"),
            formulas.share(calls["answered"], calls["attempted"]),
            ("接通", "answered"),
            ("转接", "attempted"),
            "沪市监办发〔2020〕337号“接通率持续提升”",
        ),
        _computed(
            "bad_reviews",
            ("差评 5 个工作日办结率", "Bad reviews handled in 5 working days"),
            formulas.share(bad["in_time"], bad["received"]),
            ("按时办结的差评", "handled in time"),
            ("差评", "bad reviews"),
            "沪府办发〔2019〕20号；沪市监办发〔2020〕337号",
        ),
        _computed(
            "overturned",
            ("认定改判率", "Unfounded findings overturned"),
            formulas.share(overturned, sum(reviewed.values())),
            ("改判", "overturned"),
            ("审核认定", "reviewed"),
            HOUSE,
        ),
    ]
    for code, name in CLOCKS.items():
        runs = counts["clocks"][code]
        figure = formulas.share(runs["kept"], runs["runs"])
        found.append(_computed(f"clock_{code}", name, figure, ("按时", "in time"), ("应办", "due"), LAW[code]))
    return found


UPHELD = frozenset({"unfounded_confirmed"})  # ends of the process `unfounded` that leave the finding as it was


def transferred(counts: Counts, *, residual: bool) -> dict[str, Figure]:
    """The shares of where orders went, in the order of the printed bulletin."""
    parts = {group: counts["transferred"][group] for group in GROUPS if group in counts["transferred"]}
    return formulas.shares(parts, residual_to_largest=residual)


def ranking(counts: Counts) -> list[Standing]:
    """District bureaus by score, best first; those without a score at the end, by volume."""
    scheme = read(counts["scheme"])
    units = {code: unit for code, unit in counts["units"].items() if unit["kind"] == "district"}
    handled = {code: unit["tally"]["handled"] for code, unit in units.items()}
    base = sum(handled.values()) if scheme.against == "all" else max(handled.values(), default=0)
    parts = {code: _parts(unit["tally"], base, scheme) for code, unit in units.items()}
    scores = {code: score for code, each in parts.items() if (score := _score(each, scheme)) is not None}
    ranks = {code: rank for rank, code, _score_ in formulas.ranked(scores)}
    found = [
        Standing(code, unit["name"], ranks.get(code), scores.get(code), handled[code], parts[code])
        for code, unit in units.items()
    ]
    return sorted(found, key=lambda each: (each.rank is None, each.rank or 0, -each.handled, each.code))


def weak(counts: Counts) -> list[str]:
    """The units at the end of the ranking that the scheme wants named; never one of the better half."""
    ranked = [each.code for each in ranking(counts) if each.rank is not None]
    return ranked[max((len(ranked) + 1) // 2, len(ranked) - read(counts["scheme"]).weak) :]


def _parts(tally: Tally, base: int, scheme: Scheme) -> dict[str, Figure]:
    return {
        "volume": formulas.share(tally["handled"], base),
        "on_time": _on_time(tally, scheme),
        "solved": _appeal(tally, scheme),
        "satisfaction": _satisfaction(tally, scheme),
    }


def _score(parts: Mapping[str, Figure], scheme: Scheme) -> Decimal | None:
    if any(not figure.denominator for figure in parts.values()):
        return None
    ratio = {name: figure.numerator / figure.denominator for name, figure in parts.items()}
    ratio["satisfaction"] /= 100  # its numerator is in points of a hundred
    return formulas.rounded(sum((scheme.weights[name] * part for name, part in ratio.items()), Decimal(0)))


def _computed(key: str, name: Text, figure: Figure, top: Text, base: Text, source: str) -> Computed:
    return Computed(key, name, figure, (f"{top[0]} ÷ {base[0]}", f"{top[1]} ÷ {base[1]}"), source)
