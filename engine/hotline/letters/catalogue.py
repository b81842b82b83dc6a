"""Which letters there are, by rule version. Templates are files of the bureau: forms/letters/README.md tells how."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app

from engine import errors

HOUSE = "house"  # letters outside the bureau's official sets; for every rule version
PLAIN = "NOTICE"  # the one whose name the diagram gives
OFFICIAL = re.compile(r"\d[\d-]*")  # how the official sets name their files; such a code is never made up
PARTS = ("text", "rows", "signatures", "note")


@dataclass(frozen=True, slots=True)
class Form:
    """One letter's template. `label` says which official form it is; "" when it is none."""

    code: str
    name: str
    label: str
    source: str
    law: str
    reasons: Mapping[str, Mapping[str, str]]  # key of the payload -> number -> words of the law
    parts: tuple[dict[str, Any], ...]
    to: str = ""
    personal: frozenset[str] = frozenset()
    issuer: str = "matter"  # in whose name: the unit of the "matter", the one that received the "order", the "office"
    numbered: bool = True
    seal: bool = True
    receipt: bool = False
    manual: bool = False  # may a person issue it, or only the diagram?
    asks: str = ""  # what a person who issues it has to write; "" when nothing
    natures: frozenset[str] = field(default_factory=frozenset)  # empty: any


def folder() -> Path:
    """Where the templates lie."""
    path: Path = current_app.config["SETTINGS"].forms_path / "letters"
    return path


def form(code: str, rule_version: int, title: str = "") -> Form:
    """The template of a letter under a rule version. Raises Invalid for one that this rule does not know."""
    common = _common(folder(), rule_version)
    for room in (str(rule_version), HOUSE):
        path = folder() / room / f"{code}.toml"
        if re.fullmatch(r"[\w-]+", code) and code != "set" and path.is_file():
            return _form(code, path, common, official=room != HOUSE)
    if title and not OFFICIAL.fullmatch(code):
        return replace(_form(PLAIN, folder() / HOUSE / f"{PLAIN}.toml", common, official=False), name=title)
    raise errors.Invalid(
        f"there is no letter {code} under rule version {rule_version}", zh=f"总局令第{rule_version}号没有文书 {code}"
    )


def forms(rule_version: int) -> list[Form]:
    """All letters of an official set, by number."""
    found = [form(path.stem, rule_version) for path in (folder() / str(rule_version)).glob("[0-9]*.toml")]
    return sorted((each for each in found if each.label), key=lambda each: int(each.label.rpartition("式样")[2]))


def settings() -> dict[str, Any]:
    """What holds for the letters of every rule version: the pattern of numbers, the fonts."""
    return _read(folder() / "letters.toml", (folder() / "letters.toml").stat().st_mtime_ns)


def _common(root: Path, rule_version: int) -> dict[str, Any]:
    path = root / str(rule_version) / "set.toml"
    if not path.is_file():
        raise errors.Invalid(f"no letters for rule version {rule_version}", zh=f"没有总局令第{rule_version}号的文书")
    return _read(path, path.stat().st_mtime_ns)


def _form(code: str, path: Path, common: dict[str, Any], *, official: bool) -> Form:
    given = dict(_read(path, path.stat().st_mtime_ns))
    number, parts = given.pop("number", None), given.pop("part", [])
    if any(len(part) != 1 or next(iter(part)) not in PARTS for part in parts):
        raise _wrong(path, f"a part has one of {', '.join(PARTS)}")
    label = f"{common['name']}·式样{number}" if official and number else ""
    personal, natures = frozenset(given.pop("personal", ())), frozenset(given.pop("natures", ()))
    law, reasons = common["law"], common["reasons"]
    try:
        return Form(
            code, label=label, law=law, reasons=reasons, parts=tuple(parts), personal=personal, natures=natures, **given
        )
    except TypeError as error:  # a key that is unknown, or one that is missing
        raise _wrong(path, str(error)) from None


def _wrong(path: Path, why: str) -> errors.Invalid:
    name = f"{path.parent.name}/{path.name}"
    return errors.Invalid(f"letter template {name}: {why}", zh=f"文书模板 {name} 有误：{why}")


@lru_cache(maxsize=128)
def _read(path: Path, _changed: int) -> dict[str, Any]:
    """The file, read again when it has changed."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise _wrong(path, str(error)) from None
