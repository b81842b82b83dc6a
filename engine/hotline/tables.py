"""Tables of orders that people hand over: CSV in the encodings of this country, and XLSX.

A bad line never spoils the others: it is reported with its number in the file, its column, the value and the reason.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from engine import errors
from engine.hotline.fields import source_code
from engine.hotline.privacy import mask_text

# The first heading of each is the one of the register form, and of the template people download.
HEADERS = {
    "source": ("来源", "工单来源", "source"),
    "ext_no": (
        "来源编号", "原编号", "工单编号", "工单号", "编号", "留言编号", "登记编号", "诉求编号", "ext_no", "id",
    ),
    "channel": ("接收方式", "渠道", "来源渠道", "接收渠道", "channel"),
    "line": ("来源热线", "原热线", "热线号码", "受理热线", "line"),
    "line_code": ("原分类代码", "原热线分类", "原分类", "line_code"),
    "received_at": (
        "收单时间", "时间", "留言时间", "来电时间", "受理时间", "登记时间", "接收时间", "received_at",
    ),
    "priority": ("紧急程度", "优先级", "priority"),
    "district": ("事发区", "区", "所属区", "行政区", "所在区", "district"),
    "unit": ("接收单位", "unit"),
    "subject": ("标题", "主题", "留言主题", "诉求标题", "工单标题", "subject", "title"),
    "content": ("诉求内容", "内容", "留言详情", "工单内容", "投诉内容", "举报内容", "content", "text"),
    "request": ("具体请求", "诉求", "投诉请求", "具体诉求", "request"),
    "name": ("姓名", "留言用户", "来电人", "来电人姓名", "市民姓名", "诉求人", "投诉人", "举报人", "name", "sender"),
    "phone": ("电话", "联系电话", "来电号码", "手机", "手机号", "手机号码", "电话号码", "phone"),
    "gender": ("性别", "gender"),
    "id_type": ("证件类型", "id_type"),
    "id_no": ("证件号码", "身份证号", "身份证号码", "id_no"),
    "address": ("联系地址", "地址", "address"),
    "email": ("电子邮箱", "邮箱", "email"),
    "anonymous": ("匿名", "是否匿名", "anonymous"),
    "keep_secret": ("要求保密", "是否保密", "keep_secret"),
    "consent_public": ("同意公示投诉信息", "同意公示", "consent_public"),
    "target_name": (
        "被投诉举报人", "被投诉人", "被举报人", "被举报单位", "涉事单位", "商家名称", "target_name",
    ),
    "target_uscc": ("统一社会信用代码", "target_uscc", "uscc"),
    "target_address": ("经营地址", "被投诉人地址", "涉事地址", "target_address"),
    "amount": ("涉及金额（元）", "涉及金额", "涉案金额", "金额", "amount"),
    "knew_date": ("知道受害之日", "knew_date"),
    "category": ("内容分类", "分类", "一级标签", "category"),
    "domain": ("监管领域", "domain"),
}  # fmt: skip
NO_NUMBERS = "文件没有来源编号列：内容相同的行才会被识别为重复；改过的行会成为新工单"
REQUIRED = ("content",)
MOST_ROWS = 200_000
MOST_BYTES = 512 * 2**20  # of an unpacked workbook: a small archive can hold a huge one
SHOWN = 80  # characters of a wrong value in the report


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is wrong with one line of a file."""

    line: int
    column: str | None
    reason: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One line: its fields, the header each came from, and what is already known to be wrong with it."""

    line: int
    fields: dict[str, Any]
    headers: dict[str, str]
    bad: tuple[Line, ...] = ()


@dataclass(slots=True)
class Table:
    """What was read: records, the lines that are none, the columns nobody knows, and warnings about the whole."""

    records: list[Record] = field(default_factory=list)
    bad: list[Line] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def template() -> str:
    """An empty file with every column that is recognised."""
    return ",".join(headers[0] for headers in HEADERS.values()) + "\r\n"


def read(file: str | Path | IO[bytes], mapping: dict[str, str], source: str) -> Table:
    """Read a CSV or XLSX file; `source` is that of lines which name none.

    Raises Invalid when it is no table of orders.
    """
    headers, rows = lines_of(file)
    names = _names(headers, mapping)
    table = _records(rows, headers, names, source)
    table.ignored = [header for header, name in zip(headers, names, strict=True) if header and not name]
    table.warnings = [] if "ext_no" in names else [NO_NUMBERS]
    return table


def lines_of(file: str | Path | IO[bytes]) -> tuple[list[str], Iterator[tuple[int, list[Any]]]]:
    """The headings of any CSV or XLSX file, and its lines by their number. Raises Invalid when it is no table."""
    content = Path(file).read_bytes() if isinstance(file, str | Path) else file.read()
    try:
        rows = _workbook(content) if content.startswith(b"PK\x03\x04") else _csv(content)
        first = next(rows, None)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise errors.Invalid(
            f"the file cannot be read: {error}", zh="文件无法读取，请另存为 CSV 或 XLSX 后重试"
        ) from error
    if first is None:
        raise errors.Invalid("the file is empty", zh="文件是空的")
    return [str(header).strip() for header in first[1]], rows


def records_of(
    file: bytes, headings: Mapping[str, Sequence[str]], needed: Iterable[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines of a list that the office keeps as CSV or XLSX: their numbers, and their cells by name.

    `headings` are the words a name's column may bear. Raises FormInvalid, for the field `file`.
    """
    try:
        headers, rows = lines_of(io.BytesIO(file))
    except errors.Invalid as error:
        raise errors.FormInvalid({"file": [error.zh]}, en={"file": [str(error)]}) from None
    known = {plain(heading): name for name, said in headings.items() for heading in said}
    names = [known.get(plain(header)) for header in headers]
    if missing := [name for name in needed if name not in names]:
        zh = f"缺少列：{'、'.join(headings[name][0] for name in missing)}"
        raise errors.FormInvalid({"file": [zh]}, en={"file": [f"columns missing: {', '.join(missing)}"]})
    for number, cells in rows:
        said = {name: str(cell).strip() for name, cell in zip(names, cells, strict=False) if name}
        if any(map(_undecoded, said.values())):
            raise errors.FormInvalid({"file": ["文件不是文本"]}, en={"file": ["the file is no text"]})
        if any(said.values()):
            yield number, said


