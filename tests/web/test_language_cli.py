from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

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
        "value": [1, 2.5, "2026-01-31"], "text": '[1, 2.5, 2026-01-31]', "remarks": [], "warnings": [],
    }  # fmt: skip
    report = json.loads(run("feel", 'a + "x"', "--json", given={"a": 1}).stdout)
    assert report["value"] is None and "`+` has no answer" in report["warnings"][0]


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


def test_an_unknown_name_is_told_and_the_answer_is_null(run) -> None:
    answer = run("feel", "金鄂 + 1", given={"金额": 1})
    assert (answer.exit_code, answer.stdout) == (0, "null\n") and "是否指 金额" in answer.stderr


@pytest.mark.parametrize(("given", "said"), [("[1]", "JSON object"), ("{", "not JSON")])
def test_a_context_that_is_none_is_refused(run, tmp_path: Path, given: str, said: str) -> None:
    (tmp_path / "x.json").write_text(given)
    answer = run("feel", "1", "--context", str(tmp_path / "x.json"))
    assert answer.exit_code == 2 and said in answer.output


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
    report = json.loads(run("decide", str(file), "rooting", "--json", given=ORDER).stdout)
    assert report["error"]["element"] == "rooting"
    (tmp_path / "broken.dmn").write_bytes(file.read_bytes().replace(b"<text>domain</text>", b"<text>domain ==</text>"))
    answer = run("decide", str(tmp_path / "broken.dmn"), "routing", given=ORDER)
    assert answer.exit_code == 1 and "请写一个等号" in answer.output


def test_a_function_of_the_house_that_refuses_its_input_ends_with_a_sentence(app):
    result = app.test_cli_runner().invoke(args=["feel", 'deadline("C99", "2026-05-11")'])
    assert result.exit_code == 1 and "C99" in result.output and "Traceback" not in result.output
