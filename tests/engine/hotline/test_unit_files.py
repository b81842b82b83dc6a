"""The tree of units as a file: out, in, and never half."""

from __future__ import annotations

import pytest
from flask import Flask

from engine import errors
from engine.db import db
from engine.hotline import organisation, unit_files
from engine.hotline.models import Unit

HEAD = "code,name,short,level,parent,kind,district,always_on,active\n"


@pytest.fixture(autouse=True)
def units(app: Flask) -> None:
    organisation.seed()


def load(*lines: str) -> int:
    return unit_files.load((HEAD + "\n".join(lines) + "\n").encode())


def test_what_goes_out_comes_in_and_changes_nothing() -> None:
    text = unit_files.export()
    assert text.startswith(HEAD) and "310104-01,徐汇区局徐家汇市场监管所,徐家汇所,5,310104,station,310104,0,1" in text
    assert unit_files.load(text.encode()) == 0


def test_a_unit_is_added_under_a_level_that_skips_one_and_another_is_changed() -> None:
    assert load("NEW,新设分局,新设局,4,SH,district,310115,0,1", "HO,热线承办工作办公室,热线办,2,SH,office,,1,1") == 2
    assert db.session.get_one(Unit, "NEW").parent == "SH"
    assert db.session.get_one(Unit, "HO").always_on
    assert db.session.get_one(Unit, "310104").name == "徐汇区市场监督管理局"


def test_a_unit_is_closed_and_stays() -> None:
    load("JC,上海市市场监督管理局机场分局,机场分局,4,SH,district,,0,0")
    assert "JC" not in {unit.code for unit in organisation.units()} and "JC" in organisation.names()


@pytest.mark.parametrize(
    "lines",
    [
        ["NEW,新设分局,新设局,4,NOWHERE,district,,0,1"],
        ["NEW,新设分局,新设局,2,310104,district,,0,1"],  # above its own parent
        ["NEW,新设分局,新设局,6,SH,district,,0,1"],
        ["NEW,新设分局,新设局,4,SH,castle,,0,1"],
        ["NEW,,新设局,4,SH,district,,0,1"],
        ["NEW,新设分局,新设局,4,SH,district,,maybe,1"],
        ["NEW,新设分局,新设局,4,SH,district,,0,1", "NEW,新设分局,新设局,4,SH,district,,0,1"],
        ["A,甲,甲,4,B,district,,0,1", "B,乙,乙,4,A,district,,0,1"],
    ],
)
def test_a_bad_line_refuses_the_whole_file(lines: list[str]) -> None:
    with pytest.raises(errors.FormInvalid):
        load("OK,好的分局,好局,4,SH,district,,0,1", *lines)
    assert db.session.get(Unit, "OK") is None


def test_a_file_without_its_columns_is_refused() -> None:
    with pytest.raises(errors.FormInvalid):
        unit_files.load(b"code,name\nA,B\n")
