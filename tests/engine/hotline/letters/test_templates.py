"""Every letter of both sets and of the house comes as PDF and as Word, says what it was given, and nothing runs."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

import pytest
from docx import Document as Word
from flask import Flask
from pypdf import PdfReader

from engine import errors
from engine.hotline.letters import catalogue, drawing, sample
from engine.hotline.letters.composing import Document
from tests.fonts import needs_font
from tests.processes.play import ROOT

pytestmark = needs_font

FOLDER = ROOT / "forms" / "letters"
ALL = [
    (path.stem, rule)
    for rule, room in ((121, "121"), (20, "20"), (121, "house"))
    for path in sorted((FOLDER / room).glob("*.toml"))
    if path.stem != "set"
]
EVIL = '#read("/etc/passwd") $1+1$ *粗* @ref <w:p/>&amp; {{ 7*7 }} {% for x in y %} \\u0041 [链](x) = 标题'


def in_pdf(document: Document) -> str:
    pages = PdfReader(io.BytesIO(drawing.pdf(document, sample.DAY))).pages
    return "".join(page.extract_text() for page in pages)


def in_word(document: Document) -> str:
    opened = Word(io.BytesIO(drawing.word(document)))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in opened.paragraphs] + cells)


def close(text: str) -> str:
    """Without the breaks that a page puts in."""
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize(("code", "rule"), ALL)
def test_a_letter_says_the_same_as_pdf_and_as_word(app: Flask, code: str, rule: int) -> None:
    document = sample.document(code, rule)
    said = [document["title"], document["number"], document["unit"], document["to"]]
    for part in document["parts"]:
        said += part.get("lines", ()) or part.get("labels", ()) or [cell for row in part["rows"] for cell in row]
    pdf, word = close(in_pdf(document)), close(in_word(document))
    for text in filter(None, map(close, said)):
        assert text in pdf and text in word
    assert "{" not in word and "None" not in pdf


@pytest.mark.parametrize("code", ["3", "6", "9"])  # text, text with a ground, table and text
def test_what_people_write_comes_out_as_they_wrote_it(app: Flask, code: str) -> None:
    document = sample.document(code, 121, {"text": EVIL})
    assert close(EVIL) in close(in_pdf(document))
    assert close(EVIL) in close(in_word(document))


def test_signs_that_no_file_can_hold_are_left_out(app: Flask) -> None:
    document = sample.document("6", 121, {"text": "前\x00\x0b\ufffe后𠮷"})
    assert "前后𠮷" in close(in_word(document)) and "前后" in close(in_pdf(document))


def test_the_sets_are_those_of_the_law(app: Flask) -> None:
    new, old = catalogue.forms(121), catalogue.forms(20)
    assert [form.label.rpartition("式样")[2] for form in new] == [str(n) for n in range(1, 11)]
    assert [form.label.rpartition("式样")[2] for form in old] == [str(n) for n in range(1, 13)]
    names = {form.name for form in new}, {form.name for form in old}
    assert {"限期提供身份证明材料通知书", "举报处理结果告知书"} <= names[0] - names[1]
    assert {"举报立案告知书", "举报不予立案告知书", "投诉/举报处理结果报告书"} <= names[1] - names[0]


@pytest.mark.parametrize("code", ["20-10", "20-11", "20-12", "20-4", "99", "../121/5", "set", ""])
def test_a_rule_knows_only_its_own_letters(app: Flask, code: str) -> None:
    with pytest.raises(errors.Invalid):
        catalogue.form(code, 121, title="举报立案告知书" if code[:2] == "20" else "")


def test_a_plain_notice_bears_the_name_its_diagram_gives(app: Flask) -> None:
    assert catalogue.form("INTERIM", 121, title="中途答复").name == "中途答复"
    with pytest.raises(errors.Invalid):
        catalogue.form("INTERIM", 121)


def test_a_letter_names_its_personal_data(app: Flask) -> None:
    """What a template does not list it does not get, and a template that lists everything reads too much."""
    used = re.compile(r"citizen\.(\w+)")
    for code, rule in ALL:
        form = catalogue.form(code, rule, title="x")
        room = str(rule) if (FOLDER / str(rule) / f"{code}.toml").exists() else "house"
        text = (FOLDER / room / f"{code}.toml").read_text(encoding="utf-8")
        assert form.personal == frozenset(used.findall(text)), code


def test_the_same_letter_of_the_same_moment_is_the_same_file(app: Flask) -> None:
    document = sample.document("5", 121)
    assert drawing.pdf(document, sample.DAY) == drawing.pdf(document, sample.DAY)


def test_without_a_chinese_font_the_error_says_what_to_install(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "settings", lambda: {"fonts": ["No Such Font"], "number": "{n}"})
    with pytest.raises(drawing.NoFont, match="fonts-noto-cjk"):
        drawing.pdf({"title": "x"}, sample.DAY)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('name = "x"\nsource = ""\nnumbr = 3', "numbr"),
        ('name = "x\nsource = 1', "line 1"),
        ('name = "x"\nsource = ""\n[[part]]\ntxt = ""', "text"),
        ('name = "x"\nsource = ""\n[[part]]\ntext = "{{ citizen.nmae }}"', "nmae"),
        ('name = "x"\nsource = ""\n[[part]]\ntext = "{{ said.__class__.__mro__ }}"', "unsafe"),
        ('name = "x"\nsource = ""\n[[part]]\ntext = "{{ unit"', "print statement"),
    ],
)
def test_a_mistake_in_a_template_is_told_with_its_file(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    shutil.copytree(FOLDER, tmp_path / "letters")
    (tmp_path / "letters" / "121" / "5.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(app.config["SETTINGS"], "forms_path", tmp_path)
    with pytest.raises(errors.Invalid, match=said) as refused:
        sample.document("5", 121)
    assert "5" in refused.value.zh
