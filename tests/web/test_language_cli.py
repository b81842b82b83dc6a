from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from engine import calendar
from engine.db import db
from tests.conftest import KEYS
from web import language_cli

PROCESSES = Path(__file__).parents[2] / "processes"
ORDER = {"domain": "药械化", "district": "310115", "nature": "投诉"}


@pytest.fixture
def run() -> Callable[..., Any]:
    """Run a command; the database plays no part in these."""
    app = Flask("terminal")
    app.config.update({key.upper(): value for key, value in KEYS.items()})
    language_cli.init_app(app)
    runner = app.test_cli_runner()

    def command(*words: str, given: Any = None) -> Any:
        typed = [*words, *(("--context", "-") if given is not None else ())]
        return runner.invoke(args=typed, input=json.dumps(given) if given is not None else None)

    return command


def test_an_expression_is_evaluated_over_the_variables_of_a_file(run, tmp_path: Path) -> None:
    file = tmp_path / "order.json"
    file.write_text('{"金额": 12000.10, "类别": "药品"}', encoding="utf-8")
    answer = run("feel", '金额 * 2 > 20000 and 类别 in ("食品", "药品")', "--context", str(file))
    assert (answer.exit_code, answer.stdout) == (0, "true\n")
    assert run("feel", "金额 * 3", "--context", str(file)).stdout == "36000.3\n"


def test_a_machine_gets_value_text_and_what_is_odd(run) -> None:
    report = json.loads(run("feel", "[1, 2.5, date(d)]", "--json", given={"d": "2026-01-31"}).stdout)
    assert report == {
        "value": [1, 2.5, "2026-01-31"], "text": '[1, 2.5, 2026-01-31]', "mistakes": [], "remarks": [],
    }  # fmt: skip
    report = json.loads(run("feel", 'a + "x"', "--json", given={"a": 1}).stdout)
    assert report["value"] is None and report["remarks"] == [
        {
            "position": 2,
            "zh": '第 3 个字符处：数字与文本不能相加：左边是数字 1，右边是文本 "x"。连接文本请写成 string(a)',
            "en": 'at character 3: a number and a string cannot be added: the number 1, the string "x"; '
            "turn the other side into a text with string(a)",
        }
    ]


@pytest.mark.parametrize(
    ("text", "line", "mark", "said"),
    [
        ("金额 == 5", "金额 == 5", "      ^", "相等请写一个等号"),
        ("a > 1\nand b = “x”", "and b = “x”", "        ^", '"x"'),
        ("1 +", "1 +", "   ^", "表达式到此结束"),
    ],
)
def test_a_mistake_is_shown_at_its_place_in_both_languages(run, text: str, line: str, mark: str, said: str) -> None:
    answer = run("feel", text, given={"金额": 1, "a": 1, "b": "x"})
    assert answer.exit_code == 1 and not answer.stdout
    shown = answer.stderr.splitlines()
    assert shown[0] == line and shown[1] == mark
    assert said in shown[2] and shown[3].startswith("at character ")
    report = json.loads(run("feel", text, "--json", given={}).stdout)
    assert report["error"]["position"] == text.rindex(line) + _place(line, mark) and said in report["error"]["zh"]


def _place(line: str, mark: str) -> int:
    width = 0
    for place, character in enumerate(line):
        if width == len(mark) - 1:
            return place
        width += 2 if "\u4e00" <= character <= "\u9fff" else 1
    return len(line)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("金鄂 + 1", "是否指 金额"),
        ("求和(金额)", "没有名为“求和”的函数"),
        ("PT2H", 'duration("PT2H")'),
        ('date("2026-02-30")', "2026 年 2 月只有 28 天"),
    ],
)
def test_a_mistake_that_can_be_read_still_fails(run, text: str, said: str) -> None:
    answer = run("feel", text, given={"金额": 1})
    assert (answer.exit_code, answer.stdout) == (1, "null\n") and said in answer.stderr
    assert json.loads(run("feel", text, "--json", given={"金额": 1}).stdout)["mistakes"]


def test_why_it_is_null_is_told_at_its_place(run) -> None:
    answer = run("feel", '单.金额 > "10000"', given={"单": {"金额": 1}})
    assert (answer.exit_code, answer.stdout) == (0, "null\n")
    shown = answer.stderr.splitlines()
    assert shown[1] == " " * 8 + "^" and "去掉引号：10000" in shown[2]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("[1]", "JSON object"),
        ("{", "not JSON"),
        ('{"a": 1,\n "b": 2,\n}', "第 3 行第 1 列"),
        ('{"a" 1}', "此处缺少冒号"),
        ('{"a": True}', "第 1 行第 7 列不是 JSON：此处缺少值"),
    ],
)
def test_a_context_that_is_none_is_refused(run, tmp_path: Path, given: str, said: str) -> None:
    (tmp_path / "x.json").write_text(given)
    answer = run("feel", "1", "--context", str(tmp_path / "x.json"))
    assert answer.exit_code == 2 and said in answer.output and "Traceback" not in answer.output


