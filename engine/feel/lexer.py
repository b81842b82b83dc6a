"""Text to tokens, one at a time: the parser asks for the token at a place, because names depend on it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from .errors import FeelError, Say
from .mistakes import AT_CHARACTER, FULL_WIDTH
from .values import CONTEXT

KEYWORDS = frozenset(
    [
        "for",
        "in",
        "return",
        "if",
        "then",
        "else",
        "some",
        "every",
        "satisfies",
        "instance",
        "function",
        "external",
        "or",
        "and",
        "between",
        "true",
        "false",
        "null",
    ]
)

# A name begins with a letter of any script (also emoji and other planes) or `_`; `?` alone is the tested value.
_BEYOND = r"\u200C\u200D\U00010000-\U000EFFFF"  # joiners and other planes: an emoji is a name, too
NAME = rf"(?:[^\W\d]|[{_BEYOND}])(?:\w|[\u00B7\u0300-\u036F\u203F\u2040{_BEYOND}])*"
_TOKEN = re.compile(
    rf"""
    (?P<space> (?: [\s\u200B\uFEFF]+ | //[^\n]* | /\*.*?\*/ )+ )
  | (?P<number> \d+(?:\.\d+)?(?:[eE][+-]?\d+)? | \.\d+(?:[eE][+-]?\d+)? )
  | (?P<text> "(?:[^"\\]|\\.)*" )
  | (?P<name> {NAME} | \? )
  | (?P<sign> \.\. | \*\* | != | <= | >= | -> | [-+*/=<>()\[\]{{}},:.@] )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is number, text, name, sign or end; a keyword is a name whose text is in KEYWORDS."""

    kind: str
    text: str
    start: int
    end: int


class Lexer:
    """Cuts tokens out of `text` at any place, each only once."""

    __slots__ = ("text", "_cut")

    def __init__(self, text: str) -> None:
        self.text = text
        self._cut: dict[int, Token] = {}

    def at(self, place: int) -> Token:
        """The first token at or after `place`; raises FeelError with a hint when no token begins there."""
        token = self._cut.get(place)
        if token is None:
            token = self._cut[place] = self._next(place)
        return token

    def _next(self, place: int) -> Token:
        match = _TOKEN.match(self.text, place)
        if match is not None and match.lastgroup == "space":
            place = match.end()
            match = _TOKEN.match(self.text, place)
        if match is None:
            if place >= len(self.text):
                return Token("end", "", place, place)
            raise self._refusal(place)
        return Token(match.lastgroup or "", match.group(), match.start(), match.end())

    def _refusal(self, place: int) -> FeelError:
        rest = self.text[place:]
        if rest[0] == '"':
            if match := re.match(r'"([^"\n]*?)[”“＂]', rest):
                shown = f'"{match[1]}"'
                return FeelError(
                    place,
                    ("文本结尾的引号是全角的", "the closing quote of a text is full-width"),
                    (f"请用半角引号：{shown}", f"use half-width quotes: {shown}"),
                    match[0],
                )
            return FeelError(
                place,
                ("文本缺少结尾的引号", "a text without its closing quote"),
                ('请在文本末尾补上 "', 'add the closing "'),
                rest,
            )
        for pattern, hint in AT_CHARACTER:
            match = pattern.match(rest)
            if match:
                return FeelError(
                    place, ("此处应为运算符或值", "expected an operator or a value"), hint(match), match.group()
                )
        if rest[0] in FULL_WIDTH:
            half = FULL_WIDTH[rest[0]]
            hint_: Say = (f"请改用半角字符 {half}", f"use the half-width character {half}")
            return FeelError(
                place, ("不能使用全角标点", "full-width punctuation is not part of the language"), hint_, rest[0]
            )
        return FeelError(place, ("不能使用这个字符", "this character is not part of the language"), ("", ""), rest[0])


def number_of(token: Token) -> Decimal:
    """A number token's value, rounded to 34 digits; raises FeelError beyond the range of decimal128."""
    value = CONTEXT.create_decimal(token.text)
    if not value.is_finite():
        raise FeelError(token.start, ("数字超出范围", "the number is out of range"), ("", ""), token.text)
    return value


def text_of(token: Token) -> str:
    """A text token's value with its escapes resolved."""
    body = token.text[1:-1]
    if "\\" not in body:
        return body
    body = _ESCAPE.sub(_unescape, body)
    return _SURROGATES.sub(lambda m: m.group().encode("utf-16", "surrogatepass").decode("utf-16"), body)


def _unescape(match: re.Match[str]) -> str:
    code = match.group(1)
    if len(code) > 1:
        number = int(code[1:], 16)
        return chr(number) if number < 0x110000 else match.group()
    return _ESCAPES.get(code, match.group())
