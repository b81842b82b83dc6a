"""Called processes are found in the folders beside, with what they call; circles end."""

from __future__ import annotations

from pathlib import Path

from engine import neighbours
from tests.engine.test_scenarios import CALLER, INNER


def _folder(root: Path, name: str, diagram: str) -> Path:
    (root / name).mkdir(parents=True)
    (root / name / f"{name}.bpmn").write_text(diagram, encoding="utf-8")
    return root / name


def test_what_is_called_comes_with_what_it_calls(tmp_path: Path) -> None:
    home = _folder(tmp_path, "caller", CALLER)
    over = CALLER.replace('"inner"', '"last"').replace('"caller"', '"inner"')
    _folder(tmp_path, "between", over)
    _folder(tmp_path, "last", INNER.replace('"inner"', '"last"'))
    found = neighbours.beside(home, tmp_path)("inner")
    assert found.keys() == {"between.bpmn", "called/last/last.bpmn"}
    assert neighbours.beside(home / "caller.bpmn", tmp_path)("last").keys() == {"last.bpmn"}
    assert neighbours.beside(home, tmp_path)("nobody") == {}


def test_a_circle_of_calls_ends(tmp_path: Path) -> None:
    home = _folder(tmp_path, "caller", CALLER)
    _folder(
        tmp_path, "inner", CALLER.replace('"inner"', '"x"').replace('"caller"', '"inner"').replace('"x"', '"caller"')
    )
    assert "inner.bpmn" in neighbours.beside(home, tmp_path)("inner")


def test_folders_that_are_named_count_first(tmp_path: Path) -> None:
    home, other = _folder(tmp_path / "a", "caller", CALLER), _folder(tmp_path / "b", "inner", INNER)
    assert neighbours.beside(home, tmp_path)("inner") == {}
    assert neighbours.beside(home, tmp_path, [other])("inner").keys() == {"inner.bpmn"}
