"""The XML of a decision model: hardened reading, and elements by their local name, whatever version's namespace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from .errors import DmnError

MAX_BYTES = 4_000_000
MAX_ELEMENTS = 100_000
NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
    "https://www.omg.org/spec/DMN/20240513/MODEL/": "1.6",
}
Element = Any  # lxml carries no types


def parse(data: bytes) -> Element:
    """The `definitions` element; raises DmnError for anything but plain well-formed DMN (no DOCTYPE, no entities)."""
    if len(data) > MAX_BYTES:
        raise DmnError("", "the file is too large", "文件太大")
    head = data.replace(b"\0", b"")  # also sees through UTF-16
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise DmnError("", "a DOCTYPE is never read", "出于安全不读取 DOCTYPE")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DmnError("", f"this is not well-formed XML: {error}", f"不是完整的 XML：{error}") from None
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in NAMESPACES:
        raise DmnError("", "this is not a DMN 1.1 to 1.5 model", "不是 DMN 1.1 至 1.5 的决策模型")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise DmnError("", "the model has too many elements", "模型的元素过多")
    return root


def tag(element: Element) -> str:
    """The local name."""
    return str(etree.QName(element).localname)


def children(element: Element, *names: str) -> Iterator[Element]:
    """The child elements of the model's own namespace, of these names or all."""
    space = etree.QName(element).namespace
    for child in element:
        name = etree.QName(child)
        if name.namespace == space and (not names or name.localname in names):
            yield child


def child(element: Element | None, name: str) -> Element | None:
    """The first child of this name."""
    return next(children(element, name), None) if element is not None else None


def text(element: Element | None, name: str = "text") -> str:
    """The text of the child of this name, stripped; empty when there is none."""
    found = child(element, name)
    return (found.text or "").strip() if found is not None else ""
