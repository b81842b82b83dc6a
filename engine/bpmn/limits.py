"""How far one step of a diagram may go. The figures are far above any real case and far below what hurts a server."""

from __future__ import annotations

from engine import errors

MAX_STEPS = 50_000  # automatic elements run between two standstills
MAX_TOKENS = 2_000  # tokens alive at once, in the instance and all its sub-processes
MAX_DEPTH = 100  # sub-processes and call activities within each other
MAX_STATE = 1_000_000  # bytes of one stored instance, before compression
MAX_PRIORITY = 1_000_000  # of a task, either way from 0: lists sort by it


class TooMuch(errors.DiagramFault):
    """A diagram has gone beyond one of these limits."""


def too_many_steps(element: str | None) -> TooMuch:
    return TooMuch(
        element,
        f"the diagram has run {MAX_STEPS} automatic elements without coming to rest; it loops at “{element}”",
        zh=f"流程连续自动执行超过 {MAX_STEPS} 步仍未停下，疑似在“{element}”处循环",
    )


def too_many_tokens(element: str | None) -> TooMuch:
    return TooMuch(
        element,
        f"“{element}” would bring the instance to more than {MAX_TOKENS} tokens at once",
        zh=f"“{element}”使流程同时进行的分支超过 {MAX_TOKENS} 条",
    )


def too_deep(element: str | None) -> TooMuch:
    return TooMuch(
        element,
        f"“{element}” is called more than {MAX_DEPTH} levels deep",
        zh=f"“{element}”的嵌套调用超过 {MAX_DEPTH} 层",
    )


def too_large(element: str | None, size: int) -> TooMuch:
    return TooMuch(
        element,
        f"the instance's state has {size} bytes, more than the {MAX_STATE} allowed; keep large data elsewhere",
        zh=f"流程数据有 {size} 字节，超过上限 {MAX_STATE} 字节；请把大块内容存放在流程变量之外",
    )
