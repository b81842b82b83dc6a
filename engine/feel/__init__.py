"""FEEL, the language of expressions in diagrams, tables and forms (DMN 1.3 to 1.5), in pure Python.

    feel.compile("金额 > 10000 and 类别 in (\"食品\", \"药品\")")({"金额": 12000, "类别": "药品"})   # True

Nothing here imports the rest of the house, reads a file or opens a connection.
"""

from __future__ import annotations

from .builtins import BUILTINS, catalogue
from .builtins.dates import set_clock
from .checking import check
from .errors import FeelError, FeelLimit, Refusal
from .explaining import Explained, explain
from .expression import Expression, UnaryTests, compile, compile_unary  # noqa: A004
from .limits import Limits, Run
from .loops import pick
from .mistakes import iso_hint
from .names import is_simple, normal
from .parser import parse, parse_tests
from .printing import print_tree
from .texts import print_value, text_of
from .types import coerce
from .values import Function, Range, Value, YearMonth, convert, equal, from_json, to_json

__all__ = [
    "BUILTINS", "Explained", "Expression", "FeelError", "FeelLimit", "Function", "Limits", "Range", "Refusal", "Run",
    "UnaryTests", "Value", "YearMonth", "catalogue", "check", "coerce", "compile", "compile_unary", "convert",
    "equal", "explain", "from_json", "is_simple", "iso_hint", "normal", "parse", "parse_tests", "pick", "print_tree",
    "print_value", "set_clock", "text_of", "to_json",
]  # fmt: skip
