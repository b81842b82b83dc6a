"""The terminal is one more client of the door. Every command that reports has `--json` for machines."""

from __future__ import annotations

import getpass
import json
import threading
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine.errors import BanjieError, DiagramRefused, Finding, FormInvalid
from web import language_cli

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)
as_json = click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
ACTOR = click.option("--actor", default=lambda: f"cli:{getpass.getuser()}", help="Name that the events will bear.")


def told(command: Callable[..., Any]) -> Callable[..., Any]:
    """Errors of the house end a command with their sentence and status 1, without a traceback."""

    @with_appcontext
    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except DiagramRefused as error:
            _show_findings(error.findings)
            raise click.ClickException(
                f"{error.zh} / the bundle does not pass the check, nothing is deployed"
            ) from None
        except FormInvalid as error:
            raise click.ClickException("; ".join(_both(error))) from None
        except BanjieError as error:
            raise click.ClickException(f"{error.zh} ({error})") from None

    return run


def _both(error: FormInvalid) -> list[str]:
    """What is wrong by field, in both languages where they are known."""
    lines = []
    for key, said in error.errors.items():
        english = error.en.get(key, said)
        lines.append(f"{key}: {', '.join(said)}" + (f" / {', '.join(english)}" if english != said else ""))
    return lines


def say(report: dict[str, Any], as_json: bool, text: str) -> None:
    """One report, for a machine or for a person."""
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, default=str))
    else:
        out.print(text)


@click.command("deploy")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--note", default="", help="What changed, and why.")
@ACTOR
@as_json
@told
def deploy(paths: tuple[Path, ...], note: str, actor: str, as_json: bool) -> None:
    """Deploy the bundles at PATHS (folders with diagrams; a folder of folders deploys each)."""
    from engine import definitions

    report = []
    for path in paths:
        for name, files in _bundles(path):
            deployed = definitions.deploy(files, author=actor, note=note)
            report.append(
                {
                    "bundle": name,
                    "deployment": deployed.deployment_id,
                    "new": deployed.new,
                    "unchanged": deployed.unchanged,
                }
            )
            if not as_json:
                new = ", ".join(f"{key} v{version}" for key, version in deployed.new)
                out.print(f"{name}: {new or 'unchanged / 内容未变'}")
                _show_findings(deployed.findings)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))


@click.command("lint")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run/--no-dry-run", default=True, help="Play a bundle that passes once, in a child process.")
@as_json
@told
def lint(paths: tuple[Path, ...], dry_run: bool, as_json: bool) -> None:
    """Check the bundles at PATHS as a deployment would; status 1 when one would be refused.

    A path may be a folder, a folder of folders, or one .bpmn (with the .dmn files beside it) or .dmn file. A called
    process that is not deployed is looked for at PATHS and in the folders beside them.
    """
    from engine import definitions, neighbours

    findings: list[Finding] = []
    ok = True
    for path in paths:
        for name, files in _bundles(path):
            home = path / name if (path / name).is_dir() else path
            beside = neighbours.beside(home.resolve(), _forms(), paths)
            checked = definitions.check(files, beside, neighbours.diagrams(home.resolve(), paths))
            whole = definitions.whole(files, beside) if checked.ok else files
            broken = definitions.try_out(whole) if dry_run and checked.ok else []
            alone = path.suffix == ".dmn"  # nobody deploys a lone table, but anybody may have it looked at
            told = [f for f in checked.findings if not (alone and f.rule == "bundle-empty")]
            findings += [*told, *broken]
            ok = ok and not broken and all(finding.severity != "error" for finding in told)
    if as_json:
        click.echo(json.dumps({"ok": ok, "findings": [_finding(f) for f in findings]}, ensure_ascii=False))
    else:
        _show_findings(findings)
        if any(finding.rule == "call-unknown" for finding in findings):
            out.print("被调用的流程不在这里：把它的文件夹放在旁边，或一并写在命令里，或先部署它")
            out.print("a called process is not here: put its folder beside, name it in the command, or deploy it first")
        out.print("OK / 通过" if ok else "refused / 未通过")
    raise SystemExit(0 if ok else 1)


def _bundles(path: Path) -> Iterator[tuple[str, dict[str, bytes]]]:
    """The bundles at a path, by name; a single file is a bundle of one, its forms are looked for beside it as well."""
    from engine import definitions

    if path.is_dir():
        for folder in definitions.bundles(path):
            yield folder.name, definitions.read_bundle(folder, _forms())
        return
    if path.suffix not in (".bpmn", ".dmn"):
        raise click.BadParameter(f"{path} 不是文件夹、.bpmn 或 .dmn / neither a folder nor a .bpmn or .dmn file")
    tables = sorted(path.parent.glob("*.dmn")) if path.suffix == ".bpmn" else []
    files = {file.name: file.read_bytes() for file in dict.fromkeys((path, *tables))}
    for form in sorted(definitions.named_forms(files)):
        for forms in (path.parent / "forms", path.parent, _forms()):
            file = (forms / f"{form}.json").resolve()
            if file.is_relative_to(forms.resolve()) and file.is_file():
                files.setdefault(f"{definitions.FORMS}{form}.json", file.read_bytes())
    yield path.name, files


