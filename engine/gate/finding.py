"""How a rule says what it found."""

from __future__ import annotations

from typing import Protocol

from engine.errors import Finding
from engine.gate.model import Element, clicked, say
from engine.gate.severities import severity


class Thing(Protocol):
    """A node, flow, scope, process or At: an element and the file it stands in."""

    @property
    def file(self) -> str: ...

    @property
    def element(self) -> Element: ...


def found(code: str, thing: Thing, zh: str, en: str, mend_zh: str, mend_en: str) -> Finding:
    """A finding about `thing`; `{it}` in the sentences becomes its kind, label and id."""
    name_zh, name_en = say(thing.element)
    sentence_zh, sentence_en = zh.replace("{it}", name_zh), en.replace("{it}", name_en)
    ident = clicked(thing.element)
    return Finding(code, severity(code), thing.file, ident, sentence_zh, _begun(sentence_en), mend_zh, mend_en)


def in_file(code: str, file: str, zh: str, en: str, mend_zh: str, mend_en: str) -> Finding:
    """A finding about a file as a whole."""
    return Finding(code, severity(code), file, None, zh, _begun(en), mend_zh, mend_en)


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
