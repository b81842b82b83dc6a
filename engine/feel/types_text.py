"""Types as text: `list<number>`, `context<a: string>`, `function<number> -> string`, `range<date>`, `date and time`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import tree
from .lexer import KEYWORDS
from .names import normal

if TYPE_CHECKING:
    from .parser import Parser

_LONG = re.compile(r"(date\s+and\s+time|years\s+and\s+months\s+duration|days\s+and\s+time\s+duration)\b")


def parse_type(parser: Parser) -> tree.Type:
    """The type that begins at the parser's token."""
    token = parser.token
    parser.deeper()
    found = _type(parser)
    parser.depth -= 1
    return tree.Type(found.name, found.parts, found.keys, at=token.start)


def _type(parser: Parser) -> tree.Type:
    token = parser.token
    if match := _LONG.match(parser.text, token.start):
        parser.jump(match.end())
        return tree.Type(normal(match.group()))
    if token.kind != "name":
        raise parser.error(("此处应为类型，例如 number", "expected a type, like number"))
    word = parser.advance().text
    generic = parser.sign("<")
    if word in ("list", "range") and generic:
        parser.advance()
        part = parse_type(parser)
        parser.need(">")
        return tree.Type(word, (part,))
    if word == "context" and generic:
        return _context(parser)
    if word == "function" and generic:
        return _function(parser)
    name = word
    while True:
        if parser.token.kind == "name" and parser.token.text not in KEYWORDS:
            name += " " + parser.advance().text
        elif parser.sign(".") and parser.lexer.at(parser.token.end).kind == "name":
            parser.advance()
            name += "." + parser.advance().text
        else:
            return tree.Type(name)


def _context(parser: Parser) -> tree.Type:
    parser.advance()
    keys: list[str] = []
    parts: list[tree.Type] = []
    while not parser.sign(">"):
        if keys:
            parser.need(",")
        key = parser.key()
        if key is None:
            raise parser.error(("此处应为“名称: 类型”", "expected `name: type`"))
        keys.append(key)
        parts.append(parse_type(parser))
    parser.advance()
    return tree.Type("context", tuple(parts), tuple(keys))


def _function(parser: Parser) -> tree.Type:
    parser.advance()
    parts: list[tree.Type] = []
    while not parser.sign(">"):
        if parts:
            parser.need(",")
        parts.append(parse_type(parser))
    parser.advance()
    result = parse_type(parser) if parser.take("->") else tree.Type("Any")
    return tree.Type("function", (*parts, result))
