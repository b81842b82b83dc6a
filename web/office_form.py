"""What the forms of the office's lists share: the hotline judges, the errors come back to their fields."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field

from engine.errors import FormInvalid
from engine.hotline import sheets
from web.errors import field_errors
from web.permissions import viewer


class OfficeForm(FlaskForm):
    """Arranges fields; it checks nothing itself but what the browser could not send as a date."""

    def typed(self) -> dict[str, Any]:
        """What was filled in."""
        return {name: value for name, value in self.data.items() if name != "csrf_token" and value not in (None, "")}

    def blame(self, error: FormInvalid, last: Field) -> None:
        """Put the hotline's errors at their fields; what has no field goes to the last one."""
        for name, sentences in field_errors(error).items():
            field = self._fields.get(name, last)
            field.errors = [*field.errors, *sentences]


def unit_choices() -> list[tuple[str, str]]:
    """The units whose lists the person of this request keeps."""
    return [("", "–"), *((unit.code, unit.short) for unit in sheets.units(viewer()))]