def test_a_context_in_another_encoding_is_refused_with_a_sentence(run, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes('{"类别": "药品"}'.encode("gb18030"))
    answer = run("feel", "1", "--context", str(tmp_path / "x.json"))
    assert answer.exit_code == 2 and "UTF-8" in answer.output


def test_missing_and_misspelt_inputs_of_a_decision_are_named(run) -> None:
    file = str(PROCESSES / "intake" / "routing.dmn")
    answer = run("decide", file, "routing", given={"domian": "食品", "district": "310112", "nature": "投诉"})
    assert answer.exit_code == 0 and "缺少输入“domain”" in answer.stderr
    assert "domian 是否应为 domain" in answer.stderr and "district" in answer.stderr
    report = json.loads(run("decide", file, "routing", "--json", given=ORDER).stdout)
    assert report["missing"] == []


def test_a_decision_is_made_and_explained(run) -> None:
    file = str(PROCESSES / "intake" / "routing.dmn")
    answer = run("decide", file, "routing", given=ORDER)
    assert (answer.exit_code, answer.stdout) == (0, '"YJ"\n')
    assert '监管领域 = "药械化"' in answer.stderr and "rules 1" in answer.stderr
    report = json.loads(run("decide", file, "承办单位建议", "--json", given=ORDER).stdout)
    assert (report["value"], report["rules"]) == ("YJ", [1])


def test_a_model_that_is_imported_lies_in_the_same_folder(run, tmp_path: Path) -> None:
    head = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m"'
    (tmp_path / "base.dmn").write_text(
        f'{head} namespace="urn:base"><decision id="d" name="D"><literalExpression><text>40 + 2</text>'
        "</literalExpression></decision></definitions>"
    )
    (tmp_path / "top.dmn").write_text(
        f'{head} namespace="urn:top"><import name="base" namespace="urn:base" '
        'importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/><decision name="E"><informationRequirement>'
        '<requiredDecision href="urn:base#d"/></informationRequirement><literalExpression><text>base.D / 2</text>'
        "</literalExpression></decision></definitions>"
    )
    assert run("decide", str(tmp_path / "top.dmn"), "E").stdout == "21\n"


def test_what_is_wrong_with_a_decision_is_said_without_traceback(run, tmp_path: Path) -> None:
    file = PROCESSES / "intake" / "routing.dmn"
    answer = run("decide", str(file), "rooting", given=ORDER)
    assert answer.exit_code == 1 and "没有这个决策" in answer.output and "Traceback" not in answer.output
    assert "是否指 routing" in answer.output
    report = json.loads(run("decide", str(file), "rooting", "--json", given=ORDER).stdout)
    assert report["error"]["element"] == "rooting"
    (tmp_path / "broken.dmn").write_bytes(file.read_bytes().replace(b"<text>domain</text>", b"<text>domain ==</text>"))
    answer = run("decide", str(tmp_path / "broken.dmn"), "routing", given=ORDER)
    assert answer.exit_code == 1 and "请写一个等号" in answer.output


def test_a_function_of_the_house_that_refuses_its_input_is_told_at_its_place(app):
    result = app.test_cli_runner().invoke(args=["feel", 'deadline("C99", "2026-05-11")'])
    assert result.exit_code == 1 and "没有编号为“C99”的时限" in result.output
    assert result.stderr.splitlines()[1] == " " * 9 + "^"


@pytest.mark.parametrize("words", [("feel", 'deadline("C08", "2026-05-11")'), ("decide", "t.dmn", "D")])
def test_a_database_without_tables_is_told_with_the_mend(app, tmp_path: Path, monkeypatch, words: tuple[str, ...]):
    with app.app_context():
        db.drop_all()
        calendar.forget()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.dmn").write_text(
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="urn:m">'
        '<decision name="D">'
        '<literalExpression><text>deadline("C08", "2026-05-11")</text></literalExpression></decision></definitions>'
    )
    result = app.test_cli_runner().invoke(args=list(words))
    assert result.exit_code == 1 and "flask db upgrade" in result.output and "Traceback" not in result.output
