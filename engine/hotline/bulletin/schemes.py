"""How a period is assessed: weights, points of answers and results, and who fixed each, as data.

`schemes.json` beside the bulletin's diagram holds one entry for each day from which something was fixed anew. The
scheme goes into the frozen counts, so that an old bulletin is computed for ever as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

from engine import errors

FILE = "bulletin/schemes.json"
Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scheme:
    """The assessment in force. `plain` is the entry as it stands in the file."""

    weights: Mapping[str, Decimal]  # volume, on_time, solved, satisfaction: a hundred points in all
    answers: Mapping[str, Decimal]  # points of a survey's answer, of a hundred
    results: Mapping[str, Decimal]  # how much of a matter a result solves, 0 to 1
    against: str  # a unit's volume is measured against `all` or the `most`
    incident: int  # orders about one trader from which on the report names it
    weak: int  # how many units at the end are named
    residual: bool  # shares add up to a hundred
    plain: Plain

    def source(self, name: str) -> str:
        """Who fixed it."""
        said: str = self.plain[name]["source"]
        return said


def scheme(processes: Path, day: date) -> Scheme:
    """The scheme in force on a day, from the folder of the bundles. Raises Invalid when the file lacks one."""
    found = [
        entry for entry in orjson.loads((processes / FILE).read_bytes()) if date.fromisoformat(entry["from"]) <= day
    ]
    if not found:
        raise errors.Invalid(f"no scheme of assessment is in force on {day}", zh=f"{day} 没有适用的考核办法")
    return read(max(found, key=lambda entry: entry["from"]))


def read(plain: Plain) -> Scheme:
    """A scheme of its plain form. Raises KeyError or Invalid when it is incomplete."""
    weights = {name: Decimal(plain["weights"][name]) for name in ("volume", "on_time", "solved", "satisfaction")}
    if sum(weights.values()) != 100:
        raise errors.Invalid("the weights of a scheme must add up to 100", zh="考核权重之和应为 100")
    return Scheme(
        weights,
        {name: Decimal(points) for name, points in plain["answers"]["values"].items()},
        {name: Decimal(part) for name, part in plain["results"]["values"].items()},
        plain["volume"]["against"],
        plain["incident"]["value"],
        plain["weak"]["value"],
        plain["residual_to_largest"]["value"],
        plain,
    )
