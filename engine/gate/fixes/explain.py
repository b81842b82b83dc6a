"""The page about the fixes (docs/fixes.md), written from the fixes themselves so that it cannot tell anything else.

Write it with `python -m engine.gate.fixes.explain > docs/fixes.md`.
"""

from __future__ import annotations

from types import ModuleType

from engine.gate.fixes import FIXES

PARTS = ("What", "Why", "Before", "After")
_HEAD = """\
# Fixes

What a diagram of another tool lacks, or says in its own words, is offered as a fix when it can be mended without a
person's judgement. Each fix is offered by itself, listed when it is made, and can be taken back: the others are then
applied to the original file again. One that somebody took back, or undid by hand (who clears a field has meant it), is
listed apart and not made by "all". Everything else in the file stays as it is, byte for byte; what another product says
in its own vocabulary stays beside ours.

Some fixes are choices (by-hand, inside, role, fresh-form, ask, connector without a registered name): a person picks
one, and "all" makes none.

Not mended, because it takes a person who knows the process: listeners and pre- and post-scripts, scripts that call
methods, clock times within a case and of several days (cron), candidate users and several candidate groups, what a data
transformation would compute.

This page is written from `engine/gate/fixes` (`python -m engine.gate.fixes.explain`). Fixes are made in this order.

| fix | what it does |
|---|---|
"""


def page() -> str:
    """The whole page, in Markdown."""
    rows = [f"| [{module.KIND}](#{_anchor(module)}) | {_title(module)} |" for module in FIXES]
    return _HEAD + "\n".join(rows) + "\n\n" + "\n".join(_fix(module) for module in FIXES)


def _fix(module: ModuleType) -> str:
    _, _, body = (module.__doc__ or "").strip().partition("\n\n")
    for word in PARTS:
        body = body.replace(f"{word}. ", f"\n**{word}.** ", 1)
    name = module.__name__.rpartition(".")[2]
    return f"## {module.KIND}: {_title(module)}\n{body}\n\n<small>`engine/gate/fixes/{name}.py`</small>\n"


def _title(module: ModuleType) -> str:
    return (module.__doc__ or "").strip().partition("\n")[0].rstrip(".")


def _anchor(module: ModuleType) -> str:
    words = f"{module.KIND} {_title(module)}".lower()
    return "".join(c for c in words if c.isalnum() or c in " -").replace(" ", "-")


if __name__ == "__main__":
    print(page(), end="")
