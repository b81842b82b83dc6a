"""Runs BPMN diagrams through SpiffWorkflow: the only room of the house that knows that library.

Everything outside uses the names below. An instance is started and moved by commands, each of which answers with its
effects; between commands it lives as bytes. See `elements/` for what BPMN means here and `internals` for what of
SpiffWorkflow is replaced, and why.
"""

from .codec import decode, encode
from .effects import Effects, Job, Mark, Thrown, Uncaught, Wait
from .execution import (
    amend,
    cancel,
    clocks_of,
    complete,
    deliver,
    fail_job,
    finish_job,
    fire,
    move_clocks,
    reschedule,
    standing,
    start,
    variables,
    waits,
)
from .parser import load
from .program import Element, Program, Start
from .sandbox import LANGUAGES
from .schedule import first as first_start
from .schedule import following as next_start
from .workflow import Instance

__all__ = [
    "LANGUAGES",
    "Effects",
    "Element",
    "Instance",
    "Job",
    "Mark",
    "Program",
    "Start",
    "Thrown",
    "Uncaught",
    "Wait",
    "amend",
    "cancel",
    "clocks_of",
    "complete",
    "decode",
    "deliver",
    "encode",
    "fail_job",
    "finish_job",
    "fire",
    "first_start",
    "load",
    "move_clocks",
    "next_start",
    "reschedule",
    "standing",
    "start",
    "variables",
    "waits",
]
