"""The rows of the matrix: one element each, with as little around it as shows what it does.

A row is the ways of a scope (what is between its start and its end events) and its event sub-processes. What throws
waits at a task first, so that a step never holds two throws whose order the standard leaves open.
"""

from __future__ import annotations

from typing import Any

from ..oracle import blocks as b

Row = tuple[tuple[b.Way, ...], tuple[b.Handler, ...]]
NONE = b.End("r_end")
ROWS: dict[str, Row] = {}


def user(id: str = "r_a") -> b.Task:
    return b.Task(id)


def sequence(*blocks: Any) -> b.Sequence:
    return b.Sequence(blocks)


def row(name: str, block: Any, end: b.End = NONE, *handlers: b.Handler, others: tuple[b.Way, ...] = ()) -> None:
    assert name not in ROWS
    ROWS[name] = ((b.Way(block, end), *others), handlers)


def sub(id: str, block: Any, end: str = "none", cue: str = "", tag: str = "subProcess", **said: Any) -> b.Activity:
    """A sub-process or call of one way."""
    return b.Activity(id, b.Scope(id, (b.Way(block, b.End(id + "end", end, cue)),)), tag, **said)


def undoable(id: str) -> b.Activity:
    return b.Activity(id, b.Task(id), undo=True)


def told(name: str, kind: str, listener: Any) -> None:
    """One branch listens, the other makes a condition true or throws a signal; both wait afterwards."""
    tell: tuple[Any, ...] = (b.Task("r_tell", sets="r_flag"), user("r_told"))
    if kind == "signal":
        tell = (user("r_tell"), b.Throw("r_alarm", "signal", "r_flag"), user("r_told"))
    reset = b.Task("r_reset", "script", resets="r_flag")
    both = b.Split("r_both", "parallel", (sequence(*tell), sequence(listener, user("r_heard"))), (0, 1))
    row(name, sequence(reset, both))


def listening(kind: str, interrupting: bool) -> b.Activity:
    return b.Activity("r_a", user(), boundaries=(b.Boundary("r_b", kind, interrupting, user("r_h"), "r_flag"),))


# Tasks
for kind in ("user", "manual", "plain", "script", "service", "rule", "send", "receive"):
    row(f"{kind} task", b.Task("r_a", kind))

# Gateways
ABC = (user("r_a"), user("r_b"), user("r_c"))
row("exclusive gateway", b.Split("r_g", "exclusive", ABC, (1,)))
row("exclusive gateway, default", b.Split("r_g", "exclusive", ABC, (2,)))
row("parallel gateway", b.Split("r_g", "parallel", ABC, (0, 1, 2)))
row("inclusive gateway, all but default", b.Split("r_g", "inclusive", ABC, (0, 1)))
row("inclusive gateway, one", b.Split("r_g", "inclusive", ABC, (1,)))
row("inclusive gateway, default", b.Split("r_g", "inclusive", ABC, (2,)))
row("complex gateway, all", b.Split("r_g", "complex", ABC, (0, 1, 2), 3))
row("complex gateway, two of three", sub("r_u", b.Split("r_g", "complex", ABC, (0, 1, 2), 2)))
EVENTS = (
    b.Catch("r_m", "message"),
    b.Catch("r_t", "timer"),
    b.Catch("r_s", "signal", "r_sig"),
    b.Task("r_r", "receive"),
)
row("event gateway", b.Race("r_g", EVENTS, (*ABC, user("r_d"))))
row("event gateway, two timers", b.Race("r_g", (b.Catch("r_t", "timer"), b.Catch("r_t2", "date")), ABC[:2]))

# Catch events
for kind in ("message", "timer", "date", "cycle"):
    row(f"catch {kind}", b.Catch("r_e", kind))
row("catch signal", b.Catch("r_e", "signal", "r_sig"))
told("catch condition", "condition", b.Catch("r_e", "condition", "r_flag"))
told("catch signal of a neighbour", "signal", b.Catch("r_e", "signal", "r_flag"))

# Throw and end events
for kind in ("none", "message", "link"):
    row(f"throw {kind}", sequence(user(), b.Throw("r_t", kind), user("r_b")))
