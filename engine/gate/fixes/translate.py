"""Expressions of other engines in FEEL, for the part of their languages that means the same in both.

JUEL (`${…}`, `#{…}`: Camunda 7, Flowable, Activiti), the conditions of JavaScript and Groovy scripts, and Python (older
SpiffWorkflow systems) share comparisons, arithmetic, `and`, `or`, `not`, literals and paths. Whatever lies outside, or
relies on conversions that FEEL does not make ("10" equal to 10), is not translated: None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine import feel
from engine.feel.mistakes import FOREIGN

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?(?![\w.]))|(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    r"""|(?P<word>(?:\w+:(?=getData))?[^\W\d]\w*)|(?P<sign>===|!==|==|!=|<=|>=|&&|\|\||[-+*/<>=!?:()\[\],.]))"""
)
COUNTS = ("numberOfInstances", "numberOfCompletedInstances", "numberOfActiveInstances")
_EQUAL = {"==": "=", "===": "=", "eq": "=", "=": "=", "!=": "!=", "!==": "!=", "ne": "!="}
_ORDER = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "lt": "<", "gt": ">", "le": "<=", "ge": ">="}
_WORDS = {"true": "true", "false": "false", "null": "null", "True": "true", "False": "false", "None": "null"}
_KEYWORDS = {"and", "or", "not", "empty", "is", "in", "if", "else", "div", "mod", "instanceof", *_EQUAL, *_ORDER}
# execution.getVariable('x'); bpmn:getDataObject('x') and its like, as the standard writes XPath
_READERS = {"getVariable", "getDataObject", "getDataInput", "getDataOutput"}
# What the other engines count for us under another name; what they count otherwise (from 0) or keep to themselves.
_OURS = {name.replace("number", "nr", 1): name for name in COUNTS}
_THEIRS = {"loopCounter", "execution"}
_DEPTH = 80
_MAX = 2000  # characters


def variable(words: str) -> str:
    """A name as the keys of forms can be written too: blanks and signs become underscores. "" when nothing is left."""
    name = re.sub(r"\W+", "_", words.strip()).strip("_")
    name = "_" + name if name[:1].isdigit() else name
    return name if not name or feel.is_simple(name) else name + "_"


class _Foreign(Exception):
    """Something outside of the common part."""


def unwrapped(text: str) -> str | None:
    """The inside of a `${…}` or `#{…}` that spans the whole text."""
    text = text.strip()
    inside = text[2:-1]
    if text[:2] in ("${", "#{") and text.endswith("}") and "{" not in inside and "}" not in inside:
        return inside.strip()
    return None


def to_feel(text: str, strict: bool = False) -> str | None:
    """The FEEL text that means the same, or None. A leading "=" marks FEEL; `strict` leaves out what Python alone
    reads otherwise: bare names as conditions, whose truth is wider there than in FEEL."""
    text = text.strip()
    if text.startswith("=") and not text.startswith("=="):
        return _sound(text[1:].strip())
    inside = unwrapped(text)
    if (inside is None and re.search(r"[$#]\{", text)) or len(text) > _MAX:
        return None
    try:
        reader = _Reader(inside if inside is not None else text, strict)
        found = reader.condition()
        reader.end()
    except _Foreign:
        return None
    return _sound(found)


def is_feel(text: str) -> bool:
    """Whether a text is FEEL already, without words of other languages."""
    try:
        expression = feel.compile(text)
    except (feel.FeelError, ValueError, RecursionError):
        return False
    return not expression.names & FOREIGN.keys()


def _sound(text: str) -> str | None:
    return text if text and is_feel(text) else None


def literal(words: str) -> str:
    """A text as a FEEL literal."""
    inside = "".join({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}.get(c, c) for c in words)
    return f'"{inside}"'


class _Reader:
    """Reads one expression, from the weakest binding to the strongest, and gives it back as FEEL."""

    def __init__(self, text: str, strict: bool) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.at, self.depth, self.strict = 0, 0, strict
        place = 0
        text = text.rstrip()
        while place < len(text):
            match = _TOKEN.match(text, place)
            if match is None:
                raise _Foreign
            self.tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
            place = match.end()

    def end(self) -> None:
        if self.at != len(self.tokens):
            raise _Foreign

    @property
    def next(self) -> str:
        kind, words = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        return "" if kind == "text" else words

    def take(self, *words: str) -> str:
        found = self.next
        if found and found in words:
            self.at += 1
            return found
        return ""

    def need(self, word: str) -> None:
        if not self.take(word):
            raise _Foreign

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One level more: brackets, lists and signs without end are not read to the end of the stack."""
        self.depth += 1
        if self.depth > _DEPTH:
            raise _Foreign
        yield
        self.depth -= 1

    def condition(self) -> str:
        """`a ? b : c`, or anything stronger."""
        with self.deeper():
            found = self.either()
            if self.take("?"):
                first = self.condition()
                self.need(":")
                found = f"if {found} then {first} else {self.condition()}"
        return found

    def either(self) -> str:
        return self._joined(self.both, "or", "||", "or")

    def both(self) -> str:
        return self._joined(self.equality, "and", "&&", "and")

    def _joined(self, part: Callable[[], str], word: str, *signs: str) -> str:
        begin = self.at
        parts = [part()]
        while self.take(*signs):
            parts.append(part())
        if self.strict and len(parts) > 1 and not self._compares(begin):
            raise _Foreign  # Python's `a or b` is a value, not a truth
        return f" {word} ".join(parts)

    def _compares(self, begin: int) -> bool:
        """Whether each part of a Python condition is a comparison or a truth."""
        parts: list[list[str]] = [[]]
        for kind, words in self.tokens[begin : self.at]:
            if kind == "word" and words in ("and", "or"):
                parts.append([])
            else:
                parts[-1].append(words if kind != "text" else "")
        truths = {*_EQUAL, *_ORDER, "is", "in", "True", "False"}
        return all(truths.intersection(part) for part in parts)

    def equality(self) -> str:
        """One comparison; chains mean different things in different languages."""
        if self.strict and self.next == "not":  # looser than a comparison in Python, tighter in JUEL
            return self.negation()
        left, left_token = self.sum(), self._single(self.at - 1)
        sign = self.next
        if sign in _EQUAL or sign in _ORDER:
            self.at += 1
            begin = self.at
            right = self.sum()
            sides = (left_token, self._single(begin) if self.at == begin + 1 else "")
            self._comparable(sign, sides)
            found = f"{left} {_EQUAL.get(sign) or _ORDER[sign]} {right}"
        elif self.take("is"):
            found = f"{left} {'!=' if self.take('not') else '='} {self._null()}"
        elif sign == "in":
            self.at += 1
            found = f"{left} in ({', '.join(self._list())})"
        else:
            return left
        if self.next in _EQUAL or self.next in _ORDER or self.next in ("is", "in"):
            raise _Foreign
        return found

    def _null(self) -> str:
        if not self.take("None", "null"):
            raise _Foreign
        return "null"

    def _single(self, at: int) -> str:
        """A text literal standing at a token, else ""."""
        kind, words = self.tokens[at] if 0 <= at < len(self.tokens) else ("", "")
        return words[1:-1] if kind == "text" else ""

    def _comparable(self, sign: str, sides: tuple[str, str]) -> None:
        """JUEL and JavaScript convert "10" to 10 and "true" to true in a comparison; FEEL does not."""
        for side in sides:
            risky = sign in _ORDER or side in ("true", "false") or re.fullmatch(r"\s*[-+]?[\d.]+\s*", side)
            if side and risky and not self.strict:
                raise _Foreign

    def negation(self) -> str:
        self.need("not")
        begin = self.at
        inner = self.equality()
        if not self._compares(begin):
            raise _Foreign
        return f"not({self._bare(inner)})"

    def emptiness(self) -> str:
        self.need("empty")
        return f'list contains([null, "", []], {self.unary()})'

    def sum(self) -> str:
        found = self.product()
        while sign := self.take("+", "-"):
            found = f"{found} {sign} {self.product()}"
        return found

    def product(self) -> str:
        found = self.unary()
        while sign := self.take("*", "/", "div"):
            found = f"{found} {'/' if sign == 'div' else sign} {self.unary()}"
        return found

    def unary(self) -> str:
        with self.deeper():
            if self.take("!") or (not self.strict and self.take("not")):
                return f"not({self._bare(self.unary())})"
            if self.take("-"):
                return "-" + self.unary()
            return self.emptiness() if self.next == "empty" else self.path()

    def path(self) -> str:
        """A literal, a bracketed expression, or a name with the steps after it."""
        kind, words = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        self.at += 1
        if kind == "number":
            return words
        if kind == "text":
            return _text(words)
        if words == "(":
            inner = self.condition()
            self.need(")")
            return f"({inner})"
        if words == "[":
            self.at -= 1
            return f"[{', '.join(self._list())}]"
        if kind != "word" or words in _KEYWORDS:
            raise _Foreign
        if words in _WORDS:
            return _WORDS[words]
        if words.rpartition(":")[2] in _READERS:
            return self.read_variable()
        if words == "execution" and self.take("."):
            self.at += 1
            return self.read_variable()
        if not self.strict and words in _THEIRS:
            raise _Foreign
        return self.steps(_OURS.get(words) or self.name(words))

    def name(self, words: str) -> str:
        """A name; one of several words, as modelers of business people allow, becomes one word."""
        every = [words]
        while self.at < len(self.tokens):
            kind, following = self.tokens[self.at]
            if kind != "word" or following in _KEYWORDS or following in _WORDS:
                break
            every.append(following)
            self.at += 1
        return _name(words) if len(every) == 1 else variable(" ".join(every))

    def steps(self, found: str) -> str:
        while self.take("."):
            kind, words = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
            self.at += 1
            if kind != "word":
                raise _Foreign
            if words == "equals" and self.take("("):
                other = self.path()
                self.need(")")
                found = f"({found} = {other})"
            else:
                found += "." + self.name(words)
        if self.next in ("(", "["):
            raise _Foreign  # a call of that language's own, or an index counted from 0
        return found

    def read_variable(self) -> str:
        """`getVariable('x')`, whose word has been read."""
        if self.tokens[self.at - 1][1].rpartition(":")[2] not in _READERS:
            raise _Foreign
        self.need("(")
        kind, words = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        self.at += 1
        self.need(")")
        if kind != "text":
            raise _Foreign
        return self.steps(_name(words[1:-1]))

    def _list(self) -> list[str]:
        """`[a, b]` or `(a, b)`."""
        close = {"[": "]", "(": ")"}.get(self.take("[", "("), "")
        if not close:
            raise _Foreign
        items = [] if self.next == close else [self.sum()]
        while self.take(","):
            items.append(self.sum())
        self.need(close)
        if not items:
            raise _Foreign
        return items

    @staticmethod
    def _bare(inner: str) -> str:
        """An expression without brackets around the whole."""
        if inner.startswith("(") and inner.endswith(")") and inner.count("(") == 1:
            return inner[1:-1]
        return inner


def _name(words: str) -> str:
    if not feel.is_simple(words):
        raise _Foreign
    return words


def _text(words: str) -> str:
    """A quoted text of another language as FEEL writes it."""
    inside = words[1:-1]
    plain = re.sub(r"\\(['\"\\])", r"\1", inside)
    if re.search(r"\\[^'\"\\]", inside):
        raise _Foreign
    return literal(plain)
