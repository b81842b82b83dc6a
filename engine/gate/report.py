"""What the gate answers: all findings, and whether the bundle may pass."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import Finding
from engine.gate.severities import ERROR


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of one check, errors first within each file."""

    findings: list[Finding]

    @property
    def ok(self) -> bool:
        """Whether the bundle may be deployed: warnings are allowed, errors are not."""
        return not self.errors

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == ERROR]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity != ERROR]

    def text(self, lang: str = "zh") -> str:
        """The report for a terminal, in Chinese (zh) or English (en)."""
        zh = lang == "zh"
        lines: list[str] = []
        file = None
        for finding in self.findings:
            if finding.file != file:
                file = finding.file
                lines.append(file or ("（部署包）" if zh else "(bundle)"))
            mark = ("错误" if zh else "error  ") if finding.severity == ERROR else ("警告" if zh else "warning")
            lines.append(f"  {mark} {finding.zh if zh else finding.en}  [{finding.rule}]")
            if mend := finding.mend_zh if zh else finding.mend_en:
                lines.append(f"       → {mend}")
        lines.append(self._verdict(zh))
        return "\n".join(lines)

    def _verdict(self, zh: bool) -> str:
        errors, warnings = len(self.errors), len(self.warnings)
        if zh:
            verdict = "可以部署" if self.ok else "不能部署"
            return f"{verdict}：{errors} 个错误，{warnings} 个警告"
        verdict = "may be deployed" if self.ok else "cannot be deployed"
        return f"{verdict}: {errors} errors, {warnings} warnings"