row("throw escalation", sequence(user(), b.Throw("r_t", "escalation", "X"), user("r_b")))
row("throw compensation", sequence(undoable("r_a"), undoable("r_b"), user("r_c"), b.Throw("r_t", "compensate")))
row(
    "throw compensation of one",
    sequence(undoable("r_a"), undoable("r_b"), user("r_c"), b.Throw("r_t", "compensate", target="r_a")),
)
for kind in ("none", "message"):
    row(f"end {kind}", user(), b.End("r_end", kind))
row("end signal", user(), b.End("r_end", "signal", "r_sig"))
row("end escalation", user(), b.End("r_end", "escalation", "X"))
row("end compensation", sequence(undoable("r_a"), user("r_b")), b.End("r_end", "compensate"))
BESIDE = (b.Way(sequence(user("r_x"), user("r_y")), b.End("r_xend")),)
row("end terminate", user(), b.End("r_end", "terminate"), others=BESIDE)
row("end error", user(), b.End("r_end", "error", "E1"), others=BESIDE)
for kind, code in (("error", "E1"), ("escalation", "X")):
    for name, wanted in (("same code", code), ("any code", ""), ("other code", "E2" if code == "E1" else "X2")):
        catching = b.Boundary("r_b", kind, True, user("r_h"), wanted)
        row(f"end {kind}, boundary of {name}", sub("r_u", user(), kind, code, boundaries=(catching,)))
CANCEL = (b.Boundary("r_b", "cancel", True, user("r_h")),)
row("transaction", sub("r_u", sequence(undoable("r_a"), user("r_c")), tag="transaction", boundaries=CANCEL))
row("end cancel", sub("r_u", sequence(undoable("r_a"), user("r_c")), "cancel", tag="transaction", boundaries=CANCEL))
NESTED = sub("r_v", sequence(undoable("r_a"), user("r_c")), "cancel", tag="transaction")
row("end cancel in a nested transaction", sub("r_u", NESTED, tag="transaction", boundaries=CANCEL))

# Boundary events
for interrupting in (True, False):
    how = "interrupting" if interrupting else "beside"
    for kind in ("message", "timer", "date", "cycle", "signal"):
        cue = "r_sig" if kind == "signal" else ""
        bound = b.Boundary("r_b", kind, interrupting, user("r_h"), cue)
        row(f"boundary {kind}, {how}", b.Activity("r_a", user(), boundaries=(bound,)))
    for kind in ("condition", "signal"):
        told(f"boundary {kind} of a neighbour, {how}", kind, listening(kind, interrupting))
inner = sequence(user(), b.Throw("r_t", "escalation", "X"), user("r_b"))
row("boundary escalation, beside", sub("r_u", inner, boundaries=(b.Boundary("r_e", "escalation", False, user("r_h")),)))
row(
    "boundary escalation, interrupting",
    sub("r_u", inner, boundaries=(b.Boundary("r_e", "escalation", True, user("r_h")),)),
)

# Event sub-processes
for interrupting in (True, False):
    how = "interrupting" if interrupting else "beside"
    for kind in ("message", "timer", "date", "cycle", "signal"):
        cue = "r_sig" if kind == "signal" else ""
        handler = b.Handler("r_es", kind, interrupting, b.Way(user("r_h"), b.End("r_hend")), cue)
        row(f"event sub-process {kind}, {how}", user(), NONE, handler)
    for kind in ("condition", "signal"):
        tell = (b.Task("r_tell", sets="r_flag"), user("r_told"))
        if kind == "signal":
            tell = (user("r_tell"), b.Throw("r_alarm", "signal", "r_flag"), user("r_told"))  # type: ignore[assignment]
        handler = b.Handler("r_es", kind, interrupting, b.Way(user("r_h"), b.End("r_hend")), "r_flag")
        scope = b.Scope("r_u", (b.Way(sequence(*tell), b.End("r_uend")),), (handler,))
        reset = b.Task("r_reset", "script", resets="r_flag")
        row(f"event sub-process {kind} of its scope, {how}", sequence(reset, b.Activity("r_u", scope)))
    handler = b.Handler("r_es", "escalation", interrupting, b.Way(user("r_h"), b.End("r_hend")), "X")
    row(f"event sub-process escalation, {how}", inner, NONE, handler)
