"""Write truths as true and false.

What. `1`, `0`, `True`, `FALSE` in an attribute that is true or false become `true` and `false`.
Why. Some tools write them so; the engine reads only the two words, so that a typing slip cannot turn a meaning round.
Before. `<process isExecutable="True">`
After. `<process isExecutable="true">`

真假值写成 true 和 false：把 1、0、True、FALSE 改正。
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.gate.elements import allowed, may_be
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.model import semantic

KIND = "truth"
_MEANT = {"1": "true", "0": "false", "true": "true", "false": "false", "yes": "true", "no": "false"}


def find(desk: Desk) -> Iterator[Fix]:
    """Attributes that are true or false in other words."""
    for sheet in desk.sheets:
        for element in semantic(sheet.page.root):
            for key, value in element.attrib.items():
                name, meant = str(key), _MEANT.get(str(value).strip().lower())
                if meant and not may_be(name, str(value)) and allowed(name) == "true, false":
                    yield fix(
                        KIND,
                        sheet.file,
                        element,
                        partial(sheet.page.set, element, name, meant),
                        zh=f"把{{it}}的 {name} 写成 {meant}",
                        en=f"write {name} of {{it}} as {meant}",
                        before=str(value),
                        after=meant,
                        rule="value-unknown",
                        part=name,
                    )
