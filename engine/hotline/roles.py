"""The roles of the hotline, registered for diagrams, and what a viewer is."""

from __future__ import annotations

from dataclasses import dataclass

from engine import registry

ROLES = (
    ("clerk", "接线员", "call taker"),
    ("operator", "平台操作员", "platform operator of a unit"),
    ("handler", "承办人", "handler"),
    ("case_officer", "办案人员", "case officer"),
    ("reviewer", "审核人", "reviewer"),
    ("coordinator", "热线办协调员", "coordinator of the hotline office"),
    ("section", "业务处室", "business section"),
    ("leader", "负责人", "head"),
    ("seal_keeper", "举报人信息保管员", "keeper of informants' identities"),
    ("analyst", "业务分析员", "business analyst"),
    ("auditor", "审计员", "auditor"),
    ("admin", "系统管理员", "system administrator"),
)
for _name, _zh, _en in ROLES:
    registry.role(_name, _zh, _en)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: user name, code of the person's unit, names of the roles, and in whose place they stand today."""

    name: str
    unit: str | None
    roles: frozenset[str]
    stands_for: tuple[Viewer, ...] = ()
