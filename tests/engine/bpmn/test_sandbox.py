"""Python in the sandbox."""

from __future__ import annotations

import pytest

from engine.bpmn.sandbox import Python, ScriptError

pytest.importorskip("pydantic_monty", reason="pydantic-monty is not installed")


def test_expressions_and_scripts() -> None:
    assert Python().expression("n + 1")({"n": 1}) == 2
    assert Python().expression("${n > 1}")({"n": 2}) is True
    assert Python().script("n = n + 1\nm.append(n)")({"n": 1, "m": []}) == {"n": 2, "m": [2]}


def test_our_own_objects_are_not_reached() -> None:
    data = {"m": [1]}
    Python().script("m.append(2)")(data)
    assert data == {"m": [1]}


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.system('true')",
        "open('/etc/passwd')",
        "while True:\n    pass",
        "x = 'a' * 10 ** 10",
        "1 / 0",
        "y",
    ],
)
def test_what_must_not_be_done_is_an_error_in_good_time(text: str) -> None:
    with pytest.raises(ScriptError):
        Python().script(text)({})


def test_a_syntax_error_is_told_when_it_is_compiled() -> None:
    with pytest.raises(SyntaxError):
        Python().expression("1 +")
