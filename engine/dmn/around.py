"""What stands around an expression while a file is read, and the noting of mistakes in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from engine import feel
from engine.feel.cell_words import cell_hint

from .errors import DmnError
from .item_types import Types
from .model import Literal
from .tables import Table

Made = TypeVar("Made", bound=feel.Expression)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around an expression: whose it is, the names it may use, the caller's functions, the types."""

    owner: str
    names: frozenset[str]
    functions: Mapping[str, Any] | None
    types: Types
    depth: int = 0
    mentioned: set[str] = field(default_factory=set)  # free names of all expressions compiled here
    tables: list[Table] = field(default_factory=list)  # all tables found here
    literals: list[Literal] = field(default_factory=list)  # all other expressions found here
    mistakes: list[DmnError] = field(default_factory=list)  # of the whole file: an analyst mends all of them at once
    rule: int | None = None  # in a cell of a table: its rule
    column: str = ""  # and its column

    def knowing(self, *names: str) -> Around:
        """The same with more names in scope, one box deeper."""
        return replace(self, names=self.names | frozenset(names), depth=self.depth + 1)

    def cell(self, rule: int | None, column: str) -> Around:
        """The same for one cell of a table; of a whole column when there is no rule."""
        return replace(self, rule=rule, column=column)

    def compile(self, text: str) -> feel.Expression:
        """The compiled expression. A mistake in it is noted, and `null` stands in: the reader raises all at its end."""
        try:
            return self._noted(feel.compile(text, self.names, self.functions, self.types.made))
        except feel.FeelError as error:
            self.mistakes.append(self._refused(text, error))
            return feel.compile("null")

    def tests(self, text: str) -> feel.UnaryTests:
        """The compiled cell; a mistake in it is noted as by `compile`."""
        try:
            return self._noted(feel.compile_unary(text, self.names, self.functions, self.types.made))
        except feel.FeelError as error:
            hint = cell_hint(text)
            self.mistakes.append(self._refused(text, error, hint if hint[0] else error.hint))
            return feel.compile_unary("null")

    def _noted(self, made: Made) -> Made:
        self.mentioned.update(made.names - self.names)
        return made

    def _refused(self, text: str, error: feel.FeelError, mend: tuple[str, str] | None = None) -> DmnError:
        zh, en = f"{text}：{error.zh}", f"`{text}`: {error.en}"
        if self.column:
            zh, en = f"“{self.column}”列，{zh}", f"column `{self.column}`, {en}"
        if self.rule:
            zh, en = f"第 {self.rule} 条规则{zh}", f"rule {self.rule}, {en}"
        return DmnError(self.owner, en, zh, mend or error.hint, rule=self.rule, column=self.column)

    def problem(self, en: str, zh: str) -> DmnError:
        """An error at this owner."""
        return DmnError(self.owner, en, zh)
