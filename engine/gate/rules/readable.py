"""Files that can be read.

What. A bundle holds at least one diagram (.bpmn); its decision tables end in .dmn, its forms stand under forms/ and
end in .json. Diagrams and tables are plain XML in UTF-8 or UTF-16, at most 1 MB and 5,000 elements, without DOCTYPE
and entities.
Why. A diagram comes from outside; DOCTYPE, entities and huge files serve attacks and no analyst. What cannot be read
whole cannot be judged.
Mend. Export the file again from the modeler, as UTF-8, and delete what it did not write itself.

可读的文件：部署包至少有一张流程图；文件须是完整的 XML（UTF-8 或 UTF-16，不超过 1 MB），不含 DOCTYPE 和实体。用建模工
具重新导出即可。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.errors import Finding
from engine.gate import bundle as bundles
from engine.gate.bundle import Bundle
from engine.gate.finding import in_file
from engine.gate.model import shown

_PATH = re.compile(r"[\w][\w.\- ()]*(/[\w][\w.\- ()]*)*")


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about files as files."""
    for file in sorted(bundle.files):
        yield from _name(file)
    for file, refusal in bundle.unreadable.items():
        mend = refusal.details.get("mend", ("", ""))
        yield in_file("file-unreadable", file, refusal.zh, str(refusal), *mend)  # type: ignore[misc]
    for file, root in bundle.not_bpmn.items():
        yield in_file(
            "not-bpmn",
            file,
            f"这不是 BPMN 2.0 流程图：根元素是 {shown(str(root.tag), 80)}",
            f"this is no BPMN 2.0 diagram: its root is {shown(str(root.tag), 80)}",
            "从建模工具导出 BPMN 2.0 XML",
            "export BPMN 2.0 XML from the modeler",
        )
    for file in bundle.decorated:
        yield in_file(
            "instructions-dropped",
            file,
            "文件含有处理指令（如样式表），它们会被去掉",
            "the file holds processing instructions (such as a style sheet); they are dropped",
            "删去 <?xml-stylesheet …?> 之类的行",
            "delete lines such as <?xml-stylesheet …?>",
        )
    if not any(bundles.kind(file) == bundles.DIAGRAM for file in bundle.files):
        yield in_file(
            "bundle-empty",
            "",
            "部署包里没有流程图",
            "the bundle holds no diagram",
            "加入至少一个 .bpmn 文件",
            "add at least one .bpmn file",
        )


def _name(file: str) -> Iterator[Finding]:
    if len(file) > 200 or not _PATH.fullmatch(file) or ".." in file:
        yield in_file(
            "file-name",
            shown(file, 80),
            f"文件名“{shown(file, 80)}”不能使用",
            f"the file name “{shown(file, 80)}” cannot be used",
            "文件名只用文字、数字、_ - . 和空格，不写 ..，不以 / 开头",
            "use letters, digits, _ - . and spaces, no .. and no leading /",
        )
    elif bundles.kind(file) == bundles.UNKNOWN:
        yield in_file(
            "file-unknown",
            file,
            "不认识这种文件，它不会被使用",
            "this kind of file is not known and will not be used",
            "流程图用 .bpmn，决策表用 .dmn，表单放在 forms/ 下并用 .json",
            "diagrams end in .bpmn, decisions in .dmn; forms stand under forms/ and end in .json",
        )
