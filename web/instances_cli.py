"""`flask instances …` and `flask incidents …`: looking after cases from the terminal."""

from __future__ import annotations

import json
from typing import Any

import click
from flask.cli import AppGroup
from rich.table import Table
from rich.text import Text

from web.cli import ACTOR, as_json, out, say, told
from web.present import minute

commands = AppGroup("instances", help="Look after process instances.")
incidents = AppGroup("incidents", help="Look at faults, try again, put aside.")


@commands.command("list")
@click.option("--status", type=click.Choice(["running", "suspended", "completed", "cancelled"]), default=None)
@click.option("--key", default=None, help="Key of a process.")
@click.option("--limit", default=50, show_default=True)
@as_json
@told
def list_instances(status: str | None, key: str | None, limit: int, as_json: bool) -> None:
    """Instances, newest first."""
    from engine import queries

    fields = ("id", "process", "version", "business_key", "status", "outcome", "started", "ended")
    rows = [
        (i.id, i.definition.key, i.definition.version, i.business_key, i.status, i.outcome, i.started, i.ended)
        for i in queries.instances(status=status, key=key, limit=limit)
    ]
    if as_json:
        click.echo(json.dumps([dict(zip(fields, row, strict=True)) for row in rows], ensure_ascii=False, default=str))
        return
    table = Table("id", "process", "order / 工单", "status", "started 北京时间", box=None, pad_edge=False)
    for column in (0, 2, 4):
        table.columns[column].no_wrap = True  # at 80 columns the rest gives way
    for number, process, version, business_key, state, outcome, started, _ended in rows:
        ended = f"{state} {outcome}" if outcome else state
        table.add_row(str(number), f"{process} v{version}", business_key or "", ended, minute(started))
    out.print(table)


@commands.command("start")
@click.argument("process")
@click.option("--variables", default="", metavar="JSON", help="A JSON object, such as '{\"amount\": 300}'.")
@click.option("--business-key", default="", help="A number to find the instance by, such as an order's.")
@click.option("--element", default="", help="Id of the start event to begin with: a timer's need not wait.")
@ACTOR
@as_json
@told
def start(process: str, variables: str, business_key: str, element: str, actor: str, as_json: bool) -> None:
    """Start an instance of the newest active version of PROCESS, by its plain start event or by --element."""
    from web import sending, starting

    answer = starting.start(process, sending.read(variables), business_key, element=element or None, actor=actor)
    if answer["delivered"] or len(answer["started"]) != 1:
        sent(answer, as_json)
        return
    (number,) = answer["started"]
    out.print_json(data={"instance": number}) if as_json else out.print(f"{number}: started / 已启动")


def sent(answer: dict[str, Any], as_json: bool) -> None:
    """Who has taken a message or signal."""
    delivered, started = (", ".join(map(str, answer[name])) or "–" for name in ("delivered", "started"))
    text = f"delivered / 收到：{delivered}; started / 启动：{started}"
    say(answer, as_json, text + ("; kept / 已留存，等到的实例会收到" if answer["kept"] else ""))


@commands.command("fire")
@click.argument("instance_id", type=int)
@click.argument("element")
@click.option("--reason", required=True, help="Why now; it stays in the history.")
@ACTOR
@told
def fire(instance_id: int, element: str, reason: str, actor: str) -> None:
    """Let the timer ELEMENT of an instance fire before it is due; not one that follows a clock of the law."""
    from engine import timers

    timers.fire_now(instance_id, element, actor=actor, reason=reason)
    out.print(f"{instance_id}: {element} fired / 已提前触发")


@commands.command("suspend")
@click.argument("instance_id", type=int)
@click.option("--reason", default="", help="Why.")
@ACTOR
@told
def suspend(instance_id: int, reason: str, actor: str) -> None:
    """Hold an instance."""
    from engine import instances as verbs

    verbs.suspend(instance_id, actor=actor, reason=reason)
    out.print(f"{instance_id}: suspended")


@commands.command("resume")
@click.argument("instance_id", type=int)
@ACTOR
@told
def resume(instance_id: int, actor: str) -> None:
    """Let a suspended instance go on."""
    from engine import instances as verbs

    verbs.resume(instance_id, actor=actor)
    out.print(f"{instance_id}: running")


@commands.command("cancel")
@click.argument("instance_id", type=int)
@click.option("--reason", required=True, help="Why; it stays in the history.")
@ACTOR
@told
def cancel(instance_id: int, reason: str, actor: str) -> None:
    """End an instance for good."""
    from engine import instances as verbs

    verbs.cancel(instance_id, actor=actor, reason=reason)
    out.print(f"{instance_id}: cancelled")


@incidents.command("list")
@click.option("--status", type=click.Choice(["open", "resolved"]), default="open", show_default=True)
@click.option("--limit", default=50, show_default=True)
@as_json
@told
def list_incidents(status: str, limit: int, as_json: bool) -> None:
    """Incidents, newest first."""
    from engine import queries

    fields = ("id", "instance_id", "element", "kind", "status", "message", "opened", "resolved", "resolved_by")
    found = queries.incidents(status, limit=limit)
    if as_json:
        rows = [{name: getattr(incident, name) for name in fields} for incident in found]
        click.echo(json.dumps(rows, ensure_ascii=False, default=str))
        return
    table = Table("id", "instance", "element", "kind", "opened 北京时间", "message", box=None, pad_edge=False)
    for i in found:
        table.add_row(str(i.id), str(i.instance_id or "–"), i.element or "–", i.kind, minute(i.opened), Text(i.message))
    out.print(table)


@incidents.command("retry")
@click.argument("incident_id", type=int)
@ACTOR
@told
def retry(incident_id: int, actor: str) -> None:
    """Do the step that failed once more; when it goes well the incident is resolved."""
    from engine import incidents as verbs

    verbs.retry(incident_id, actor=actor)
    out.print(f"{incident_id}: resolved / 重试成功")


@incidents.command("resolve")
@click.argument("incident_id", type=int)
@click.option("--note", required=True, help="What was done about it; it stays in the history.")
@ACTOR
@told
def resolve(incident_id: int, note: str, actor: str) -> None:
    """Put an incident aside without trying again."""
    from engine import incidents as verbs

    verbs.resolve(incident_id, actor=actor, note=note)
    out.print(f"{incident_id}: resolved / 已处理")
