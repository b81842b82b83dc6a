"""Every question a page asks of the hotline, by name."""

from engine.hotline.casefile import order, order_of, timeline
from engine.hotline.readings import readings
from engine.hotline.register import register, repeats
from engine.hotline.worklist import (
    elsewhere,
    endings,
    next_step,
    of_case,
    processes,
    sooner,
    steps_of,
    tasks_of,
    worklist,
    worklist_counts,
    worklist_row,
)

__all__ = [
    "elsewhere",
    "endings",
    "next_step",
    "of_case",
    "order",
    "order_of",
    "processes",
    "readings",
    "register",
    "repeats",
    "sooner",
    "steps_of",
    "tasks_of",
    "timeline",
    "worklist",
    "worklist_counts",
    "worklist_row",
]
