"""Reading a pattern (XSD regular expressions with XPath's additions) into a tree and, in step, into Python's syntax."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .classes import CLASS_ESCAPES, SINGLE_ESCAPES, Class, category

MAX_PATTERN = 2_000
MAX_REPEAT = 1_000


class PatternError(ValueError):
    """A pattern that cannot be read."""


@dataclass(frozen=True, slots=True)
class Flags:
    """The letters s, m, i, x and q of XPath."""

    dot_all: bool = False
    lines: bool = False
    any_case: bool = False
    spaced: bool = False
    literal: bool = False

    @classmethod
    def of(cls, text: str) -> Flags:
        """The flags of these letters; raises PatternError for another letter."""
        if set(text) - set("smixq"):
            raise PatternError(f"unknown flag in {text!r}")
        return cls("s" in text, "m" in text, "i" in text, "x" in text, "q" in text)

    @property
    def python(self) -> int:
        """The same for Python's `re`."""
        return (re.IGNORECASE if self.any_case else 0) | (re.MULTILINE if self.lines else 0)


@dataclass(slots=True)
class Part:
    """A node: kind is char, start, end, group, reference, sequence, choice or repeat."""

    kind: str
    parts: list[Part] = field(default_factory=list)
    class_: Class | None = None
    number: int = 0  # of a capturing group or a reference; 0 for a group that does not capture
    least: int = 0
    most: int | None = None
    lazy: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """A pattern read: its tree, its Python text (None when only the machine can run it), its worst growth."""

    tree: Part
    groups: int
    python: str | None
    degree: int
    has_references: bool


HOPELESS = 99  # the degree of repeats within repeats


def read(source: str, flags: Flags) -> Read:
    """Read the pattern; raises PatternError."""
    if len(source) > MAX_PATTERN:
        raise PatternError("the pattern is too long")
    if flags.literal:
        source, flags = re.sub(r"([\\|.?*+(){}\-\[\]^$])", r"\\\1", source), Flags(any_case=flags.any_case)
    elif flags.spaced:
        source = _without_spaces(source)
    reader = _Reader(source, flags)
    tree = reader.choice(0)
    if reader.place < len(source):
        raise PatternError(f"unexpected {source[reader.place]!r}")
    return Read(tree, reader.groups, _python(tree, flags.lines), _degree(tree), reader.references)


def _without_spaces(source: str) -> str:
    result, depth, place = [], 0, 0
    while place < len(source):
        char = source[place]
        if char == "\\" and place + 1 < len(source):
            following = source[place + 1]
            if following in " \t\r\n" and not depth:
                result.append(char)
            else:
                result.append(char + following)
            place += 2
            continue
        depth += (char == "[") - (char == "]" and depth > 0)
        if depth or char not in " \t\r\n":
            result.append(char)
        place += 1
    return "".join(result)


