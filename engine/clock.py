"""The only `now()` of the house, real or virtual.

A simulation or a test moves time with `virtual()`; everything that asks `now()` inside sees the same moving hand,
so a year can pass in minutes and every timer still fires in its order.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Virtual:
    """A clock that stands still until it is moved. Shared by all threads: a simulation has one world."""

    def __init__(self, start: datetime) -> None:
        self.at = aware(start)

    def move_to(self, instant: datetime) -> None:
        """Move forward to `instant`; moving back is ignored, because time that was seen cannot be unseen."""
        self.at = max(self.at, aware(instant))


_virtual: Virtual | None = None


def now() -> datetime:
    """This moment as an aware UTC datetime."""
    return _virtual.at if _virtual is not None else datetime.now(UTC)


@contextmanager
def virtual(start: datetime) -> Iterator[Virtual]:
    """Run the body in virtual time beginning at `start`."""
    global _virtual
    before, _virtual = _virtual, Virtual(start)
    try:
        yield _virtual
    finally:
        _virtual = before


def aware(instant: datetime) -> datetime:
    """UTC of an instant; a naive one is read as Shanghai wall time (the bureau's)."""
    return (instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)).astimezone(UTC)


def local(instant: datetime) -> datetime:
    """The same instant on Shanghai's wall."""
    return aware(instant).astimezone(SHANGHAI)


def today() -> date:
    """The day it is in Shanghai."""
    return local(now()).date()


def midnight(day: date) -> datetime:
    """The instant a day begins in Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)
