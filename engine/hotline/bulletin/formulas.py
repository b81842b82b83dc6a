"""The formulas of the performance bulletin. Pure: counts in, figures out, each with what it was computed from.

Money and shares never touch floating point: everything is Decimal, rounded half up to two places as the bulletin of
2019 does. An empty denominator gives no value (shown as “–”), never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

PLACES = Decimal("0.01")
HUNDRED = Decimal(100)

# Points for an answer of the survey. Source: 84.81 of the bulletin of 2019 comes out of its four counts only by these.
POINTS = {"满意": 100, "基本满意": 80, "一般": 60, "不满意": 0}


@dataclass(frozen=True, slots=True)
class Figure:
    """A computed figure. `value` is None when there was nothing to divide by; `unit` is % or 分."""

    value: Decimal | None
    numerator: Decimal
    denominator: Decimal
    unit: str = "%"

    def __str__(self) -> str:
        return "–" if self.value is None else f"{self.value}{self.unit}"


def rounded(value: Decimal) -> Decimal:
    """Two places, half up."""
    return value.quantize(PLACES, ROUND_HALF_UP)


def share(part: int, whole: int) -> Figure:
    """`part` of `whole` in percent."""
    value = rounded(part * HUNDRED / whole) if whole else None
    return Figure(value, Decimal(part), Decimal(whole))


def shares(parts: Mapping[str, int], *, residual_to_largest: bool = False) -> dict[str, Figure]:
    """Each part's share of their sum.

    Rounded shares seldom add up to 100. `residual_to_largest` gives what is left over to the largest part, as the
    bulletin of 2019 did (61.96 instead of 61.97); else every share is rounded for itself.
    """
    whole = sum(parts.values())
    found = {name: share(part, whole) for name, part in parts.items()}
    if residual_to_largest and whole:
        largest = max(parts, key=lambda name: parts[name])
        others = sum((f.value for name, f in found.items() if name != largest and f.value is not None), Decimal(0))
        found[largest] = Figure(HUNDRED - others, found[largest].numerator, found[largest].denominator)
    return found


def satisfaction(answers: Mapping[str, int], points_of: Mapping[str, Decimal | int] = POINTS) -> Figure:
    """满意度: the mean of the surveyed answers' points, 0 to 100. Raises KeyError for an answer without points."""
    surveyed = sum(answers.values())
    points = sum((Decimal(points_of[answer]) * count for answer, count in answers.items()), Decimal(0))
    return Figure(rounded(points / surveyed) if surveyed else None, points, Decimal(surveyed), "分")


def weighted(results: Mapping[str, int], weights: Mapping[str, Decimal]) -> Figure:
    """诉求解决: the results by their weights (0 to 1), in percent of all. Raises KeyError for one without weight."""
    whole = sum(results.values())
    part = sum((weights[result] * count for result, count in results.items()), Decimal(0))
    return Figure(rounded(part * HUNDRED / whole) if whole else None, part, Decimal(whole))


def satisfied(answers: Mapping[str, int]) -> Figure:
    """满意率: satisfied and basically satisfied of all surveyed, in percent."""
    return share(answers.get("满意", 0) + answers.get("基本满意", 0), sum(answers.values()))


def ranked(scores: Mapping[str, Decimal]) -> list[tuple[int, str, Decimal]]:
    """(rank, unit, score), best first; equal scores share a rank."""
    order = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    values = [value for _unit, value in order]
    return [(values.index(value) + 1, unit, value) for unit, value in order]
