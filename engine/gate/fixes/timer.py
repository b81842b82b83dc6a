"""Write times as ISO text.

What. `5 minutes`, `3d`, `2小时`, `'P2D'`, `p2d`, `timedelta(days=2)` become ISO durations; a cycle `5 minutes` becomes
`R/PT5M`, a cron of the form "every n minutes or hours" a cycle counted from the moment the event is reached; at the
start of a process a cron of one weekday, day or time becomes a cycle from the next such moment on;
`2026-01-31 09:00` gets its T; `${…}` becomes FEEL; a duration that stands as a date or a cycle is moved to its own
element. Where the timer is empty and its label is nothing but a duration ("24 Hours"), the label is taken.
Why. The engine reads ISO 8601 and FEEL. Other cron lines (MON-FRI) are no single cycle, and within a case nobody knows
when it will be reached: a cycle would lose the day and the time, so they are left to a person.
Before. `<timeDuration>5 minutes</timeDuration>`
After. `<timeDuration>PT5M</timeDuration>`

时间写成 ISO 文本：5 分钟、3d、'P2D'、timedelta(days=2) 等改写为 PT5M、P3D；每隔几分钟或几小时的 cron 改写为周期；流程
开始处每周某天、每月某日、每天某时的 cron 改写为从下一个这样的时刻起的周期；空的定时取其名称里的时长。
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from engine.bpmn import times
from engine.gate import panel, time_words
from engine.gate.fixes import cron, expression, translate
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.model import Element, Node, local, text
from engine.gate.places import TIMERS

KIND = "timer"
_UNITS = {
    "S": "s|sec|secs|second|seconds|秒|秒钟",
    "M": "m|min|mins|minute|minutes|分|分钟",
    "H": "h|hr|hrs|hour|hours|小时|个小时",
    "D": "d|day|days|天|日",
    "W": "w|week|weeks|周|星期|个星期",
}
_PARTS = re.compile(
    rf"\s*(\d+)\s*({'|'.join(f'(?P<{u}>{names})' for u, names in _UNITS.items())})(?![^\W\d_])\s*,?", re.I
)
_DELTA = re.compile(r"(?:datetime\.)?timedelta\(\s*((?:\w+\s*=\s*\d+\s*,?\s*)+)\)")
_WORDS = {"seconds": "S", "minutes": "M", "hours": "H", "days": "D", "weeks": "W"}
_CRON = re.compile(r"0 (?:(?:0|\*)/(?P<M>\d+) \*|0 (?:0|\*)/(?P<H>\d+)) (?:\* \* \?|\? \* \*|\* \* \*)(?: \*)?")
_READ: dict[str, Callable[[str], object]] = {
    "timeDate": times.instant,
    "timeDuration": times.duration,
    "timeCycle": times.cycle,
}
_MOMENT = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?")


def find(desk: Desk) -> Iterator[Fix]:
    """Timers whose time can be read by a person, and not by the engine."""
    for page, node in desk.nodes:
        for definition in (one for kind, one in node.definitions if kind == "timer"):
            said = [child for child in definition if local(child) in TIMERS]
            full = [child for child in said if text(child)]
            if len(full) == 1:
                yield from _value(page, node, full[0])
            elif not full and (found := duration(node.element.get("name") or "")):
                yield _label(page, node, definition, said, found)


def duration(words: str) -> str | None:
    """Words such as "5 minutes", "2d 3h", "3天" as an ISO duration; None when they say anything else."""
    amounts: dict[str, int] = {}
    place, words = 0, words.strip()
    while place < len(words):
        match = _PARTS.match(words, place)
        if match is None:
            return None
        unit = next(unit for unit in _UNITS if match[unit])
        if unit in amounts:
            return None
        amounts[unit] = int(match[1])
        place = match.end()
    return _iso(amounts)


def _iso(amounts: dict[str, int]) -> str | None:
    if not amounts or not any(amounts.values()):
        return None
    if "W" in amounts and len(amounts) > 1:  # ISO's weeks stand alone
        weeks = amounts["W"]
        amounts = {"D": 0, **{unit: amount for unit, amount in amounts.items() if unit != "W"}}
        amounts["D"] += 7 * weeks
    days = "".join(f"{amounts[unit]}{unit}" for unit in ("W", "D") if unit in amounts)
    rest = "".join(f"{amounts[unit]}{unit}" for unit in ("H", "M", "S") if unit in amounts)
    return f"P{days}" + (f"T{rest}" if rest else "")


def _value(page: Page, node: Node, element: Element) -> Iterator[Fix]:
    words, tag = text(element), local(element)
    if _fine(words, tag, element.get("language") or page.root.get("expressionLanguage")):
        return
    said = translate.to_feel(words)
    begins = node.tag == "startEvent" and node.scope.node is None
    clocked = cron.cycle(words.strip("'\" ")) if begins and tag == "timeCycle" else None
    for new_tag, found in [*_readings(words, tag), (tag, clocked or ""), (tag, said or "")]:
        if _reads(found, new_tag) or (found == said and _fine(found, new_tag, None)):
            yield fix(
                KIND,
                node.file,
                element,
                partial(_write, page, element, found, new_tag),
                zh=f"把{{it}}的“{panel.WORDS[new_tag][0]}”写成 {found}" + _note(words, found)[0],
                en=f"write the “{panel.WORDS[new_tag][1]}” of {{it}} as {found}" + _note(words, found)[1],
                before=f"{tag} {words}" if new_tag != tag else words,
                after=f"{new_tag} {found}" if new_tag != tag else found,
                rule=_rule(words, element.get("language")),
                about=node.element,
            )
            return


def _rule(words: str, language: str | None) -> str | None:
    """The gate's finding about a time that is not read."""
    if _DELTA.fullmatch(words):
        return "function-unknown"
    if time_words.means(words.strip('"')):
        return "timer-value"
    complaint = expression.complaint(words, language)
    return "timer-value" if complaint == "" else complaint


