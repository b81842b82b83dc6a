"""Correct the vocabulary's address.

What. A file whose root declares BPMN's namespace with a slip (another case, https, a slash at the end, the address of
the draft standard, or none at all), or our own with one, gets the right address.
Why. XML compares these addresses letter by letter: with a slip nothing in the file is BPMN.
Before. `xmlns="http://www.omg.org/spec/bpmn/20100524/model"`
After. `xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"`

改正命名空间：根元素声明的 BPMN 或 banjie 命名空间写错（大小写、https、末尾斜杠、草案地址）时改正。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from lxml import etree

from engine.gate.elements import BPMN
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import OURS

KIND = "namespace"
MODEL = BPMN[1:-1]
_DRAFTS = {"http://schema.omg.org/spec/bpmn/2.0", "http://www.omg.org/bpmn20", "http://www.omg.org/spec/bpmn/2.0"}
_OURS = re.compile(r"urn:banjie(:bpmn)?(:1(\.0)?)?", re.IGNORECASE)


def find(desk: Desk) -> Iterator[Fix]:
    """Declarations on the root that nearly say what is meant."""
    for file, page in desk.pages.items():
        root = page.root
        if etree.QName(root).localname != "definitions":
            continue
        declared = dict(root.nsmap)
        if None not in declared and not etree.QName(root).namespace:
            declared[None] = ""
        for prefix, uri in declared.items():
            right = _right(uri)
            if right is None or (right in declared.values() and right == OURS):
                continue
            name = f"xmlns:{prefix}" if prefix else "xmlns"
            made = fix(
                KIND,
                file,
                root,
                partial(page.set, root, name, right),
                zh=f"把命名空间 {name} 改正为 {right}",
                en=f"correct the namespace {name} to {right}",
                before=uri,
                after=right,
                rule="not-bpmn" if right == MODEL else None,
                part=prefix or "",
            )
            yield replace(made, offer=replace(made.offer, element=None))  # what the gate says of the file


def _right(uri: str) -> str | None:
    """What a declared address should be; None when it is right, or anything else."""
    plain = uri.strip().rstrip("/").lower().replace("https:", "http:")
    if uri not in (MODEL, OURS) and (plain in ("", MODEL.lower()) or plain in _DRAFTS):
        return MODEL
    return OURS if uri != OURS and _OURS.fullmatch(uri.strip()) else None
