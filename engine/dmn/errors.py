"""What is wrong with a decision model, said to the analyst who drew it."""

from __future__ import annotations

from engine import errors


class DmnError(errors.Invalid):
    """The decision model cannot be read or run; `element` is the id or name of the place.

    `rule` (from 1) and `column` are set for a cell of a table. When a file has several mistakes the first is raised
    and `others` are the rest.
    """

    zh = "决策模型有误"

    def __init__(
        self,
        element: str,
        en: str,
        zh: str,
        mend: tuple[str, str] = ("", ""),
        *,
        rule: int | None = None,
        column: str = "",
    ) -> None:
        super().__init__(f"{element}: {en}" if element else en, zh=f"“{element}”：{zh}" if element else zh)
        self.element = element
        self.mend = mend  # how to mend it, in (Chinese, English)
        self.rule = rule
        self.column = column
        self.others: tuple[DmnError, ...] = ()

    @property
    def all(self) -> tuple[DmnError, ...]:
        """This mistake and the others of the file."""
        return (self, *self.others)
