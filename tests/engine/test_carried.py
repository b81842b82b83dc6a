"""What messages carry is known from the house's own word, from deployed diagrams and from the folders beside."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import select

from engine import carried, definitions, neighbours, registry
from engine.db import db
from engine.models import ProcessDefinition

from .kit import deploy, diagram, end, flow, line, message, process, start, throw, user


def _asks(condition: str = "amount_due > 1") -> str:
    gate = '<bpmn:exclusiveGateway id="g" name="g" default="f_g_e"/>'
    flows = line("s", "g", "e") + flow("g", "a", condition.replace(">", "&gt;")) + line("a", "e")
    return process("asks", start("s", message("told")), gate, user("a"), end(), flows)


def _sends(name: str = "amount_due") -> str:
    inside = f'<banjie:input name="{name}" value="1"/>'
    said = throw("t", message("told"), 'banjie:correlation="&quot;1&quot;"', inside)
    return process("sends", start(), said, end(), line("s", "t", "e"))


def _rules(deployed: definitions.Deployed) -> list[tuple[str, bool]]:
    return [(one.rule, "amount_due" in one.zh) for one in deployed.findings if one.rule.startswith("name")]


def test_what_a_deployed_process_sends_is_known_while_it_starts_new_cases(app: Flask) -> None:
    assert _rules(deploy(_asks(), messages=("told",))) == [("names-from-message", True)]
    sends = deploy(_sends(), messages=("told",))
    assert _rules(deploy(_asks(), messages=("told",))) == []
    assert _rules(deploy(_asks("other > 1"), messages=("told",))) == [("name-unset", False)]
    assert sends.new == [("sends", 1)]
    number = db.session.scalar(select(ProcessDefinition.id).where(ProcessDefinition.key == "sends"))
    definitions.retire(number or 0, actor="ann")
    assert _rules(deploy(_asks("amount_due > 2"), messages=("told",))) == [("names-from-message", True)]


def test_an_older_version_of_the_bundle_itself_says_nothing(app: Flask) -> None:
    itself = '<bpmn:sendTask id="t" name="t" messageRef="m_told" banjie:correlation="1"><bpmn:extensionElements>'
    itself += '<banjie:input name="{}" value="1"/></bpmn:extensionElements></bpmn:sendTask>'
    drawn = _asks().replace(line("a", "e"), itself + line("a", "t", "e"))
    deploy(drawn.format("amount_due"), messages=("told",))
    assert _rules(deploy(drawn.format("other"), messages=("told",))) == [("name-unset", True)]


def test_what_the_folders_beside_send_is_known(tmp_path: Path) -> None:
    for name, drawn in (("asks", _asks()), ("sends", _sends())):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.bpmn").write_bytes(diagram(drawn, messages=("told",)))
    found = carried.drawn(neighbours.diagrams(tmp_path / "asks"))
    assert found == {"told": {"amount_due"}}
    assert carried.drawn(neighbours.diagrams(tmp_path / "sends" / "x.bpmn")) == {}


def test_the_house_says_what_its_messages_carry_with_the_fields_of_their_forms(monkeypatch) -> None:
    monkeypatch.setattr(registry, "MESSAGES", {})
    registry.message("told", ["order_no"], "告知", "Told", forms=["a"])
    registry.message("told", ["unit"], "告知", "Told again", forms=["gone"])
    form = {"components": [{"type": "textfield", "key": "note"}]}
    found = carried.declared(lambda name: form if name == "a" else None)
    assert found == {"told": {"order_no", "unit", "note"}}
    assert carried.joined(found, {"told": frozenset({"x"}), "other": frozenset()}) == {
        "told": {"order_no", "unit", "note", "x"},
        "other": frozenset(),
    }
