"""Notes whose kind can be read.

What. A documentation or annotation that says its format (textFormat) names a MIME type such as text/plain.
Why. Whoever shows the note must know whether it is plain text or markup; a made-up format shows as garbage.
Mend. Write text/plain or text/html, or drop the attribute.

说明的格式要认得：documentation 和注释的 textFormat 写 MIME 类型，如 text/plain，或删去。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.model import At, local, semantic, shown

_MIME = re.compile(r"[A-Za-z0-9][\w.+-]*/[A-Za-z0-9][\w.+-]*(\s*;.*)?")


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about formats of notes."""
    for diagram in bundle.diagrams:
        for element in semantic(diagram.root):
            said = element.get("textFormat")
            if said is not None and local(element) and not _MIME.fullmatch(said.strip()):
                yield found(
                    "text-format",
                    At(diagram.file, element),
                    f"{{it}}的格式“{shown(said)}”不是 MIME 类型",
                    f"the format “{shown(said)}” of {{it}} is no MIME type",
                    "写 text/plain 或 text/html，或删去 textFormat",
                    "write text/plain or text/html, or drop textFormat",
                )
