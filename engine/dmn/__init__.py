"""Decisions by the DMN standard (1.2 to 1.5): tables, boxed expressions, requirement graphs, services, imports.

model = dmn.load(data, functions)
outcome = dmn.decide(model, "routing", {"类别": "食品"})     # .value .rules .inputs .outputs .steps .explained()
dmn.analyse(model)                                           # gaps, overlaps and rules that never act
"""

from __future__ import annotations

from .analysis import Remark, analyse
from .deciding import decide, decide_files, load_closure, load_files, serve, wanted
from .errors import DmnError
from .model import Decision, Model, Outcome, Step
from .reading import load
from .tables import Table

__all__ = [
    "Decision", "DmnError", "Model", "Outcome", "Remark", "Step", "Table", "analyse", "decide", "decide_files", "load",
    "load_closure", "load_files", "serve", "wanted",
]  # fmt: skip
