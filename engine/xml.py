"""The only way foreign XML gets in: diagrams and decision tables are read here, before anything else looks at them.

What XML can do besides carrying a tree (entities, document types, inclusions, style sheets) is an attacker's tool and
no analyst's need, so it is refused or dropped. The limits are far above any real diagram. The text is decoded here and
handed to the parser as UTF-8, so that a reviewer, the gate and the engine read the same characters.
"""

from __future__ import annotations

import codecs
import re
from typing import NoReturn

from lxml import etree

from engine import errors

MAX_BYTES = 1_000_000
MAX_ELEMENTS = 5_000
MAX_DEPTH = 60  # XML levels: about 25 sub-processes within each other
MAX_ATTRIBUTES = 60  # on one element
MAX_TEXT = 100_000  # characters of one text or attribute
UNICODE = {"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be"}  # told by the bytes themselves
OTHERS = {"us-ascii", "ascii", "iso-8859-1", "windows-1252", "gbk", "gb2312", "gb18030"}  # what old modelers write

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_NO_BOM = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARATION = re.compile(r"\s*<\?xml(\s[^>]*?)?\?>")
_PLACE = re.compile(r", line \d+, column \d+( \(.*\))?$")  # the parser says it twice
_ENCODING = re.compile(r"""\bencoding\s*=\s*["']([^"']*)["']""")


def parse(data: bytes) -> etree._Element:
    """The root element of `data`, without comments and processing instructions.

    Raises errors.Invalid, whose details hold `mend` = (zh, en), for all that is not plain, well-formed, small XML in a
    known encoding.
    """
    text = _decode(data)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        _refuse(
            "文件含有 DOCTYPE 或实体声明，出于安全不予读取",
            "the file declares a DOCTYPE or an entity, which is never read for safety",
            "删除 <!DOCTYPE …> 一段；流程图不需要它",
            "delete the <!DOCTYPE …> part; a diagram needs none",
        )
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        line, column = getattr(problem, "position", (1, 1))
        what = _PLACE.sub("", str(getattr(problem, "msg", problem)))
        _refuse(
            f"第 {line} 行第 {column} 列起不是完整的 XML：{what}",
            f"this is not well-formed XML from line {line}, column {column} on: {what}",
            "用建模工具重新导出该文件；手工改过的地方请检查标签是否成对",
            "export the file again from the modeler; where it was edited by hand, check that every tag is closed",
        )
    _measure(root)
    return root


def clean(data: bytes) -> bytes:
    """`data` as it may be served to a browser: UTF-8, without processing instructions (style sheets) and comments."""
    return etree.tostring(parse(data), encoding="UTF-8", xml_declaration=True)


def instructions(data: bytes) -> bool:
    """Whether the file holds processing instructions, which `parse` drops."""
    text = _decode(data)
    declaration = _DECLARATION.match(text)
    return "<?" in text[declaration.end() if declaration else 0 :]


def source(data: bytes) -> tuple[str, str]:
    """The whole text of `data`, declaration and mark included, and its encoding; what `parse` accepts never fails."""
    _decode(data)
    encoding = _encoding(data)
    return data.decode(encoding), encoding


def _declared(head: str) -> tuple[re.Match[str] | None, str]:
    """The XML declaration at the beginning of a text, and the encoding it names in small letters."""
    declaration = _DECLARATION.match(head)
    declared = _ENCODING.search(declaration[0]) if declaration else None
    return declaration, declared[1].lower() if declared else "utf-8"


def _encoding(data: bytes) -> str:
    """The encoding of a file that `_decode` has read."""
    encoding, start = _unicode(data)
    _, name = _declared(data[start : start + 200].decode(encoding, "ignore"))
    return name if encoding == "utf-8" and start == 0 and name in OTHERS else encoding


def _decode(data: bytes) -> str:
    if not data.strip():
        _refuse("文件是空的", "the file is empty", "重新导出后再上传", "export it again and upload that")
    if len(data) > MAX_BYTES:
        _refuse(
            f"文件有 {len(data)} 字节，超过上限 {MAX_BYTES} 字节",
            f"the file has {len(data)} bytes, more than the {MAX_BYTES} allowed",
            "把流程拆成几张图，用调用活动相连",
            "split the process into several diagrams joined by call activities",
        )
    encoding, start = _unicode(data)
    declaration, name = _declared(data[start : start + 200].decode(encoding, "ignore"))
    if name not in UNICODE | OTHERS:
        _refuse(
            f"文件声明的编码是 {name[:20]}，无法读取",
            f"the file declares the encoding {name[:20]}, which is not read",
            '另存为 UTF-8，并把首行改为 encoding="UTF-8"',
            'save it as UTF-8 and write encoding="UTF-8" in its first line',
        )
    encoding = _encoding(data)
    try:
        text = data[start:].decode(encoding)
    except UnicodeDecodeError as problem:
        _refuse(
            f"第 {problem.start + 1} 个字节不是 {encoding.upper()} 文字",
            f"byte {problem.start + 1} is not {encoding.upper()} text",
            "把文件另存为 UTF-8 编码的文本；压缩包和图片不是流程图",
            "save the file as UTF-8 text; an archive or a picture is no diagram",
        )
    return text[declaration.end() :] if declaration else text.lstrip()


def _unicode(data: bytes) -> tuple[str, int]:
    """The encoding that the first bytes show, and where the text begins; UTF-8 when they show nothing."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name, len(mark)
    return next((name for first, name in _NO_BOM if data.startswith(first)), "utf-8"), 0


def _measure(root: etree._Element) -> None:
    """Refuse what is too large. Iterative: a deep file must not cost a stack."""
    count, todo = 0, [(root, 1)]
    while todo:
        element, depth = todo.pop()
        count += 1
        if not isinstance(element.tag, str):  # an entity reference that was not resolved
            _refuse(
                f"第 {element.sourceline} 行引用了实体，出于安全不予读取",
                f"line {element.sourceline} refers to an entity, which is never read for safety",
                "写出文字本身",
                "write the text itself",
            )
        if depth > MAX_DEPTH:
            _too_much("层次", "levels of nesting", MAX_DEPTH)
        if count > MAX_ELEMENTS:
            _too_much("个元素", "elements", MAX_ELEMENTS)
        if len(element.attrib) > MAX_ATTRIBUTES:
            _too_much("个属性（同一元素）", "attributes on one element", MAX_ATTRIBUTES)
        if any(len(text or "") > MAX_TEXT for text in (element.text, element.tail, *element.attrib.values())):
            _too_much("个字符（同一段文字）", "characters in one text", MAX_TEXT)
        todo.extend((child, depth + 1) for child in element)


def _too_much(zh: str, en: str, limit: int) -> NoReturn:
    _refuse(
        f"文件超过 {limit} {zh}",
        f"the file has more than {limit} {en}",
        "把流程拆成几张图，用调用活动相连",
        "split the process into several diagrams joined by call activities",
    )


def _refuse(zh: str, en: str, mend_zh: str, mend_en: str) -> NoReturn:
    raise errors.Invalid(en, zh=zh, mend=(mend_zh, mend_en))
