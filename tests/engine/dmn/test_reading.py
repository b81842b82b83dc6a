"""What files are read, and which are refused."""

from __future__ import annotations

import pytest

from engine import dmn, errors

from .kit import SPACES, decision, given, model, text


@pytest.mark.parametrize("version", SPACES)
def test_every_version_is_read(version: str) -> None:
    loaded = dmn.load(model(decision("D", text("1 + 1")), version=version), {})
    assert loaded.version == version and dmn.decide(loaded, "D", {}).value == 2


def test_elements_without_ids_are_found_by_name() -> None:
    data = model(decision("D", text("n + 1"), "input:n"), given("n")).replace(b' id="D"', b"").replace(b' id="n"', b"")
    assert dmn.decide(dmn.load(data, {}), "D", {"n": 1}).value == 2


def test_a_decision_is_found_by_id_and_by_name() -> None:
    data = model(decision("D", text("1")).replace('name="D"', 'name="应收金额"'))
    loaded = dmn.load(data, {})
    assert dmn.decide(loaded, "D", {}).value == dmn.decide(loaded, "应收金额", {}).value == 1
    with pytest.raises(dmn.DmnError, match="no such decision"):
        dmn.decide(loaded, "other", {})


BOMB = b'<!DOCTYPE d [<!ENTITY a "aaaa">]>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"<definitions/>",
        b'<definitions xmlns="urn:other"/>',
        BOMB + model(),
        (BOMB + model()).decode().encode("utf-16"),
        b'<!DOCTYPE d SYSTEM "file:///etc/passwd">' + model(),
        model().replace(b"</definitions>", b""),
        model("<a>" * 5000 + "</a>" * 5000),
    ],
)
def test_other_and_hostile_files_are_refused(data: bytes) -> None:
    with pytest.raises(dmn.DmnError):
        dmn.load(data, {})


@pytest.mark.parametrize(
    ("part", "word"),
    [
        (decision("D", text("1 +")), "expected a value"),
        (decision("D", text("x"), "input:nowhere"), "does not exist"),
        ('<decision id="D"/>', "no name"),
        (
            decision("D", '<literalExpression expressionLanguage="urn:java"><text>1</text></literalExpression>'),
            "not FEEL",
        ),
        (decision("D", "<invocation/>"), "no function"),
        (decision("D", f"<conditional><if>{text('true')}</if></conditional>"), "missing"),
        ('<itemDefinition name="t"><typeRef>t</typeRef></itemDefinition>', "contains itself"),
        (
            '<itemDefinition name="t"><typeRef>string</typeRef>'
            "<allowedValues><text>a ==</text></allowedValues></itemDefinition>",
            "allowed",
        ),
        (decision("D", "<list>" * 60 + "</list>" * 60), "nested"),
    ],
)
def test_a_mistake_is_told_in_both_languages(part: str, word: str) -> None:
    with pytest.raises(dmn.DmnError, match=word) as caught:
        dmn.load(model(part), {})
    assert isinstance(caught.value, errors.Invalid) and any(char >= "\u4e00" for char in caught.value.zh)
