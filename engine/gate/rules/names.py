"""Names people can trust.

What. Labels hold no control characters, no invisible and no direction-changing characters, and at most 200
characters; user tasks have one.
Why. A name is what handlers read in their worklist. Invisible characters make two names look alike or show a text
other than the one that was reviewed.
Mend. Type the name again; name a user task with a verb and its object, e.g. 受理登记.

名称可信：不含控制字符、不可见字符和改变文字方向的字符，不超过 200 字；用户任务要有名称，办理人在待办里看到的就是它。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.model import UNSEEN, At, semantic

MAX_NAME = 200  # the width of the database's name columns


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about labels."""
    for diagram in bundle.diagrams:
        for element in semantic(diagram.root):
            name, at = element.get("name"), At(diagram.file, element)
            if not name:
                continue
            # Modelers write a line break in a label as a newline: that one is meant to be seen.
            if any(ord(character) in UNSEEN and character not in "\n\r\t" for character in name):
                yield found(
                    "name-characters",
                    at,
                    "{it}的名称含有不可见字符或改变文字方向的字符",
                    "the name of {it} holds invisible or direction-changing characters",
                    "重新输入名称",
                    "type the name again",
                )
            if len(name) > MAX_NAME:
                yield found(
                    "name-long",
                    at,
                    f"{{it}}的名称超过 {MAX_NAME} 字",
                    f"the name of {{it}} is longer than {MAX_NAME} characters",
                    "缩短名称，把说明写进注释",
                    "shorten it and move the explanation into an annotation",
                )
    for node in bundle.nodes:
        if node.tag == "userTask" and not (node.element.get("name") or "").strip():
            yield found(
                "name-missing",
                node,
                "{it}没有名称，办理人在待办里只能看到编号",
                "{it} has no name; handlers will see its id in their worklist",
                "写上动宾式的名称，如“受理登记”",
                "name it with a verb and its object",
            )
