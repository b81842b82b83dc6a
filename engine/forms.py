"""Forms: is a form file sound, which variables does it touch, and is a submission acceptable.

The judge is form-js' own validator, the code that runs in the browser too: `web/frontend/src/form_check.js`, bundled
into `engine/forms_check.js` by `python -m web.frontend_build` and run by QuickJS inside this process. A script that
loops or grows is stopped by limits. QuickJS belongs to one thread, so every thread opens its own context (about 40 ms
and 6 MB) on its first check; a context remembers the forms it has seen, after that a check takes about a millisecond.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
import quickjs

from engine import clock, errors, forms_schema

SCRIPT = Path(__file__).with_name("forms_check.js")
MEMORY_LIMIT = 64 * 2**20  # bytes a context may hold
TIME_LIMIT = 1  # seconds of CPU one call may take
FILE_LIMIT = 256 * 2**10  # bytes of a form file
SUBMISSION_LIMIT = 512 * 2**10  # bytes of a submission as JSON
TEXT_LIMIT = 20_000  # characters of one answer
ROW_LIMIT = 200  # rows of a list, choices of a multiple choice
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Checked:
    """A verdict: `values` of visible, editable fields to merge; `errors` by key, those of rows as `goods.0.name`."""

    values: dict[str, Any]
    errors: dict[str, list[str]]


def keys(schema: Mapping[str, Any]) -> frozenset[str]:
    """Variables a submission of this form may set: the first names of its fields' keys and paths."""
    return frozenset(forms_schema.tree(schema))


def reads(schema: Mapping[str, Any]) -> frozenset[str]:
    """Variables the form shows or asks without setting them: in templates, conditions and lists of options."""
    text = _dump(schema)
    return _reads(hashlib.sha256(text).hexdigest(), text.decode()) - keys(schema) - forms_schema.RESERVED


def check(
    schema: Mapping[str, Any], submission: Mapping[str, Any], data: Mapping[str, Any] | None = None, *, lang: str = "zh"
) -> Checked:
    """Judge a submission as the browser would, over the `data` the form was opened with.

    `data` supplies what a person may not set (read-only and disabled fields, variables that conditions read, options by
    `valuesKey`) and what an incomplete submission left alone; without it conditions believe the submission's read-only
    values. Those are never in the verdict's values; hidden fields are dropped, computed ones computed here.
    Raises `errors.FormInvalid` for a key the form does not have and for a submission beyond the limits; an answer of a
    wrong type is an error in the verdict, in the language `lang` (zh or en).
    """
    if not isinstance(submission, dict):
        _refuse("", "提交的内容不是一份表单", "the submission is not an object")
    tree = forms_schema.tree(schema)
    found: dict[str, list[str]] = {}
    say = (lambda zh, en: en) if lang == "en" else (lambda zh, en: zh)
    _inspect(tree, submission, "", found, say)
    if found:
        return Checked({}, found)
    try:
        text = _dump(submission)
    except (ValueError, RecursionError):
        _refuse("", "提交的内容无法读取", "the submission cannot be read as JSON")
    if len(text) > SUBMISSION_LIMIT:
        _refuse("", "提交的内容过大", "the submission is too large")
    form = _dump(schema)
    at = clock.now().timestamp() * 1000
    try:
        verdict = _engine().check(form, text.decode(), _dump(data, default=_plain).decode(), lang, at)
    except quickjs.JSException as problem:
        raise errors.Invalid(
            f"the form could not be checked: {problem}", zh="表单无法校验，请联系业务分析员"
        ) from problem
    return Checked(verdict["values"], verdict["errors"])


