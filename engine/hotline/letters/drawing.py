"""Letters as PDF (typst) and as Word (docxtpl). Both get what the letter says as data, never as part of a source."""

from __future__ import annotations

import io
import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst
from docxtpl import DocxTemplate
from flask import current_app
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine import errors
from engine.hotline.letters import catalogue
from engine.hotline.letters.composing import Document

_one = Lock()  # a compiler has one set of inputs


class NoFont(errors.Unavailable):
    """No Chinese font is installed, so no letter can be drawn: install Debian's fonts-noto-cjk."""

    zh = "没有安装中文字体，无法生成文书：请安装 fonts-noto-cjk，或以 BANJIE_FONTS_PATH 指明字体所在的文件夹"


def pdf(document: Document, created: datetime) -> bytes:
    """The letter as PDF. The same letter of the same moment is the same file, byte for byte. Raises NoFont."""
    compiler, families = _compiler(catalogue.folder(), current_app.config["SETTINGS"].fonts_path)
    fonts = [name for name in catalogue.settings()["fonts"] if name in families]
    if not fonts:
        raise NoFont
    inputs = {"letter": json.dumps(document, ensure_ascii=False), "fonts": json.dumps(fonts)}
    with _one:
        drawn = compiler.compile(format="pdf", sys_inputs=inputs, timestamp=int(created.timestamp()))
    return bytes(drawn)


def word(document: Document) -> bytes:
    """The letter as a Word file, to be edited further."""
    template = DocxTemplate(str(catalogue.folder() / "letter.docx"))
    template.render({"letter": document}, jinja_env=ImmutableSandboxedEnvironment(), autoescape=True)
    kept = io.BytesIO()
    template.save(kept)
    return kept.getvalue()


@lru_cache(maxsize=4)
def _compiler(folder: Path, more_fonts: Path | None) -> tuple[Any, frozenset[str]]:
    """A compiler with the fonts of this machine, which takes a tenth of a second to look through."""
    fonts = typst.Fonts(font_paths=[more_fonts] if more_fonts else [])
    layout = folder / "letter.typ"
    return typst.Compiler(input=layout, root=folder, font_paths=fonts), frozenset(fonts.families())
