"""Which days a bulletin is about. Pure.

The assessment year runs from 1 November to 31 October and is named after the latter (沪市监办发〔2020〕337号); quarters
and months are the calendar's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine import clock, errors, feel, registry
from engine.registry import Argument

KINDS = ("year", "quarter", "month")
_KEY = re.compile(r"(?P<year>20\d\d)(?:Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Period:
    """A year (`2019`), a quarter (`2019Q3`) or a month (`2019-07`); first and last day included."""

    key: str
    kind: str
    first: date
    last: date

    @property
    def zh(self) -> str:
        if self.kind == "year":
            return f"{self.key}年度"
        year, number = int(self.key[:4]), int(self.key[-1] if self.kind == "quarter" else self.key[-2:])
        return f"{year}年第{'一二三四'[number - 1]}季度" if self.kind == "quarter" else f"{year}年{number}月"

    @property
    def start(self) -> datetime:
        """The instant it begins."""
        return clock.midnight(self.first)

    @property
    def end(self) -> datetime:
        """The instant after it."""
        return clock.midnight(self.last + timedelta(1))


def period(key: str) -> Period:
    """The period of this name. Raises Invalid."""
    found = _KEY.fullmatch(key)
    if found is None:
        raise errors.Invalid(
            f"{key} is no period: write 2019, 2019Q3 or 2019-07", zh="期间应写成 2019、2019Q3 或 2019-07"
        )
    year = int(found["year"])
    if found["quarter"]:
        first = date(year, 3 * int(found["quarter"]) - 2, 1)
        return Period(key, "quarter", first, _month_end(first, 3))
    if found["month"]:
        first = date(year, int(found["month"]), 1)
        return Period(key, "month", first, _month_end(first, 1))
    return Period(key, "year", date(year - 1, 11, 1), date(year, 10, 31))


def closed(kind: str, day: date) -> Period:
    """The newest period of that kind which has ended before `day`. Raises Invalid for an unknown kind."""
    if kind == "year":
        return period(str(day.year if day > date(day.year, 10, 31) else day.year - 1))
    if kind == "quarter":
        quarter = (day.month - 1) // 3
        return period(f"{day.year}Q{quarter}" if quarter else f"{day.year - 1}Q4")
    if kind == "month":
        end = day.replace(day=1) - timedelta(1)
        return period(f"{end:%Y-%m}")
    raise errors.Invalid(f"{kind} is none of {', '.join(KINDS)}", zh="期间种类应为年、季或月")


def before(this: Period) -> Period:
    """The period of the same kind right before."""
    return closed(this.kind, this.first)


def _month_end(first: date, months: int) -> date:
    month = first.month + months
    return date(first.year + (month - 1) // 12, (month - 1) % 12 + 1, 1) - timedelta(1)


@registry.function(
    "last_period", ("kind", "at"),
    "最近已结束的通报期间：year 考核年度（11月1日至次年10月31日）、quarter 季、month 月；得 2026、2026Q3、2026-10",
    "the newest period that has ended: year (1 November to 31 October), quarter or month; gives 2026, 2026Q3, 2026-10",
    arguments={"kind": Argument(frozenset({"string"}), KINDS), "at": Argument(frozenset({"date", "date and time"}))},
    result="string",
)  # fmt: skip
def last_period(kind: Any, at: Any) -> str:
    """The key of the newest period of a kind that has ended before a moment."""
    if kind not in KINDS:
        said = f"没有“{kind}”这种期间", f"there is no period of the kind {kind}"
        raise feel.Refusal(0, said, ("写 year、quarter 或 month", "write year, quarter or month"))
    moment = clock.local(at).date() if isinstance(at, datetime) else at
    if not isinstance(moment, date):
        said = "第二个参数应为日期或日期时间", "the second argument must be a date or a date and time"
        raise feel.Refusal(1, said, ('写成 last_period("year", now())', 'write last_period("year", now())'))
    return closed(kind, moment).key
