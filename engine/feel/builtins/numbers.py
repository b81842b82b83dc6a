"""Numbers and booleans (DMN 1.5 §10.3.4.5, §10.3.4.2), 34 digits."""

from __future__ import annotations

import decimal
import random
import re
from decimal import Decimal

from ..values import CONTEXT, Value
from .registry import builtin

LEAST_SCALE, MOST_SCALE = -6111, 6176  # the digits of decimal128
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def finite(value: Decimal) -> Decimal | None:
    """The value, or None where arithmetic left the numbers."""
    return value if value.is_finite() else None


@builtin("not", "negand: any")
def not_(value: Value) -> bool | None:
    return (not value) if isinstance(value, bool) else None


@builtin("is", "value1?: any, value2?: any")
def is_(a: Value = None, b: Value = None) -> bool:
    from ..texts import text_of

    return type(a) is type(b) and text_of(a) == text_of(b)


@builtin("number", "from: string")
def number(text: str) -> Decimal | None:
    return finite(CONTEXT.create_decimal(text)) if _NUMBER.fullmatch(text) and text.isascii() else None


@builtin("number", "from: number")
def number_itself(value: Decimal) -> Decimal:
    return value


@builtin("number", "from: string, grouping separator: string?, decimal separator: string?")
def number_grouped(text: str, grouping: str | None, point: str | None) -> Decimal | None:
    if grouping not in (None, " ", ",", ".") or point not in (None, ".", ",") or (grouping == point and grouping):
        return None
    if grouping:
        text = text.replace(grouping, "")
    if point:
        text = text.replace(point, ".") if point != "." or "." in text else text
    return number(text)


def rounded(value: Decimal, scale: Decimal, mode: str) -> Decimal | None:
    """`value` to `scale` digits after the point (before it when negative)."""
    if not LEAST_SCALE <= scale <= MOST_SCALE:
        return None
    digits = int(scale)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -digits and digits >= 0:
        return value
    result = value.quantize(Decimal((0, (1,), -digits)), mode, CONTEXT)
    return result if result.is_finite() else value


@builtin("decimal", "n: number, scale: number")
def decimal_(value: Decimal, scale: Decimal) -> Decimal | None:
    return rounded(value, scale, decimal.ROUND_HALF_EVEN)


@builtin("floor", "n: number, scale?: number")
def floor(value: Decimal, scale: Decimal = Decimal(0)) -> Decimal | None:
    return rounded(value, scale, decimal.ROUND_FLOOR)


@builtin("ceiling", "n: number, scale?: number")
def ceiling(value: Decimal, scale: Decimal = Decimal(0)) -> Decimal | None:
    return rounded(value, scale, decimal.ROUND_CEILING)


@builtin("round up", "n: number, scale: number")
def round_up(value: Decimal, scale: Decimal) -> Decimal | None:
    return rounded(value, scale, decimal.ROUND_UP)


@builtin("round down", "n: number, scale: number")
def round_down(value: Decimal, scale: Decimal) -> Decimal | None:
    return rounded(value, scale, decimal.ROUND_DOWN)


@builtin("round half up", "n: number, scale: number")
def round_half_up(value: Decimal, scale: Decimal) -> Decimal | None:
    return rounded(value, scale, decimal.ROUND_HALF_UP)


@builtin("round half down", "n: number, scale: number")
def round_half_down(value: Decimal, scale: Decimal) -> Decimal | None:
    return rounded(value, scale, decimal.ROUND_HALF_DOWN)


@builtin("abs", "n: number")
def abs_(value: Decimal) -> Decimal:
    return abs(value)


@builtin("abs", "n: duration")
def abs_duration(value: Value) -> Value:
    from ..values import YearMonth

    return YearMonth(abs(value.months)) if isinstance(value, YearMonth) else abs(value)


def floored(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """The remainder with the sign of the divisor; None for a divisor of zero."""
    if not divisor:
        return None
    rest = CONTEXT.remainder(dividend, divisor)
    if not rest.is_finite():  # the quotient has more than 34 digits: nothing of the remainder is left
        return None
    return CONTEXT.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


@builtin("modulo", "dividend: number, divisor: number")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    return floored(dividend, divisor)


@builtin("sqrt", "number: number")
def sqrt(value: Decimal) -> Decimal | None:
    return finite(CONTEXT.sqrt(value))


@builtin("log", "number: number")
def log(value: Decimal) -> Decimal | None:
    return finite(CONTEXT.ln(value)) if value > 0 else None


@builtin("exp", "number: number")
def exp(value: Decimal) -> Decimal | None:
    return finite(CONTEXT.exp(value))


@builtin("odd", "number: number")
def odd(value: Decimal) -> bool | None:
    return _parity(value, 1)


@builtin("even", "number: number")
def even(value: Decimal) -> bool | None:
    return _parity(value, 0)


def _parity(value: Decimal, wanted: int) -> bool | None:
    rest = CONTEXT.remainder(value, Decimal(2))
    if not rest.is_finite():
        return wanted == 0
    return abs(rest) == wanted


@builtin("random number")
def random_number() -> Decimal:
    return Decimal(random.SystemRandom().randrange(10**16)).scaleb(-16)
