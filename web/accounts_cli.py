"""`flask users …` and `flask units …`: accounts, API tokens and the units people belong to, from the terminal."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup, ScriptInfo

from engine import registry
from engine.hotline import roles as _hotline_roles  # noqa: F401  (registers the roles that --help lists)
from web.cli import as_json, say, told

commands = AppGroup("users", help="Accounts and API tokens.")
units = AppGroup("units", help="The units of the organisation.")
duty = AppGroup("duty", help="The duty roster.")


def _known_roles(_context: click.Context, _option: click.Parameter, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Refused before a password is asked for."""
    if unknown := [name for name in wanted if name not in registry.ROLES]:
        raise click.BadParameter(
            f"没有这样的角色：{'、'.join(unknown)} / no such role; known: {', '.join(sorted(registry.ROLES))}"
        )
    return wanted


def _known_unit(context: click.Context, _option: click.Parameter, wanted: str | None) -> str | None:
    from engine.hotline import organisation

    if not wanted:
        return None
    # Not `with_appcontext`: click never leaves the context of a command whose parameters it refuses.
    with context.ensure_object(ScriptInfo).load_app().app_context():
        known = {unit.code for unit in organisation.units()}
    if wanted not in known:
        where = ", ".join(sorted(known)) or "none yet; flask units load enters them"
        raise click.BadParameter(f"没有这个单位：{wanted} / no such unit; known: {where}")
    return wanted


@commands.command("create", epilog="Roles: " + ", ".join(f"{r.name} {r.zh}" for r in registry.ROLES.values()))
@click.argument("username")
@click.option("--name", "display_name", default="", help="Name shown to others.")
@click.option("--unit", default=None, is_eager=True, callback=_known_unit, help="Code of the unit, such as HO, 310115.")
@click.option(
    "--role", "roles", multiple=True, is_eager=True, callback=_known_roles, help="One of the roles below; repeatable."
)
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@as_json
@told
def create_user(
    username: str, password: str, display_name: str, unit: str | None, roles: tuple[str, ...], as_json: bool
) -> None:
    """Create an account, or bring an existing one to these values."""
    from web import accounts

    accounts.create(username, password, display_name=display_name, unit=unit, roles=roles)
    say({"username": username, "unit": unit, "roles": list(roles)}, as_json, f"{username}: {', '.join(roles) or '–'}")


@commands.command("token")
@click.argument("username")
@click.option("--name", default="api", show_default=True, help="What the token is for.")
@as_json
@told
def issue_token(username: str, name: str, as_json: bool) -> None:
    """Issue an API token for a user; it is shown only now."""
    from web import accounts

    token = accounts.issue_token(username, name)
    say({"username": username, "token": token}, as_json, token)


@units.command("list")
@as_json
@told
def list_units(as_json: bool) -> None:
    """Codes and names of the units."""
    from engine.hotline import organisation

    found = {unit.code: unit.name for unit in organisation.units()}
    say(found, as_json, "\n".join(f"{code:<10} {name}" for code, name in found.items()) or "no units / 还没有单位")


@units.command("load")
@as_json
@told
def load_units(as_json: bool) -> None:
    """Enter the units of the bureau that are missing. Again changes nothing."""
    from engine.hotline import organisation

    new = organisation.seed()
    say({"new": new}, as_json, f"new {new} / 新增单位 {new}")


@units.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@told
def export_units(file: Path | None) -> None:
    """Write all units as CSV to FILE, or to the terminal."""
    from engine.hotline import unit_files

    text = unit_files.export()
    if file is None:
        click.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8")


@units.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
@told
def import_units(file: Path, as_json: bool) -> None:
    """Enter or change the units of a CSV file, as `export` writes it; one bad line refuses all."""
    from engine.hotline import unit_files

    changed = unit_files.load(file.read_bytes())
    say({"changed": changed}, as_json, f"new or changed {changed} / 新增或修改 {changed}")


@duty.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
@told
def import_duty(file: Path, as_json: bool) -> None:
    """Enter the shifts of a CSV file (unit, account, begins, ends, topic, rank). Again changes nothing."""
    from engine.hotline import duty as roster
    from web import accounts

    people = frozenset(user.username for user in accounts.colleagues(None))
    changed = roster.enter(roster.read(file.read_bytes()), people=people, actor="import")
    say({"changed": changed}, as_json, f"new or changed {changed} / 新排或修改 {changed}")
