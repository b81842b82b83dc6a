"""What the language says when it refuses: where, what was expected, and how to mend it, in Chinese and in English."""

from __future__ import annotations

Say = tuple[str, str]  # the same sentence in (Chinese, English)
NOTHING: Say = ("", "")


class FeelError(ValueError):
    """An expression cannot be read. `position` counts characters from 0; `zh` and `en` are whole sentences."""

    def __init__(self, position: int, expected: Say, hint: Say = NOTHING, found: str = "") -> None:
        self.position = position
        self.expected = expected
        self.hint = hint
        self.found = found
        shown = found if len(found) <= 40 else found[:40] + "…"
        self.zh = f"第 {position + 1} 个字符处：{expected[0]}"
        self.en = f"at character {position + 1}: {expected[1]}"
        if shown:
            self.zh += f"，却遇到“{shown}”"
            self.en += f", but found `{shown}`"
        if hint[0]:
            self.zh += f"。{hint[0]}"
            self.en += f"; {hint[1]}"
        super().__init__(self.en)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.position, self.expected, self.hint, self.found)


class FeelLimit(FeelError):
    """The expression, or what it builds while it runs, is larger than an expression may be."""

    def __init__(self, what: Say, position: int = 0) -> None:
        super().__init__(position, what)
        self.what = what

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.what, self.position)


class Refusal(ValueError):
    """What a function of the house says of an argument it cannot take; the call that meets it adds the place.

    `argument` counts the function's parameters from 0. Sentences and hint are as those of a FeelError.
    """

    def __init__(self, argument: int, expected: Say, hint: Say = NOTHING) -> None:
        self.argument = argument
        self.expected = expected
        self.hint = hint
        self.zh = expected[0] + (f"。{hint[0]}" if hint[0] else "")
        self.en = expected[1] + (f"; {hint[1]}" if hint[1] else "")
        super().__init__(self.en)

    def at(self, position: int) -> FeelError:
        """The same, said of a place in a text."""
        return FeelError(position, self.expected, self.hint)
