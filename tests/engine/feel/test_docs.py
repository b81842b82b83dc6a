"""The page on the language says what the language says: `python -m tests.engine.feel.test_docs` prints its table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine import feel

PAGE = Path(__file__).parents[3] / "docs" / "feel.md"
NAMES = frozenset({"金额", "类别", "紧急", "收单时间", "列表"})
TWENTY = [
    "金额 == 5",
    "金额 > 1 && 金额 < 5",
    "紧急 || 金额 > 5",
    "!紧急",
    "类别 = 食品",
    "类别 = “食品”",
    "类别 = '食品'",
    'contains(类别，"食")',
    "（金额 + 1）",
    "金额 ≥ 5",
    'date("2026-01-31") > "2026-01-30"',
    "金鄂 > 5",
    "收单时间 > 31.12.2026",
    "收单时间 > 2026-12-31",
    "收单时间 > LocalDate.now()",
    "收单时间 + 5天",
    "金额 > 10,000",
    "金额 > 10万",
    "len(列表) > 5",
    '类别.startsWith("食")',
]


def table() -> str:
    """The twenty mistakes and their messages, in Markdown."""
    rows = ["| written | told (English) | told (Chinese) |", "|---|---|---|"]
    for text in TWENTY:
        error = feel.check(text, NAMES)[0]
        rows.append("| " + " | ".join(_cell(words) for words in (f"`{text}`", error.en, error.zh)) + " |")
    return "\n".join(rows)


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


def test_the_page_tells_the_twenty_mistakes_as_the_language_does() -> None:
    assert len(TWENTY) == 20
    assert table() in PAGE.read_text("utf-8"), "write it again: python -m tests.engine.feel.test_docs"


@pytest.mark.parametrize("text", TWENTY)
def test_each_of_the_twenty_is_answered_with_a_mend(text: str) -> None:
    error = feel.check(text, NAMES)[0]
    assert error.hint[0] and error.hint[1]


def examples() -> list[tuple[str, str]]:
    """The lines `expression  → value` of the page's code blocks."""
    blocks = re.findall(r"```feel\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    lines = (line for block in blocks for line in block.splitlines() if "→" in line)
    return [(left.strip(), right.strip()) for left, _, right in (line.partition("→") for line in lines)]


@pytest.mark.parametrize(("text", "value"), examples())
def test_the_examples_of_the_page_are_true(text: str, value: str) -> None:
    variables = {"金额": 12000, "类别": "药品", "收单日": "2026-03-02", "单": {"区": "浦东"}, "列表": [4, 8, 15]}
    assert feel.print_value(feel.compile(text, frozenset(variables))(variables)) == value


if __name__ == "__main__":
    print(table())