def lines(record: Record, error: errors.FormInvalid) -> list[Line]:
    """What is wrong with a record, field by field; a column that is already known to be wrong is not told twice."""
    told = {line.column for line in record.bad}
    return [
        Line(record.line, record.headers.get(key, key), "；".join(sentences), _shown(record.fields.get(key, "")))
        for key, sentences in error.errors.items()
        if record.headers.get(key, key) not in told
    ]


def plain(header: str) -> str:
    """A heading as it is compared: spaces, brackets of either width, marks of duty and case mean nothing."""
    return "".join(header.split()).replace("（", "(").replace("）", ")").strip("*＊:：").lower()


KNOWN = {plain(header): name for name, headers in HEADERS.items() for header in headers}


def _names(headers: list[str], mapping: dict[str, str]) -> list[str | None]:
    known = KNOWN | {plain(header): name for header, name in mapping.items()}
    names = [known.get(plain(header)) for header in headers]
    for name in REQUIRED:
        if name not in names:
            wanted = "、".join(HEADERS[name])
            raise errors.Invalid(f"there is no column for {name}", zh=f"缺少列：{wanted}（任一）", column=name)
    twice = {name for name in names if name and names.count(name) > 1}
    if twice:
        same = "、".join(f"“{header}”" for header, name in zip(headers, names, strict=True) if name in twice)
        raise errors.Invalid(f"columns mean the same: {same}", zh=f"有两列含义相同，请删去一列：{same}")
    return names


