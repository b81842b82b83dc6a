"""Small diagrams of other tools, and what the tests ask of them."""

from __future__ import annotations

from engine.gate import fixes
from engine.gate.fixes import Offer
from engine.registry import Role

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ROLES = {
    "handler": Role("handler", "承办人", "handler"),
    "reviewer": Role("reviewer", "审核人", "reviewer"),
}
NAMES = {"roles": ROLES, "connectors": {"notify", "archive"}, "forms": {"decide"}}
VENDORS = (
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:flowable="http://flowable.org/bpmn" xmlns:activiti="http://activiti.org/bpmn" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def diagram(body: str, process: str = 'isExecutable="true"', outside: str = "", root: str = "") -> dict[str, bytes]:
    """One file "x.bpmn" with one process "p"."""
    return {
        "x.bpmn": f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="{MODEL}" {VENDORS} targetNamespace="t" {root}>
  <!-- a note of the analyst -->
  {outside}
  <bpmn:process id="p" {process}>
    {body}
  </bpmn:process>
</bpmn:definitions>
""".encode()
    }


def offered(files: dict[str, bytes], kind: str) -> list[Offer]:
    """The offers of one kind."""
    return [offer for offer in fixes.offers(files, **NAMES) if offer.kind == kind]


def mended(files: dict[str, bytes], kind: str) -> str:
    """The text of the diagram after all fixes of one kind; they are not offered again."""
    applied = fixes.apply(files, [offer.id for offer in offered(files, kind)], **NAMES)
    assert applied.done and not applied.lost
    assert not offered(applied.files, kind)
    return applied.files["x.bpmn"].decode()


def changes(files: dict[str, bytes], kind: str) -> list[tuple[str, str]]:
    """The lines that all fixes of one kind take away and put in."""
    old, new = files["x.bpmn"].decode().splitlines(), mended(files, kind).splitlines()
    gone, come = [line.strip() for line in old if line not in new], [line.strip() for line in new if line not in old]
    assert [line for line in old if line in new] == [line for line in new if line in old]
    return [(a, b) for a, b in zip(gone + [""] * len(come), come + [""] * len(gone), strict=False) if a or b]
