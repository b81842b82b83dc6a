"""Something to execute.

What. At least one process of the bundle is executable, and every process and sub-process that runs holds something to
run.
Why. A bundle without an executable process deploys and then can never be started.
Mend. Tick "executable" on the process (isExecutable="true"); draw steps into empty processes or delete them.

有可执行的流程：至少一个流程标为可执行（isExecutable="true"），且流程和子流程不能是空的。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.finding import found, in_file


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about what there is to run."""
    processes = [process for diagram in bundle.diagrams for process in diagram.processes]
    if bundle.diagrams and not any(process.executable for process in processes):
        yield in_file(
            "nothing-executable",
            bundle.diagrams[0].file,
            "部署包里没有可执行的流程",
            "no process of the bundle is executable",
            "点画布空白处（或泳池），在属性面板里勾选流程的“可执行”",
            "click the empty canvas (or the pool) and tick “Executable” of the process in the properties panel",
        )
    for process in processes:
        if process.executable and process.element.get("isExecutable") is None and process.scopes[0].nodes:
            yield found(
                "executable-unsaid",
                process,
                "{it}没有写明是否可执行，将按可执行处理",
                "{it} does not say whether it is executable; it is taken to be",
                "点画布空白处（或泳池），勾选“可执行”；只作说明的流程先勾选、再取消",
                "click the empty canvas (or pool) and tick “Executable”; for one that only explains, untick it again",
            )
        if process.executable and process.element.get("processType") == "Public":
            yield found(
                "public-executable",
                process,
                "{it}是公开流程，按 BPMN 不能执行",
                "{it} is a public process, which by BPMN is not executable",
                '不执行的取消勾选“可执行”；要执行的，在 XML 里删去 processType="Public"',
                'untick “Executable” if it is not to run; else drop processType="Public" in the XML',
            )
    for scope in bundle.scopes:
        if not scope.nodes:
            people = scope.node is not None and scope.node.tag == "subProcess" and not scope.node.is_event_sub_process
            yield found(
                "scope-empty",
                scope,
                "{it}是空的，没有可执行的步骤",
                "{it} is empty: there is nothing to run",
                "画上步骤，或删去它" + ("；也可以选“改由人办理”，由所选角色办理" if people else ""),
                "draw its steps, or delete it" + ("; or choose that people of a role do it" if people else ""),
            )