@click.command("worker")
@click.option("--seconds", type=float, default=None, help="Pause between two looks (default: setting worker_tick).")
def worker(seconds: float | None) -> None:
    """Fire due timers and do due jobs until stopped."""
    from engine import scheduler
    from web import logs, metrics

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    logs.configure(app.config["SETTINGS"].log_level)
    metrics.serve_as("worker")
    stop = threading.Event()
    _on_signals(stop)
    err.print("worker: running, Ctrl+C stops it")
    scheduler.run(app, seconds or app.config["SETTINGS"].worker_tick, stop)


def _on_signals(stop: threading.Event) -> None:
    import signal

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())


orders = AppGroup("orders", help="Take orders in.")


@orders.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default="12345", show_default=True, help="Code of the source of rows that name none.")
@ACTOR
@as_json
@told
def import_orders(file: Path, source: str, actor: str, as_json: bool) -> None:
    """Register every row of FILE (CSV or XLSX) and start its flow. The same file again changes nothing."""
    from engine.hotline import orders as hotline

    with _progress(disable=as_json) as progress:
        task = progress.add_task(file.name, total=None)

        def moved(done: int, total: int | None = None) -> None:
            progress.update(task, completed=done, total=total)

        report = hotline.import_file(file, source=source, actor=actor, progress=moved)
    bad = [{"line": b.line, "column": b.column, "reason": b.reason} for b in report.bad]
    if not as_json:
        for line in bad:
            said = f"line {line['line']}, {line['column'] or '–'}: {line['reason']}"
            err.print(said, style="yellow", markup=False)
        if report.ignored:
            names = "、".join(report.ignored)
            err.print(f"columns ignored / 未识别的列（未导入）：{names}", style="yellow", markup=False)
        for warning in report.warnings:
            err.print(warning, style="yellow", markup=False)
    counts = (report.new, report.known, report.started, report.bad_lines)
    text = "new {}, known {}, cases begun {}, bad {} / 新登记 {}，已有 {}，已启动流程 {}，有误 {}".format(
        *counts, *counts
    )
    counted = {"new": report.new, "known": report.known, "started": report.started}
    say(counted | {"bad": bad, "ignored": report.ignored, "warnings": report.warnings}, as_json, text)


@click.command("verify")
@click.option("--instance", "instance_id", type=int, default=None, help="Only this instance.")
@as_json
@told
def verify(instance_id: int | None, as_json: bool) -> None:
    """Walk the event chains; status 1 when one is broken."""
    from engine import history

    breaks = history.verify(instance_id)
    report = {"ok": not breaks, "breaks": [{"instance": b.instance_id, "seq": b.seq, "why": b.why} for b in breaks]}
    lines = "\n".join(f"instance {b.instance_id}, event {b.seq}: {b.why}" for b in breaks)
    say(report, as_json, lines or "all chains are whole / 审计链完整")
    raise SystemExit(1 if breaks else 0)


@click.command("demo")
@told
def demo() -> None:
    """Prepare the demo: database, shipped bundles, organisation, accounts, sample orders. Again changes nothing."""
    from web import demo as demonstration

    demonstration.prepare(current_app._get_current_object())  # type: ignore[attr-defined]


def _forms() -> Path:
    path: Path = current_app.config["SETTINGS"].forms_path
    return path


def _progress(*, disable: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, disable=disable)


def _finding(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in Finding.__slots__}


def _show_findings(findings: list[Finding]) -> None:
    for f in findings:
        colour = "red" if f.severity == "error" else "yellow"
        out.print(f"[{colour}]{f.severity}[/] {f.file} {f.element or ''} ({f.rule})\n  {f.zh}\n  {f.en}")
        if f.mend_zh:
            out.print(f"  → {f.mend_zh} / {f.mend_en}")


def init_app(app: Flask) -> None:
    from web import (
        accounts_cli,
        backup_cli,
        bulletins_cli,
        calendar_cli,
        clocks_cli,
        instances_cli,
        letters_cli,
        lines_cli,
        masses_cli,
        messages_cli,
        scenarios_cli,
    )

    groups = (  # they use the helpers above
        accounts_cli.commands,
        accounts_cli.units,
        accounts_cli.duty,
        *backup_cli.commands,
        instances_cli.commands,
        instances_cli.incidents,
        calendar_cli.commands,
        clocks_cli.commands,
        bulletins_cli.bulletin,
        letters_cli.commands,
        lines_cli.commands,
        masses_cli.commands,
        messages_cli.commands,
        scenarios_cli.commands,
    )
    for command in (deploy, lint, worker, orders, verify, demo, *groups):
        app.cli.add_command(command)
    language_cli.init_app(app)
