"""A wrong argument of a function of the house is refused at its place, with the mend, in both languages."""

from __future__ import annotations

import pytest

from engine import feel, registry
from engine.hotline import clocks, functions

KNOWN = {"日": "2026-04-20", "空": None}


@pytest.mark.parametrize(
    ("text", "place", "zh", "mend"),
    [
        ('deadline("C99", 日)', 9, "没有编号为“C99”的时限", "时限有 C01、C02"),
        ('deadline("c8", 日)', 9, "没有编号为“c8”的时限", "是否指 C08"),
        ("deadline(8, 日)", 9, "时限编号应为文本，却是 8", 'deadline("C08", 起算日)'),
        ('deadline(日, "C10")', 9, "顺序颠倒", "deadline(clock, start)"),
        ('deadline(start: "C10", clock: 日)', 30, "顺序颠倒", "deadline(clock, start)"),
        ('1 = deadline("C10", 空)', 20, "却是 null", "x != null"),
        ('deadline("C10", "2026.4.20")', 16, "需要日期", 'date("2026-04-20")'),
        ('deadline("C10", "soon")', 16, '却是 "soon"', "2026-01-31"),
        ('deadline("C10", 日, 119)', 19, "应为 20 或 121，却是 119", "按起算日"),
        ('deadline("C10", 日, "new")', 19, "应为 20 或 121", "按起算日"),
        ("working_days(5, 日)", 13, "顺序颠倒", "working_days(start, n)"),
        ("working_days(日, 1.5)", 16, "整数，却是 1.5", "working_days(起算日, 5)"),
        ("working_days(日, -1)", 16, "整数，却是 -1", "working_days(起算日, 5)"),
        ("working_days(日 + 日, 1)", 13, "需要日期", "2026-04-20"),
        ("rule_on({a: 1})", 8, "rule_on 需要日期或日期时间，却是 {a: 1}", "2026-01-31"),
        ("rule_on([日])", 8, "需要日期", "2026-04-20"),
    ],
)
def test_a_wrong_argument_is_told_at_its_place_with_the_mend(text: str, place: int, zh: str, mend: str) -> None:
    for known in (registry.FUNCTIONS, {name: function.call for name, function in registry.FUNCTIONS.items()}):
        if "clock:" in text and known is not registry.FUNCTIONS:
            continue  # a bare callable does not know the names of the house
        with pytest.raises(feel.FeelError) as caught:
            feel.compile(text, KNOWN, known)(KNOWN)
        assert caught.value.position == place
        assert zh in caught.value.zh and mend in caught.value.zh
        assert caught.value.en.isascii() or any(word in caught.value.en for word in ("日", "起算"))


def test_a_clock_that_a_version_does_not_have_names_those_it_has() -> None:
    pairs = {(item.code, version) for item in clocks.CATALOGUE for version in (20, 121) if item.rule in (None, version)}
    code, version = next((c, v) for c in sorted(clocks.CODES) for v in (20, 121) if (c, v) not in pairs)
    with pytest.raises(feel.Refusal, match=f"under the rule version {version}") as caught:
        functions.deadline(code, "2026-04-20", version)
    assert caught.value.argument == 0 and code not in caught.value.hint[0]
