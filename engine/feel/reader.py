"""Moving over the tokens of a text, and refusing one that cannot stand where it stands."""

from __future__ import annotations

from collections.abc import Iterable

from .errors import NOTHING, FeelError, FeelLimit, Say
from .lexer import Lexer, Token
from .limits import MAX_CHARACTERS, MAX_NESTING
from .mistakes import hint_at
from .names import BUILT_IN, Known, normal


class Reader:
    """Where a parser stands in a text, and what it says when it cannot go on."""

    def __init__(self, text: str, names: Iterable[str] = ()) -> None:
        if len(text) > MAX_CHARACTERS:
            raise FeelLimit(("表达式太长", f"the expression is longer than {MAX_CHARACTERS} characters"))
        self.text = text
        self.lexer = Lexer(text)
        self.known = Known(BUILT_IN)
        for name in names:
            self.known.declare(normal(name))
        self.depth = 0
        self.token = self.lexer.at(0)

    def advance(self) -> Token:
        token = self.token
        self.token = self.lexer.at(token.end)
        return token

    def jump(self, place: int) -> None:
        self.token = self.lexer.at(place)

    def sign(self, text: str) -> bool:
        return self.token.kind == "sign" and self.token.text == text

    def word(self, text: str) -> bool:
        return self.token.kind == "name" and self.token.text == text

    def take(self, text: str) -> bool:
        """Step over this sign or keyword if it stands here."""
        if self.token.kind in ("sign", "name") and self.token.text == text:
            self.advance()
            return True
        return False

    def need(self, text: str) -> None:
        if not self.take(text):
            raise self.error((f"此处应为 {text}", f"expected `{text}`"))

    def close(self, sign: str, opened: int) -> None:
        """Step over the closing bracket of the one at `opened`."""
        if not self.take(sign):
            raise self.unclosed(sign, opened)

    def comma(self, sign: str, opened: int) -> None:
        """Step over the comma between two entries of the bracket at `opened`."""
        if not self.take(","):
            raise self.unclosed(f", 或 {sign}", opened, f"`,` or `{sign}`")

    def unclosed(self, zh: str, opened: int, en: str = "") -> FeelError:
        hint = hint_at(self.text, self.token.start)
        if not hint[0] and (self.token.kind == "end" or self.token.text in (")", "]", "}", "then", "else")):
            bracket = self.text[opened]
            hint = (
                f"第 {opened + 1} 个字符处的 {bracket} 没有配对的右括号",
                f"the `{bracket}` at character {opened + 1} is not closed",
            )
        return self.error((f"此处应为 {zh}", f"expected {en or f'`{zh}`'}"), hint)

    def error(self, expected: Say, hint: Say = NOTHING, token: Token | None = None) -> FeelError:
        token = token or self.token
        hint = hint if hint[0] else hint_at(self.text, token.start)
        found = token.text
        if token.kind == "end":
            expected = (expected[0] + "，但表达式到此结束", expected[1] + ", but the expression ends here")
        return FeelError(token.start, expected, hint, found)

    def finish(self) -> None:
        if self.token.kind != "end":
            expected = "此处应为运算符或表达式结尾", "expected an operator or the end of the expression"
            hint = hint_at(self.text, self.token.start)
            if not hint[0] and self.token.text in (")", "]", "}"):
                hint = (f"这个 {self.token.text} 没有配对的左括号", f"nothing opens this `{self.token.text}`")
            elif not hint[0] and (self.token.kind in ("number", "text", "name") or self.token.text in ("{", "@")):
                hint = (
                    "前后两个值之间缺少运算符，例如 =、and、+",
                    "an operator is missing between the two values, such as =, and, +",
                )
            raise self.error(expected, hint)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise FeelLimit(("表达式嵌套过深", "the expression is nested too deeply"), self.token.start)
