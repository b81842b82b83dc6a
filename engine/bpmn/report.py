"""Collects what is wrong with the diagrams of a bundle, so that an analyst sees every problem at once."""

from __future__ import annotations

from lxml import etree

from engine import errors

from .scripts import Formula, Languages, UnknownLanguage


class Report:
    """The findings of one bundle. `file` is the diagram being read."""

    def __init__(self, languages: Languages) -> None:
        self.languages = languages
        self.file = ""
        self.default_language: str | None = None
        self.findings: list[errors.Finding] = []

    def refuse(self, element: str | None, rule: str, zh: str, en: str, mend_zh: str = "", mend_en: str = "") -> None:
        """Note an error; reading goes on."""
        finding = errors.Finding(rule, "error", self.file, element, zh, en, mend_zh, mend_en)
        if finding not in self.findings:
            self.findings.append(finding)

    def close(self) -> None:
        """Raise errors.DiagramRefused if anything was noted."""
        if self.findings:
            raise errors.DiagramRefused(self.findings)

    def formula(
        self, text: str, element: str | None, language: str | None = None, script: bool = False
    ) -> Formula | None:
        """Compile an expression of the diagram; None, with a finding, when it cannot be."""
        name = language or self.default_language
        try:
            return self.languages.compile(text, name, script)
        except UnknownLanguage as unknown:
            self.refuse(
                element,
                "language",
                f"“{element}”使用了语言“{unknown}”，本系统只执行 FEEL 和 Python",
                f"{element} is written in {unknown}; only FEEL and Python run here",
                "改写为 FEEL，并去掉 scriptFormat 或 expressionLanguage",
                "rewrite it in FEEL and drop scriptFormat or expressionLanguage",
            )
        except Exception as problem:  # a language's own syntax error: any class, told by its sentences
            self.refuse(
                element,
                "expression",
                f"“{element}”的表达式有误：{text[:80]} — {getattr(problem, 'zh', problem)}",
                f"the expression of {element} is wrong: {text[:80]} — {getattr(problem, 'en', problem)}",
                "按提示改正表达式",
                "correct the expression as the message says",
            )
        return None


def text_of(element: etree._Element | None) -> str:
    """The text of an XML element, stripped; empty when there is none."""
    return "".join(element.itertext()).strip() if element is not None else ""
