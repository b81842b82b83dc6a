"""The command screen: one page for who leads and who is on duty; it brings itself up to date."""

from __future__ import annotations

from flask import Blueprint, render_template

from engine.hotline import command
from engine.hotline.incidents_mass import levels
from web import accounts
from web.permissions import Permission, requires
from web.present import is_fragment

pages = Blueprint("command", __name__)


@pages.get("/command")
@requires(Permission.COMMAND)
def index() -> str:
    """The page, or the piece that htmx asks for every half minute."""
    screen = command.screen()
    return render_template(
        "command/_screen.html" if is_fragment() else "command/index.html", screen=screen,
        people=accounts.names(screen.duty), mass_levels=[level.name for level in levels.rules().levels],
        top=max([number for _day, number in screen.became_late] + [1]),
    )  # fmt: skip