handler = b.Handler("r_es", "error", True, b.Way(user("r_h"), b.End("r_hend")), "E1")
row("event sub-process error", user(), b.End("r_end", "error", "E1"), handler, others=BESIDE)
outer = b.Boundary("r_b", "error", True, user("r_o"), "E1")
scope = b.Scope("r_u", (b.Way(user(), b.End("r_uend", "error", "E1")),), (handler,))
row("error, event sub-process before boundary", b.Activity("r_u", scope, boundaries=(outer,)))

# Activities with something inside
row("sub-process", sub("r_u", user()))
row("sub-process without steps that wait", sub("r_u", b.Task("r_a", "script")))
row("call activity", sub("r_u", user(), tag="callActivity"))
failing = sub("r_v", user(), "error", "E1", tag="callActivity")
row("error of a callee's callee", sub("r_u", failing, tag="callActivity", boundaries=(outer,)))
row("terminate in a called process", sub("r_u", user(), "terminate", tag="callActivity"))
for tag in ("subProcess", "transaction", "callActivity"):
    row(
        f"compensation into a finished {tag}",
        sequence(sub("r_u", undoable("r_a"), tag=tag), user("r_b"), b.Throw("r_t", "compensate")),
    )
own = b.Activity("r_u", b.Scope("r_u", (b.Way(undoable("r_a"), b.End("r_uend")),)), undo=True)
row("compensation of a sub-process by its own handler", sequence(own, user("r_b"), b.Throw("r_t", "compensate")))
loose = b.Scope("r_u", (b.Way(user("r_a"), NONE), b.Way(user("r_b"), NONE)), bare=True)
row("ad-hoc sub-process", b.Activity("r_u", loose, "adHocSubProcess"))

# Markers
for kind in ("parallel", "sequential", "loop", "before"):
    marker = b.Marker(kind, 2)
    row(f"{kind}, task", b.Activity("r_a", user(), marker=marker))
    row(f"{kind}, script", b.Activity("r_a", b.Task("r_a", "script"), marker=marker))
    row(f"{kind}, service", b.Activity("r_a", b.Task("r_a", "service"), marker=marker))
    row(f"{kind}, receive", b.Activity("r_a", b.Task("r_a", "receive"), marker=marker))
    row(f"{kind}, sub-process", sub("r_u", sequence(user(), user("r_b")), marker=marker))
    row(f"{kind}, call activity", sub("r_u", sequence(user(), user("r_b")), tag="callActivity", marker=marker))
    row(f"{kind}, event gateway inside", sub("r_u", b.Race("r_g", EVENTS[:2], ABC[:2]), marker=marker))
    row(f"{kind}, terminate inside", sub("r_u", user(), "terminate", marker=marker))
    both = sequence(user(), user("r_c"))
    row(f"{kind}, error inside", sub("r_u", both, "error", "E1", marker=marker, boundaries=(outer,)))
    beside = b.Boundary("r_e", "escalation", False, user("r_h"))
    row(f"{kind}, escalation inside", sub("r_u", inner, marker=marker, boundaries=(beside,)))
    for interrupting in (True, False):
        bound = b.Boundary("r_b", "message", interrupting, user("r_h"))
        row(f"{kind}, boundary message {interrupting}", b.Activity("r_a", user(), marker=marker, boundaries=(bound,)))
    timed = b.Activity("r_a", user(), boundaries=(b.Boundary("r_t", "timer", False, user("r_h")),))
    row(f"{kind}, a timer in each", sub("r_u", timed, marker=marker))
    late = b.Handler("r_es", "timer", False, b.Way(user("r_h"), b.End("r_hend")))
    each = b.Scope("r_u", (b.Way(user(), b.End("r_uend")),), (late,))
    row(f"{kind}, an event sub-process in each", b.Activity("r_u", each, marker=marker))
    undone = b.Activity("r_a", user(), marker=marker, undo=True)
    row(f"{kind}, compensated", sequence(undone, user("r_b"), b.Throw("r_t", "compensate")))
for kind in ("parallel", "sequential"):
    enough = b.Marker(kind, 3, 2)
    row(
        f"{kind}, ended early",
        b.Activity("r_a", user(), marker=enough, boundaries=(b.Boundary("r_b", "timer", False, user("r_h")),)),
    )
    row(f"{kind}, sub-processes ended early", sub("r_u", timed, marker=enough))
