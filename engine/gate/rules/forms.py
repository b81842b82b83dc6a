"""Forms that exist and can be filled in.

What. The form of a user task is in the bundle (forms/<name>.json) or known already; each form file is a sound form:
valid JSON, known field types, unique keys that can be variables.
Why. The browser and the server judge a submission by the same form; a broken one cannot be opened, and nobody could
complete the task.
Mend. Correct the form's name (banjie:form, without forms/ and .json) or the form file, as the finding says.

表单存在且可填：用户任务的表单须在部署包的 forms/ 下，文件须是正确的表单（字段类型、字段名、选项都有效）。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine import errors
from engine import forms as form_files
from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.finding import found, in_file
from engine.gate.model import shown

_MEND = ("在表单编辑器中改正后重新导出", "correct it in the form editor and export it again")


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about forms and references to them."""
    used: set[str] = set()
    for node in bundle.nodes:
        name = node.extension("form")
        if not name:
            continue
        used.add(name)
        if name not in bundle.forms and name not in bundle.known_forms:
            yield found(
                "form-unknown",
                node,
                f"{{it}}的表单“{shown(name)}”不在部署包内",
                f"the form “{shown(name)}” of {{it}} is not in the bundle",
                "在任务的“表单”下按“新建表单”（会另起名称并自动选上），或选一张已有的；"
                f"已有这张表单的文件时，以 forms/{shown(name)}.json 加入部署包",
                "press “New form” below the “Form” of the task, which names and chooses a new one, or choose one there"
                f" is; where its file is at hand, add it to the bundle as forms/{shown(name)}.json",
            )
    for name, file in bundle.forms.items():
        yield from _file(file, bundle.files[file])
        if name not in used:
            yield in_file(
                "form-unused",
                file,
                "没有任务使用这张表单",
                "no task uses this form",
                "删去文件，或检查任务上的表单名",
                "delete the file, or check the form's name on the task",
            )


def _file(file: str, data: bytes) -> Iterator[Finding]:
    try:
        form_files.load(data)
    except errors.Unavailable as missing:
        yield in_file(
            "form-unchecked", file, f"表单未能检查：{missing.zh}", f"the form could not be checked: {missing}", *_MEND
        )
    except errors.Invalid as problem:
        problems = problem.details.get("problems") or [(problem.zh, str(problem))]
        for zh, en in problems[:20]:  # type: ignore[index]
            yield in_file("form-broken", file, zh, en, *_MEND)
