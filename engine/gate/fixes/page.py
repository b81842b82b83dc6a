"""A file as it is edited: only what a fix names changes, everything else stays as it was, byte for byte.

The tree (engine.xml) says where to edit; the edits themselves are made in the text. A tree written out again would
lose comments, the order and quoting of attributes, and line breaks, and a reviewer could not see what was mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine import errors, xml
from engine.gate.elements import BANJIE, BPMN
from engine.gate.model import Element, local

OURS = BANJIE[1:-1]
_TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|(?P<close></[^>]*>)"
    r"""|(?P<open><(?:[^>"']|"[^"]*"|'[^']*')*>)""",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""(\s+)([^\s=]+)(\s*=\s*)("[^"]*"|'[^']*')""")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}


def escaped(words: str, also: str = '"\n\t\r') -> str:
    """Text as it stands in an attribute; in content with `also=""`."""
    return "".join(_ESCAPES[c] if c in "&<>" + also else c for c in words)


@dataclass(slots=True)
class _Span:
    """Where an element stands in the text; a self-closing one has no content and no closing tag."""

    begin: int
    content: int
    close: int
    end: int

    @property
    def empty(self) -> bool:
        return self.close == self.end


@dataclass(slots=True)
class _Change:
    """What is to change at one element."""

    attributes: dict[str, str | None] = field(default_factory=dict)
    inner: str | None = None
    first: list[str] = field(default_factory=list)
    last: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    removed: bool = False
    tag: str | None = None


class Page:
    """One file: its tree to look at, and the edits made so far."""

    def __init__(self, data: bytes) -> None:
        """Raises errors.Invalid when the file cannot be read."""
        self.root = xml.parse(data)
        self.text, self.encoding = xml.source(data)
        elements, spans = list(self.root.iter()), _spans(self.text)
        if len(elements) != len(spans):
            raise errors.Invalid("the text and the tree of this file differ")
        self._spans = dict(zip(elements, spans, strict=True))
        self._changes: dict[Element, _Change] = {}
        self._extensions: dict[Element, list[str]] = {}
        self._prefix: str | None = None
        self._newline = "\r\n" if "\r\n" in self.text else "\n"

    @property
    def changed(self) -> bool:
        return bool(self._changes or self._extensions)

    def set(self, element: Element, name: str, value: str | None) -> None:
        """Give an attribute (in Clark notation) a value, or take it away."""
        self._change(element).attributes[name] = value

    def set_ours(self, element: Element, name: str, value: str) -> None:
        """Give one of our own attributes a value; the prefix is declared where it is not yet."""
        self.set(element, BANJIE + name, value)

    def write(self, element: Element, words: str) -> None:
        """Replace all that an element holds by text."""
        self._change(element).inner = escaped(words, "")

    def remove(self, element: Element) -> None:
        """Take an element out, with the line it stands on."""
        self._change(element).removed = True

    def rename(self, element: Element, name: str) -> None:
        """Let an element be another one of its vocabulary."""
        self._change(element).tag = name

    def append(self, parent: Element, markup: str, first: bool = False) -> None:
        """Put markup into an element, as its last or first child."""
        change = self._change(parent)
        (change.first if first else change.last).append(markup)

    def before(self, element: Element, markup: str) -> None:
        """Put markup in front of an element; the same markup only once."""
        change = self._change(element)
        if markup not in change.before:
            change.before.append(markup)

    def extend(self, element: Element, name: str, /, **attributes: str) -> None:
        """Add one of our own elements to the extensionElements of an element."""
        words = "".join(f' {key}="{escaped(value)}"' for key, value in attributes.items())
        self._extensions.setdefault(element, []).append(f"<{self.ours(element)}:{name}{words}/>")

    def bpmn(self, element: Element, name: str) -> str:
        """A tag of BPMN's vocabulary as this file writes it."""
        while not local(element) and (parent := element.getparent()) is not None:
            element = parent
        return f"{element.prefix}:{name}" if element.prefix else name

    def ours(self, element: Element) -> str:
        """The prefix of our vocabulary at an element; declared on the root when the file has none."""
        for prefix, uri in element.nsmap.items():
            if uri == OURS and prefix:
                return prefix
        if self._prefix is None:
            taken = set(re.findall(r"\bxmlns:([^\s=]+)", self.text))
            self._prefix = next(name for name in _names() if name not in taken)
            self._change(self.root).attributes["xmlns:" + self._prefix] = OURS
        return self._prefix

    def data(self) -> bytes:
        """The file with all edits."""
        self._settle_extensions()
        for change, element in [(c, e) for e, c in self._changes.items()]:
            if any(name.startswith(BANJIE) for name, value in change.attributes.items() if value is not None):
                self.ours(element)
        splices = sorted(piece for element, change in self._changes.items() for piece in self._pieces(element, change))
        parts, at = [], 0
        for begin, end, words in splices:
            if begin < at:
                continue  # inside of what was taken out
            parts += [self.text[at:begin], words]
            at = end
        text = "".join([*parts, self.text[at:]])
        return text.encode(self.encoding, "xmlcharrefreplace")

    def _change(self, element: Element) -> _Change:
        return self._changes.setdefault(element, _Change())

    def _settle_extensions(self) -> None:
        for element, markups in self._extensions.items():
            holder = element.find(BPMN + "extensionElements")
            if holder is not None:
                for markup in markups:
                    self.append(holder, markup)
                continue
            tag, inner = self.bpmn(element, "extensionElements"), self._indent(element) + "    "
            gap = self._newline + inner if self._indented(element) else ""
            body = "".join(gap + markup for markup in markups) + (gap[:-2] if gap else "")
            self._after_documentation(element, f"<{tag}>{body}</{tag}>")
        self._extensions = {}

    def _after_documentation(self, element: Element, markup: str) -> None:
        notes = element.findall(BPMN + "documentation")
        if notes:
            self._change(notes[-1]).after.append(markup)
        else:
            self.append(element, markup, first=True)

    def _pieces(self, element: Element, change: _Change) -> Iterator[tuple[int, int, str]]:
        span, gap = self._spans[element], self._newline + self._indent(element) if self._indented(element) else ""
        if change.before:
            yield span.begin, span.begin, "".join(markup + gap for markup in change.before)
        if change.after:
            yield span.end, span.end, "".join(gap + markup for markup in change.after)
        if change.removed:
            line = self.text.rfind("\n", 0, span.begin)
            alone = line >= 0 and not self.text[line : span.begin].strip()
            line -= alone and self.text[line - 1 : line] == "\r"
            yield (line if alone else span.begin), span.end, ""
            return
        tag = self.text[span.begin : span.content]
        fresh = self._tag(element, tag, change)
        deep = gap + "  " if gap else ""
        first = "".join(deep + markup for markup in change.first)
        last = "".join(deep + markup for markup in change.last)
        inner = change.inner
        if span.empty and (first or last or inner):
            name = tag[1:].split("/")[0].split()[0]
            closing = (gap if first or last else "") + f"</{change.tag and self._named(name, change.tag) or name}>"
            fresh = fresh[:-2].rstrip() + ">" + first + (inner or "") + last + closing
            yield span.begin, span.end, fresh
            return
        if fresh != tag or first:
            yield span.begin, span.content, fresh + first
        if span.empty:
            return
        if inner is not None:
            yield span.content, span.close, inner
        if last:
            lead = self.text[span.content : span.close]
            lead = lead[len(lead.rstrip()) :]  # how the closing tag is indented tells how the content is
            deep = self._newline + lead.rpartition("\n")[2] + "  " if "\n" in lead else ""
            tail = span.close - len(lead) if deep else span.close
            yield tail, tail, "".join(deep + markup for markup in change.last)
        if change.tag:
            name = self.text[span.close + 2 : span.end - 1].strip()
            yield span.close, span.end, f"</{self._named(name, change.tag)}>"

    def _tag(self, element: Element, tag: str, change: _Change) -> str:
        """The opening tag with its attributes changed."""
        ours = self.ours(element) if any(name.startswith(BANJIE) for name in change.attributes) else ""
        wanted = {
            (ours + ":" + k[len(BANJIE) :] if k.startswith(BANJIE) else k): v for k, v in change.attributes.items()
        }
        gap = " "

        def edited(match: re.Match[str]) -> str:
            nonlocal gap
            gap = match[1]
            name = _clark(match[2], element)
            key = next((key for key in (match[2], name) if key in wanted), None)
            if key is None:
                return match[0]
            value = wanted.pop(key)
            return "" if value is None else f'{match[1]}{match[2]}{match[3]}"{escaped(value)}"'

        fresh = _ATTRIBUTE.sub(edited, tag)
        new = "".join(f'{gap}{name}="{escaped(value)}"' for name, value in wanted.items() if value is not None)
        if new:
            body = fresh[:-2] if fresh.endswith("/>") else fresh[:-1]
            rest = body[len(body.rstrip()) :]
            fresh = body.rstrip() + new + rest + ("/>" if fresh.endswith("/>") else ">")
        if change.tag:
            old = fresh[1:].split("/")[0].split(">")[0].split()[0]
            fresh = "<" + self._named(old, change.tag) + fresh[1 + len(old) :]
        return fresh

    @staticmethod
    def _named(old: str, name: str) -> str:
        prefix, colon, _ = old.rpartition(":")
        return prefix + colon + name

    def _indent(self, element: Element) -> str:
        begin = self._spans[element].begin
        lead = self.text[self.text.rfind("\n", 0, begin) + 1 : begin]
        return lead if not lead.strip() else ""

    def _indented(self, element: Element) -> bool:
        """Whether the element begins a line of its own."""
        begin = self._spans[element].begin
        line = self.text.rfind("\n", 0, begin)
        return line >= 0 and not self.text[line:begin].strip()


def _names() -> Iterator[str]:
    yield "banjie"
    yield from (f"banjie{number}" for number in range(1, 1000))


def _clark(name: str, element: Element) -> str:
    prefix, colon, plain = name.rpartition(":")
    return f"{{{element.nsmap.get(prefix, '')}}}{plain}" if colon else name


def _spans(text: str) -> list[_Span]:
    """The places of all elements in the order in which they open."""
    found: list[_Span] = []
    stack: list[_Span] = []
    for match in _TOKEN.finditer(text):
        if match["open"]:
            span = _Span(match.start(), match.end(), match.end(), match.end())
            found.append(span)
            if not match["open"].endswith("/>"):
                stack.append(span)
        elif match["close"]:
            span = stack.pop()
            span.close, span.end = match.start(), match.end()
    return found