def _records(rows: Iterator[tuple[int, list[Any]]], headers: list[str], names: list[str | None], source: str) -> Table:
    table = Table()
    seen: dict[tuple[str, str], int] = {}
    origin = {name: header for name, header in zip(names, headers, strict=True) if name}
    for count, (line, cells) in enumerate(rows):
        if count >= MOST_ROWS:
            raise errors.Invalid(f"more than {MOST_ROWS} lines", zh=f"超过 {MOST_ROWS} 行，请分成几个文件")
        if len(cells) != len(headers):  # nobody can tell which cell belongs to which column
            table.bad.append(_uneven(line, cells, headers))
            continue
        bad = _unreadable(line, cells, headers)
        fields = {name: cell for name, cell in zip(names, cells, strict=False) if name}
        number = str(fields.get("ext_no") or "").strip() or _fingerprint(cells)
        said = str(fields.get("source") or "").strip() or source
        one = (source_code(said) or said, number)
        if one in seen:
            bad.append(Line(line, origin.get("ext_no"), f"与第 {seen[one]} 行重复", _shown(number)))
        elif not bad:
            seen[one] = line
        table.records.append(Record(line, fields | {"ext_no": number}, origin, tuple(bad)))
    return table


def _unreadable(line: int, cells: list[Any], headers: list[str]) -> list[Line]:
    return [
        Line(line, header, "含有无法识别的字符（编码错误）", _shown(cell))
        for header, cell in zip(headers, cells, strict=True)
        if isinstance(cell, str) and _undecoded(cell)
    ]


def _undecoded(text: str) -> bool:
    """Whether a text holds bytes that no encoding of this country reads."""
    return any("\udc80" <= mark <= "\udcff" for mark in text)


def _uneven(line: int, cells: list[Any], headers: list[str]) -> Line:
    few = "少" if len(cells) < len(headers) else "多"
    counted = f"列数偏{few}：应为 {len(headers)} 列，实为 {len(cells)} 列"
    return Line(line, None, counted, _shown(cells[0] if cells else ""))


def _fingerprint(cells: Iterable[Any]) -> str:
    """A number for a line that brings none: the same line again is the same order."""
    return "#" + sha256("\x1f".join(map(str, cells)).encode(errors="surrogateescape")).hexdigest()[:24]


def _shown(value: Any) -> str:
    text = str(value).encode(errors="replace").decode()
    return mask_text(text[:SHOWN]) + ("…" if len(text) > SHOWN else "")


# -- CSV -----------------------------------------------------------------------------------------------------------


def _csv(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    text = _decoded(content)
    header = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",\t;", key=header.count))
    csv.field_size_limit(2**24)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _decoded(content: bytes) -> str:
    """The text. A few broken lines do not change the encoding of a file: the one that reads more lines wins."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    encoding = min(("utf-8-sig", "gb18030"), key=lambda name: _unread(content, name))
    return content.decode(encoding, "surrogateescape")


def _unread(content: bytes, encoding: str) -> int:
    bad = 0
    for line in content.split(b"\n"):
        try:
            line.decode(encoding)
        except UnicodeDecodeError:
            bad += 1
    return bad


# -- XLSX ----------------------------------------------------------------------------------------------------------


def _workbook(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    from openpyxl import load_workbook  # slow to import, and most files are CSV

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
            raise errors.Invalid("the workbook is too large", zh="工作簿过大，请分成几个文件")
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        width = 0
        for line, row in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
            cells = [_cell(value) for value in row]
            if not any(str(cell).strip() for cell in cells):
                continue
            # A sheet has no "number of cells": what stands under no header was typed beside the table.
            width = width or _width(cells)
            yield line, cells[:width] + [""] * (width - len(cells)) if not any(cells[width:]) else cells
    finally:
        book.close()


def _width(header: list[Any]) -> int:
    return max(number for number, cell in enumerate(header, 1) if str(cell).strip())


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, date | datetime) else str(value)
