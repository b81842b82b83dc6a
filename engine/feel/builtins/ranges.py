"""Relations of points and ranges (DMN 1.5 §10.3.4.6, Allen's intervals)."""

from __future__ import annotations

from ..values import Range, Value, equal, less, within
from .registry import builtin

Answer = bool | None


def _and(*answers: Answer) -> Answer:
    if False in answers:
        return False
    return None if None in answers else True


def _or(*answers: Answer) -> Answer:
    if True in answers:
        return True
    return None if None in answers else False


@builtin("before", "point1: point, point2: point")
def before_points(a: Value, b: Value) -> Answer:
    return less(a, b)


@builtin("before", "point: point, range: range")
def before_point_range(a: Value, b: Range) -> Answer:
    return _or(less(a, b.start), _and(equal(a, b.start), not b.start_included))


@builtin("before", "range: range, point: point")
def before_range_point(a: Range, b: Value) -> Answer:
    return _or(less(a.end, b), _and(equal(a.end, b), not a.end_included))


@builtin("before", "range1: range, range2: range")
def before_ranges(a: Range, b: Range) -> Answer:
    return _or(less(a.end, b.start), _and(equal(a.end, b.start), not a.end_included or not b.start_included))


@builtin("after", "point1: point, point2: point")
def after_points(a: Value, b: Value) -> Answer:
    return less(b, a)


@builtin("after", "point: point, range: range")
def after_point_range(a: Value, b: Range) -> Answer:
    return before_range_point(b, a)


@builtin("after", "range: range, point: point")
def after_range_point(a: Range, b: Value) -> Answer:
    return before_point_range(b, a)


@builtin("after", "range1: range, range2: range")
def after_ranges(a: Range, b: Range) -> Answer:
    return before_ranges(b, a)


@builtin("meets", "range1: range, range2: range")
def meets(a: Range, b: Range) -> Answer:
    return _and(a.end_included, b.start_included, equal(a.end, b.start))


@builtin("met by", "range1: range, range2: range")
def met_by(a: Range, b: Range) -> Answer:
    return meets(b, a)


def _starts_before_end(a: Range, b: Range) -> Answer:
    """Does `a` begin where `b` has not yet ended?"""
    return _or(less(a.start, b.end), _and(equal(a.start, b.end), a.start_included and b.end_included))


@builtin("overlaps", "range1: range, range2: range")
def overlaps(a: Range, b: Range) -> Answer:
    return _and(_starts_before_end(a, b), _starts_before_end(b, a))


@builtin("overlaps before", "range1: range, range2: range")
def overlaps_before(a: Range, b: Range) -> Answer:
    begins = _or(less(a.start, b.start), _and(equal(a.start, b.start), a.start_included and not b.start_included))
    ends = _or(less(a.end, b.end), _and(equal(a.end, b.end), not a.end_included or b.end_included))
    return _and(begins, _starts_before_end(b, a), ends)


@builtin("overlaps after", "range1: range, range2: range")
def overlaps_after(a: Range, b: Range) -> Answer:
    return overlaps_before(b, a)


@builtin("finishes", "point: point, range: range")
def finishes_point(a: Value, b: Range) -> Answer:
    return _and(b.end_included, equal(a, b.end))


@builtin("finishes", "range1: range, range2: range")
def finishes(a: Range, b: Range) -> Answer:
    begins = _or(less(b.start, a.start), _and(equal(a.start, b.start), not a.start_included or b.start_included))
    return _and(a.end_included == b.end_included, equal(a.end, b.end), begins)


@builtin("finished by", "range: range, point: point")
def finished_by_point(a: Range, b: Value) -> Answer:
    return finishes_point(b, a)


@builtin("finished by", "range1: range, range2: range")
def finished_by(a: Range, b: Range) -> Answer:
    return finishes(b, a)


@builtin("includes", "range: range, point: point")
def includes_point(a: Range, b: Value) -> Answer:
    return within(b, a)


@builtin("includes", "range1: range, range2: range")
def includes(a: Range, b: Range) -> Answer:
    begins = _or(less(a.start, b.start), _and(equal(a.start, b.start), a.start_included or not b.start_included))
    ends = _or(less(b.end, a.end), _and(equal(a.end, b.end), a.end_included or not b.end_included))
    return _and(begins, ends)


@builtin("during", "point: point, range: range")
def during_point(a: Value, b: Range) -> Answer:
    return within(a, b)


@builtin("during", "range1: range, range2: range")
def during(a: Range, b: Range) -> Answer:
    return includes(b, a)


@builtin("starts", "point: point, range: range")
def starts_point(a: Value, b: Range) -> Answer:
    return _and(b.start_included, equal(a, b.start))


@builtin("starts", "range1: range, range2: range")
def starts(a: Range, b: Range) -> Answer:
    ends = _or(less(a.end, b.end), _and(equal(a.end, b.end), not a.end_included or b.end_included))
    return _and(a.start_included == b.start_included, equal(a.start, b.start), ends)


@builtin("started by", "range: range, point: point")
def started_by_point(a: Range, b: Value) -> Answer:
    return starts_point(b, a)


@builtin("started by", "range1: range, range2: range")
def started_by(a: Range, b: Range) -> Answer:
    return starts(b, a)


@builtin("coincides", "point1: point, point2: point")
def coincides_points(a: Value, b: Value) -> Answer:
    return equal(a, b)


@builtin("coincides", "range1: range, range2: range")
def coincides(a: Range, b: Range) -> Answer:
    return equal(a, b)


@builtin("range", "from: string")
def range_(text: str) -> Range | None:
    from ..interval_text import parse_range

    return parse_range(text)
