"""The one family of errors. A class's docstring is its default message; `.zh` is what a person reads.

Raise the most telling class with the sentence for the person in charge. The web layer holds one table that turns
these classes into status codes; nothing else in the house knows about HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass


class BanjieError(Exception):
    """Something went wrong."""

    zh = "操作未能完成"

    def __init__(self, message: str | None = None, *, zh: str | None = None, **details: object) -> None:
        super().__init__(message or self.__doc__)
        if zh:
            self.zh = zh
        self.details = details


class NotFound(BanjieError):
    """There is no such thing."""

    zh = "找不到所要的内容"


class Forbidden(BanjieError):
    """You may not do this."""

    zh = "您没有这项权限"


class Invalid(BanjieError):
    """The input is not acceptable."""

    zh = "输入有误"


class FormInvalid(Invalid):
    """The form has errors; `errors` maps a field's key to its sentences, `en` to the same in English where known."""

    zh = "表单填写有误，请按提示修改"

    def __init__(
        self,
        errors: dict[str, list[str]],
        message: str | None = None,
        *,
        zh: str | None = None,
        en: dict[str, list[str]] | None = None,
    ) -> None:
        super().__init__(message, zh=zh)
        self.errors, self.en = errors, en or errors


class Wrongs:
    """What is wrong with the fields of an input: gathered one by one, raised together."""

    def __init__(self) -> None:
        self.zh: dict[str, list[str]] = {}
        self.en: dict[str, list[str]] = {}

    def __bool__(self) -> bool:
        return bool(self.zh)

    def wrong(self, name: str, zh: str, en: str) -> None:
        """Say what is wrong with a field."""
        self.zh.setdefault(name, []).append(zh)
        self.en.setdefault(name, []).append(en)

    def done(self) -> None:
        """Raises FormInvalid when something was wrong."""
        if self:
            raise FormInvalid(self.zh, en=self.en)


class Conflict(BanjieError):
    """Somebody else was faster."""

    zh = "他人已先行处理"


class TaskGone(Conflict):
    """The task is no longer open: it was completed or cancelled meanwhile."""

    zh = "该任务已被他人办结或已取消"


class KeyReused(Conflict):
    """This idempotency key was used before with another content."""

    zh = "同一请求编号曾用于不同内容"


class NotRunning(Conflict):
    """The instance is suspended or has ended."""

    zh = "该流程已挂起或已结束"


class CalendarYearMissing(BanjieError):
    """The working-day calendar of a year has not been published yet."""

    zh = "该年度的工作日历尚未发布"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the gate has to say about a file: where, what, and how to mend it, for an analyst to read."""

    rule: str
    severity: str  # "error" refuses the deployment, "warning" does not
    file: str
    element: str | None
    zh: str
    en: str
    mend_zh: str = ""
    mend_en: str = ""


class DiagramRefused(BanjieError):
    """The diagram cannot be deployed; `findings` say why and how to mend it."""

    zh = "流程图未通过检查，未部署"

    def __init__(self, findings: list[Finding], message: str | None = None) -> None:
        super().__init__(message or "; ".join(f"{f.file} {f.element or ''}: {f.en}" for f in findings[:5]))
        self.findings = findings


class DiagramFault(BanjieError):
    """A running diagram met something it cannot go on from; the instance stays as it was, an incident is opened."""

    zh = "流程运行出错，已登记异常"

    def __init__(self, element: str | None, message: str, *, zh: str | None = None) -> None:
        super().__init__(message, zh=zh)
        self.element = element

    def call(self, ident: str, name: str) -> None:
        """Speak of the element “ident” by its name."""
        self.args = (str(self).replace(f"“{ident}”", f"“{name}”"),)
        self.zh = self.zh.replace(f"“{ident}”", f"“{name}”")


class Stale(BanjieError):
    """Another process has moved the instance on; reload and try again. Never leaves the store."""


class Unavailable(BanjieError):
    """The database does not answer."""

    zh = "系统暂时不可用，请稍后再试；您填写的内容未丢失"


class Doubtful(Unavailable):
    """The database went away while it committed: the command may have taken effect."""

    zh = "数据库在保存时中断，操作可能已经生效；请先刷新查看，再决定是否重做"
