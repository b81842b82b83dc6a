"""What is asked of a figure, and whether it holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ask:
    """A line of the table asked / measured."""

    what: str
    asked: str
    measured: str
    holds: bool


def at_least(what: str, limit: float, value: float, unit: str = "×") -> Ask:
    return Ask(what, f"≥ {limit:,g}{unit}", _said(value, unit), value >= limit)


def at_most(what: str, limit: float, value: float, unit: str = "×") -> Ask:
    return Ask(what, f"≤ {limit:,g}{unit}", _said(value, unit), value <= limit)


def _said(value: float, unit: str) -> str:
    return f"{value:,.0f}{unit}" if abs(value) >= 100 else f"{value:.3g}{unit}"