def load(raw: bytes) -> dict[str, Any]:
    """The schema in a form file, fit for deployment.

    Raises `errors.Invalid`, whose `details["problems"]` lists every problem as (zh, en).
    """
    if len(raw) > FILE_LIMIT:
        raise _invalid([("表单文件过大", "the form file is too large")])
    try:
        schema = json.loads(raw.decode(), object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise _invalid(
            [(f"表单文件不是正确的 JSON：{problem}", f"the form file is not valid JSON: {problem}")]
        ) from None
    problems = list(forms_schema.problems(schema))
    if not problems:
        try:
            about = _engine().describe(_dump(schema).decode())
        except quickjs.JSException as problem:
            reason = str(problem).splitlines()[0]
            problems.append((f"表单无法打开：{reason}", f"form-js cannot open the form: {reason}"))
        else:
            kinds = {"feel": ("FEEL 表达式", "the FEEL expression"), "pattern": ("校验格式", "the pattern")}
            for one in about["problems"]:
                zh, en = kinds[one["kind"]]
                problems.append(
                    (
                        f"字段“{one['field']}”的{zh}写法有误：{one['text']}",
                        f"field {one['field']}: {en} {one['text']} is malformed",
                    )
                )
    if problems:
        raise _invalid(problems)
    return schema


# --- the submission ----------------------------------------------------------------------------

Say = Callable[[str, str], str]


def _inspect(
    tree: Mapping[str, Any], given: Mapping[Any, Any], prefix: str, found: dict[str, list[str]], say: Say
) -> None:
    """Refuse unknown keys and note in `found` what has not the form's shape: only well-formed data reach the script."""
    for key, value in given.items():
        path = f"{prefix}{key}"
        if not isinstance(key, str) or key not in tree:
            name = path[:80]
            _refuse(name, f"表单没有“{name}”这一项", f"the form has no field {name}")
        expected = tree[key]
        if value is None:
            continue
        if expected is None:
            if sentence := _answer(value, say):
                found[path] = [sentence]
        elif isinstance(expected, dict):
            if isinstance(value, dict):
                _inspect(expected, value, f"{path}.", found, say)
            else:
                found[path] = [say("此处应为一组内容", "a group of answers is expected here")]
        elif not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            found[path] = [say("此处应为多行内容", "rows are expected here")]
        elif len(value) > ROW_LIMIT:
            found[path] = [say(f"最多 {ROW_LIMIT} 行", f"at most {ROW_LIMIT} rows")]
        else:
            for number, row in enumerate(value):
                _inspect(expected[0], row, f"{path}.{number}.", found, say)


def _answer(value: Any, say: Say) -> str | None:
    """What is wrong with one answer before its field is asked; None if nothing."""
    if isinstance(value, list):
        if len(value) > ROW_LIMIT:
            return say(f"最多选择 {ROW_LIMIT} 项", f"at most {ROW_LIMIT} choices")
        if any(isinstance(one, list | dict) for one in value):
            return say("填写内容的类型不正确", "Value has the wrong type.")
        return next((sentence for one in value if (sentence := _answer(one, say))), None)
    if isinstance(value, str):
        if len(value) > TEXT_LIMIT:
            return say(f"最多填写 {TEXT_LIMIT} 个字", f"Field must have maximum length of {TEXT_LIMIT}.")
        if UNREADABLE.search(value):
            return say("含有无法识别的字符", "there are unreadable characters")
        return None
    if isinstance(value, bool | None):
        return None
    if isinstance(value, int | float):
        exact = math.isfinite(value) if isinstance(value, float) else abs(value) < 2**53
        return None if exact else say("数字过大或位数过多", "Number has too many digits.")
    return say("填写内容的类型不正确", "Value has the wrong type.")


def _refuse(key: str, zh: str, en: str) -> None:
    raise errors.FormInvalid({key: [zh]}, en, zh=zh)


def _invalid(problems: list[tuple[str, str]]) -> errors.Invalid:
    return errors.Invalid(
        "; ".join(en for _, en in problems), zh="；".join(zh for zh, _ in problems), problems=problems
    )


# --- JSON --------------------------------------------------------------------------------------


def _dump(value: Any, default: Callable[[Any], Any] | None = None) -> bytes:
    try:
        return orjson.dumps(value, default)
    except TypeError:  # a name that is no text, a number beyond 64 bits, half a character
        return json.dumps(value, allow_nan=False, separators=(",", ":"), default=default).encode()


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(result := dict(pairs)) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"duplicate key {next(name for name in names if names.count(name) > 1)!r}")
    return result


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


# --- QuickJS -----------------------------------------------------------------------------------


class _Engine:
    """One QuickJS context with the form script in it. Only the thread that made it may use it."""

    def __init__(self) -> None:
        try:
            script = SCRIPT.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise errors.Unavailable(
                "engine/forms_check.js is missing; run: python -m web.frontend_build", zh="表单校验程序尚未构建"
            ) from None
        context = quickjs.Context()
        context.set_memory_limit(MEMORY_LIMIT)
        context.set_time_limit(TIME_LIMIT)
        context.eval(script)
        self._context = context  # keeps the functions below alive
        self._known, self._open, self._check, self._describe = (
            context.get(name) for name in ("formKnown", "formOpen", "formCheck", "formDescribe")
        )

    def check(self, form: bytes, submission: str, data: str, lang: str, at: float) -> dict[str, Any]:
        name = hashlib.sha256(form).hexdigest()
        if not self._known(name):
            self._open(name, form.decode())
        return json.loads(self._check(name, submission, data, lang, at))

    def describe(self, form: str) -> dict[str, Any]:
        return json.loads(self._describe(form))


_local = threading.local()


def _engine() -> _Engine:
    # A forked child must not share its parent's context, so the process is part of the place it is kept at.
    kept = getattr(_local, "engine", None)
    if kept is None or kept[0] != os.getpid():
        kept = _local.engine = (os.getpid(), _Engine())
    return kept[1]


@lru_cache(maxsize=256)
def _reads(_hash: str, form: str) -> frozenset[str]:
    return frozenset(_engine().describe(form)["reads"])
