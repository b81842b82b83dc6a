"""The actions of this house, in the order pages offer them. Each starts the process that its message names."""

from __future__ import annotations

from engine.hotline.actions import action, in_progress

action(
    "supervise", "开具督办", "Open a supervision",
    message="supervise.requested", roles={"coordinator", "leader"}, applies=in_progress, process="supervise",
)  # fmt: skip
