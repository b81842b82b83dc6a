"""What is wrong with a decision model, said to the analyst who drew it."""

from __future__ import annotations

from engine import errors


class DmnError(errors.Invalid):
    """The decision model cannot be read or run; `element` is the id or name of the place."""

    zh = "决策模型有误"

    def __init__(self, element: str, en: str, zh: str, mend: tuple[str, str] = ("", "")) -> None:
        super().__init__(f"{element}: {en}" if element else en, zh=f"“{element}”：{zh}" if element else zh)
        self.element = element
        self.mend = mend  # how to mend it, in (Chinese, English)
