"""Every question a page asks of the hotline, by name."""

from engine.hotline.casefile import order, order_of, timeline
from engine.hotline.readings import readings
from engine.hotline.register import order_counts, register, repeats
from engine.hotline.worklist import processes, worklist, worklist_counts, worklist_row

__all__ = [
    "order",
    "order_counts",
    "order_of",
    "processes",
    "readings",
    "register",
    "repeats",
    "timeline",
    "worklist",
    "worklist_counts",
    "worklist_row",
]