class _Reader:
    def __init__(self, source: str, flags: Flags) -> None:
        self.source = source
        self.flags = flags
        self.place = 0
        self.groups = 0
        self.closed: set[int] = set()
        self.references = False

    def peek(self, size: int = 1) -> str:
        return self.source[self.place : self.place + size]

    def choice(self, depth: int) -> Part:
        if depth > 40:
            raise PatternError("the pattern is nested too deeply")
        branches = [self.sequence(depth)]
        while self.peek() == "|":
            self.place += 1
            branches.append(self.sequence(depth))
        return branches[0] if len(branches) == 1 else Part("choice", branches)

    def sequence(self, depth: int) -> Part:
        parts: list[Part] = []
        while (char := self.peek()) and char not in "|)":
            part = self.atom(depth)
            parts.append(self.repeat(part))
        return parts[0] if len(parts) == 1 else Part("sequence", parts)

    def atom(self, depth: int) -> Part:
        char = self.peek()
        self.place += 1
        if char == "(":
            return self.group(depth)
        if char == "[":
            return Part("char", class_=self.class_(depth))
        if char == ".":
            return Part("char", class_=Class.dot(self.flags.dot_all))
        if char == "^":
            return Part("start")
        if char == "$":
            return Part("end")
        if char == "\\":
            return self.escape()
        if char in "?*+{}]":
            raise PatternError(f"unexpected {char!r}")
        return Part("char", class_=Class.single(char))

    def group(self, depth: int) -> Part:
        number = 0
        if self.peek(2) == "?:":
            self.place += 2
        elif self.peek() == "?":
            raise PatternError("look-around is not part of the language")
        else:
            self.groups += 1
            number = self.groups
        inner = self.choice(depth + 1)
        if self.peek() != ")":
            raise PatternError("a bracket is not closed")
        self.place += 1
        self.closed.add(number)
        return Part("group", [inner], number=number)

    def escape(self) -> Part:
        char = self.peek()
        if "1" <= char <= "9":
            number = int(char)
            self.place += 1
            while "0" <= self.peek() <= "9" and number * 10 + int(self.peek()) <= self.groups:
                number = number * 10 + int(self.peek())
                self.place += 1
            if number not in self.closed:
                raise PatternError(f"there is no group {number} before its reference")
            self.references = True
            return Part("reference", number=number)
        return Part("char", class_=self.escaped())

    def escaped(self) -> Class:
        char = self.peek()
        self.place += 1
        if char in ("p", "P") and char:
            if self.peek() != "{" or "}" not in self.source[self.place :]:
                raise PatternError("expected {…} after \\p")
            end = self.source.index("}", self.place)
            name = self.source[self.place + 1 : end]
            self.place = end + 1
            found = category(name)
            if found is None:
                raise PatternError(f"unknown category {name!r}")
            return found.inverse() if char == "P" else found
        if char in CLASS_ESCAPES and char:
            return CLASS_ESCAPES[char]
        if char in SINGLE_ESCAPES and char:
            return Class.single(SINGLE_ESCAPES[char])
        raise PatternError(f"unknown escape \\{char}")

    def class_(self, depth: int) -> Class:
        """A class after its `[`."""
        if depth > 10:
            raise PatternError("the pattern is nested too deeply")
        negative = self.peek() == "^"
        self.place += negative
        members: list[Class] = []
        taken: Class | None = None
        while self.peek() != "]" or not members:
            char = self.peek()
            if not char:
                raise PatternError("a class is not closed")
            if char == "-" and self.peek(2) == "-[" and members:
                self.place += 2
                taken = self.class_(depth + 1)
                if self.peek() != "]":
                    raise PatternError("a subtraction must end its class")
                break
            members.append(self.member(char))
        self.place += 1
        union = Class.union(members)
        union = union.inverse() if negative else union
        return union.without(taken) if taken is not None else union

    def member(self, char: str) -> Class:
        low, whole = self.character(char)
        if whole is not None:
            return whole
        if self.peek() == "-" and self.peek(2) not in ("-]", "-["):
            self.place += 1
            high, whole = self.character(self.peek())
            if whole is not None or high < low:
                raise PatternError("a range of characters runs backwards")
            return Class.span(low, high)
        return Class.single(low)

    def character(self, char: str) -> tuple[str, Class | None]:
        self.place += 1
        if char == "\\":
            following = self.peek()
            if following in SINGLE_ESCAPES and following:
                self.place += 1
                return SINGLE_ESCAPES[following], None
            return "", self.escaped()
        if not char or char in "[]":
            raise PatternError("a bracket inside a class needs a backslash")
        return char, None

    def repeat(self, part: Part) -> Part:
        char = self.peek()
        if not char or char not in "?*+{":
            return part
        self.place += 1
        least, most = {"?": (0, 1), "*": (0, None), "+": (1, None), "{": (0, 0)}[char]
        if char == "{":
            match = re.compile(r"(\d+)(,(\d*))?\}").match(self.source, self.place)
            if match is None:
                raise PatternError("expected {n}, {n,} or {n,m}")
            self.place = match.end()
            least = int(match[1][:6])
            most = least if match[2] is None else int(match[3][:6]) if match[3] else None
            if max(least, most or 0) > MAX_REPEAT or (most is not None and most < least):
                raise PatternError("a repeat count is out of range")
        lazy = self.peek() == "?"
        self.place += lazy
        if self.peek() and self.peek() in "?*+{":
            raise PatternError("a repeat cannot be repeated")
        return Part("repeat", [part], least=least, most=most, lazy=lazy)


def _python(part: Part, lines: bool) -> str | None:
    """The part in Python's syntax, None when that cannot say it."""
    if part.kind == "char":
        return part.class_.python if part.class_ else None
    if part.kind == "start":
        return "^"
    if part.kind == "end":
        return "(?:$)" if lines else r"\Z"
    if part.kind == "reference":
        return f"(?:\\{part.number})"
    texts = [_python(child, lines) for child in part.parts]
    if None in texts:
        return None
    known = [text for text in texts if text is not None]
    if part.kind == "sequence":
        return "".join(known)
    if part.kind == "choice":
        return "(?:" + "|".join(known) + ")"
    if part.kind == "group":
        return ("(" if part.number else "(?:") + known[0] + ")"
    count = f"{{{part.least},{'' if part.most is None else part.most}}}"
    return f"(?:{known[0]}){count}" + ("?" if part.lazy else "")


def _degree(part: Part) -> int:
    """n ** degree bounds the backtracking of one attempt on n characters."""
    if part.kind == "repeat":
        inner = _degree(part.parts[0])
        grows = part.most is None or part.most > 8
        return inner if not grows else HOPELESS if inner or part.parts[0].kind != "char" else 1
    degrees = [_degree(child) for child in part.parts]
    if part.kind == "choice":
        return max(degrees)
    return min(HOPELESS, sum(degrees)) + (1 if part.kind == "reference" else 0)
