"""From a template and the facts to what the letter says: plain texts in a fixed structure, which two layouts draw.

The template's words are Jinja, in a sandbox; what people have written only ever fills a place in them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine import errors
from engine.hotline.letters.catalogue import Form

Document = dict[str, Any]

_words = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, finalize=lambda value: "" if value is None else value
)


def compose(form: Form, facts: dict[str, Any], *, day: str, reference: str) -> Document:
    """What the letter says, still without its number. Raises Invalid when the template asks for what is not there."""
    try:
        return {
            "title": form.name,
            "number": "",
            "form": form.label,
            "reference": reference,
            "unit": facts["unit"],
            "day": day,
            "to": _fill(form.to, facts),
            "parts": [_part(part, facts) for part in form.parts],
            "seal": form.seal,
            "receipt": form.receipt,
        }
    except (TemplateError, TypeError) as error:
        raise errors.Invalid(f"the template of letter {form.code}: {error}", zh=f"文书模板 {form.code} 有误") from error


def _part(part: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    [(kind, content)] = part.items()
    if kind == "rows":
        return {"kind": kind, "rows": [[_fill(cell, facts) for cell in row] for row in content]}
    if kind == "signatures":
        return {"kind": kind, "labels": [_fill(label, facts) for label in content]}
    lines = (line.strip() for line in _fill(content, facts).splitlines())
    return {"kind": kind, "lines": [line for line in lines if line]}


def _fill(words: str, facts: dict[str, Any]) -> str:
    return _printable(_template(words).render(facts)).strip()


@lru_cache(maxsize=512)
def _template(words: str) -> Template:
    return _words.from_string(words)


def _printable(text: str) -> str:
    """Without what XML cannot hold; people paste such characters without seeing them."""
    return "".join(c for c in text if c in "\n\t" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff")
