"""The gate: what a bundle of diagrams, decisions and forms must fulfil before it is deployed.

    report = gate.check(files, functions=FUNCTIONS, connectors=CONNECTORS, roles=ROLES)
    report.ok, report.findings, report.text("zh")

Pure: no database, no clock, nothing is run. It reports and never raises, whatever the files hold.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping
from typing import Any

from engine.errors import Finding
from engine.gate import bundle as bundles
from engine.gate.bundle import Bundle
from engine.gate.finding import in_file
from engine.gate.report import Report
from engine.gate.rules import LAST, RULES
from engine.gate.rules.triggers import NO_CONDITIONAL_START
from engine.gate.severities import ERROR

__all__ = ["MAX_FINDINGS", "NO_CONDITIONAL_START", "Finding", "Report", "check"]

MAX_FINDINGS = 200  # more help nobody; a hostile file could make millions


def check(
    files: Mapping[str, bytes],
    *,
    functions: Container[str] | Mapping[str, Any],
    connectors: Container[str],
    roles: Container[str],
    forms: Mapping[str, dict[str, Any]] | None = None,
    messages: Mapping[str, Collection[str]] | None = None,
) -> Report:
    """Judge a bundle: `files` maps paths to bytes ("complaint.bpmn", "routing.dmn", "forms/complaint/decide.json").

    `functions`, `connectors` and `roles` are what diagrams may name, `forms` schemas known besides those of the bundle,
    `messages` what messages and signals carry that others send, by name. Never raises.
    """
    findings: list[Finding] = []
    for finding in _all(files, functions, connectors, roles, forms, messages):
        if finding not in findings:
            findings.append(finding)
        if len(findings) >= MAX_FINDINGS:
            findings.append(_too_many())
            break
    order = {file: number for number, file in enumerate(dict.fromkeys(finding.file for finding in findings))}
    return Report(sorted(findings, key=lambda finding: (order[finding.file], finding.severity != ERROR)))


def _all(files: Mapping[str, bytes], *names: Any) -> Iterator[Finding]:
    try:
        bundle = bundles.read(files, *names)
    except Exception as problem:
        yield _fault("read", problem)
        return
    refused = False
    for rule in RULES:
        for finding in _guarded(rule, bundle):
            refused = refused or finding.severity == ERROR
            yield finding
    if not refused:
        yield from _guarded(LAST, bundle)


def _guarded(rule: Any, bundle: Bundle) -> Iterator[Finding]:
    """A rule's findings; a rule that fails is itself a finding, and the bundle does not pass."""
    try:
        yield from rule.check(bundle)
    except Exception as problem:
        yield _fault(rule.__name__.rpartition(".")[2], problem)


def _fault(rule: str, problem: Exception) -> Finding:
    what = f"{type(problem).__name__}: {problem}"[:200]
    return in_file(
        "gate-fault",
        "",
        f"检查规则 {rule} 未能完成：{what}",
        f"the rule {rule} could not be applied: {what}",
        "请把文件交给开发人员查看",
        "hand the files to the developers",
    )


def _too_many() -> Finding:
    return in_file(
        "findings-many",
        "",
        f"发现的问题超过 {MAX_FINDINGS} 个，其余不再列出",
        f"there are more than {MAX_FINDINGS} findings; the rest is not listed",
        "先改正已列出的问题，再检查一次",
        "mend the listed ones first, then check again",
    )