def _readings(words: str, tag: str) -> Iterator[tuple[str, str]]:
    """What words may mean: the element they belong into and the text, the likeliest first."""
    bare = words.strip("'\" \t")
    for other in dict.fromkeys((tag, *TIMERS)):
        yield other, bare
        yield other, _upper(bare)
    found = duration(bare) or _delta(bare)
    if found:
        yield ("timeCycle", "R/" + found) if tag == "timeCycle" else ("timeDuration", found)
    if cycle := re.fullmatch(r"[rR](\d*)/(.+)", bare):
        yield "timeCycle", f"R{cycle[1]}/{duration(cycle[2])}"
    if (every_n := _CRON.fullmatch(bare)) and tag == "timeCycle":
        unit = "M" if every_n["M"] else "H"
        every = int(every_n[unit])
        if every and (60 if unit == "M" else 24) % every == 0:
            yield tag, f"R/PT{every}{unit}"
    if moment := _MOMENT.fullmatch(bare):
        year, month, day, hour, minute = (int(part) for part in moment.groups()[:5])
        yield "timeDate", f"{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{moment[6] or '00'}"


def _upper(words: str) -> str:
    """ISO text in capitals, without a T that nothing follows."""
    return words.upper().removesuffix("T")


def _reads(words: str, tag: str) -> bool:
    """Whether a text is a time of this kind."""
    try:
        _READ[tag](words)
    except Exception:
        return False
    return True


def _delta(words: str) -> str | None:
    """Python's timedelta(days=2, hours=3)."""
    match = _DELTA.fullmatch(words)
    pairs = re.findall(r"(\w+)\s*=\s*(\d+)", match[1]) if match else []
    if not pairs or any(name not in _WORDS for name, _ in pairs):
        return None
    return _iso({_WORDS[name]: int(amount) for name, amount in pairs})


def _fine(words: str, tag: str, language: str | None) -> bool:
    """Whether the engine reads this time: ISO of the right kind, or an expression that may yield it."""
    if not words:
        return False
    quoted = re.fullmatch(r'"([^"\\]*)"', words)
    plain = quoted[1] if quoted else words
    if _reads(plain, tag):
        return True
    if quoted or _DELTA.fullmatch(words) or re.match(r"R\d*/|[-+]?P[\dT]|\d{4}-\d\d", words):
        return False
    if plain != _upper(plain) and any(_reads(_upper(plain), one) for one in TIMERS):
        return False  # meant as a time, though FEEL could read it as a name
    return expression.complaint(words, language) == "" and not re.fullmatch(r"[\d. ]+", words)


def _write(page: Page, element: Element, words: str, tag: str) -> None:
    page.write(element, words)
    page.set(element, "language", None)
    if tag != local(element):
        page.rename(element, tag)


def _label(page: Page, node: Node, definition: Element, said: list[Element], found: str) -> Fix:
    def write() -> None:
        for empty in said[1:]:
            page.remove(empty)
        if said:
            _write(page, said[0], found, "timeDuration")
        else:
            tag = page.bpmn(definition, "timeDuration")
            page.append(definition, f"<{tag}>{found}</{tag}>")

    return fix(
        KIND,
        node.file,
        definition,
        write,
        zh=f"按名称把{{it}}的“时长”写成 {found}",
        en=f"write the “Duration” of {{it}} as its label says: {found}",
        before="",
        after=found,
        rule="timer-empty",
        about=node.element,
    )


def _note(words: str, found: str) -> tuple[str, str]:
    """A cycle is not a clock: what changes when a cron becomes one."""
    if _CRON.fullmatch(words.strip("'\" ")):
        return "，从到达时起算", ", counted from the moment it is reached"
    if found.count("/") == 2 and time_words.means(words.strip("'\" ")):
        zh, en = cron.said(found)
        return f"：从 {zh}起", f": from {en} on"
    return "", ""
