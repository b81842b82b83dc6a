"""The built-in functions: every one is declared with its signature, which checks and coerces its arguments."""

from __future__ import annotations

from . import contexts, dates, lists, numbers, ranges, strings  # noqa: F401  the modules register their functions
from .registry import BUILTINS, Builtin, Signature, catalogue

__all__ = ["BUILTINS", "Builtin", "Signature", "catalogue"]
