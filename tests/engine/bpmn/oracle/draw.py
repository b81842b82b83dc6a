"""Blocks as BPMN: every block becomes a piece of XML with one way in and one way out."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import singledispatchmethod
from typing import Any

from .. import kit
from . import blocks as b

SAID = {
    "user": 'name="办理" banjie:role="clerk" banjie:form="f"',
    "manual": 'name="办理" banjie:role="clerk"',
    "plain": 'name="办理" banjie:role="clerk"',
    "service": 'banjie:connector="c"',
}
TAGS = {"user": "userTask", "manual": "manualTask", "plain": "task", "service": "serviceTask", "script": "scriptTask"}
TIMERS = {
    "timer": ("timeDuration", "PT1H"),
    "date": ("timeDate", "2030-01-01T09:00:00+08:00"),
    "cycle": ("timeCycle", "R1/PT1H"),
}
Piece = tuple[str, str, str]  # XML, first id, last id


@dataclass
class Sheet:
    """One file: the processes called, the signals named and the variables to begin with are gathered while drawing."""

    variables: dict[str, Any] = field(default_factory=dict)
    processes: list[str] = field(default_factory=list)
    signals: set[str] = field(default_factory=set)

    def diagram(self, process: b.Scope) -> str:
        """The whole file."""
        main = kit.process(self.inside(process), "p", 'name="流程" isExecutable="true"')
        signals = "".join(f'<signal id="S_{name}" name="{name}"/>' for name in sorted(self.signals))
        escalations = '<escalation id="X2" name="later" escalationCode="L2"/>'
        return f"{kit.HEAD}{signals}{escalations}{main}{''.join(self.processes)}</definitions>"

    def trigger(self, kind: str, cue: str) -> str:
        """The event definition of a kind."""
        if kind in TIMERS:
            return kit.timer(*TIMERS[kind])
        if kind == "condition":
            return kit.condition(cue)
        if kind == "signal":
            self.signals.add(cue)
            return f'<signalEventDefinition signalRef="S_{cue}"/>'
        if kind in ("error", "escalation"):
            return f'<{kind}EventDefinition {kind}Ref="{cue}"/>' if cue else f"<{kind}EventDefinition/>"
        return {"none": "", "message": kit.MESSAGE, "terminate": kit.TERMINATE}.get(kind, f"<{kind}EventDefinition/>")

    # -- scopes -----------------------------------------------------------------------------------------------------
    def inside(self, scope: b.Scope) -> str:
        """The content of a process or sub-process."""
        handlers = "".join(self.handler(handler) for handler in scope.handlers)
        if scope.bare:
            return "".join(self.draw(way.block)[0] for way in scope.ways)
        begin = scope.id + "s"
        xml = kit.start(id=begin)
        if len(scope.ways) > 1:
            xml += kit.gateway("parallel", scope.id + "w") + kit.line(begin, scope.id + "w")
            begin = scope.id + "w"
        return xml + "".join(self.way(begin, way) for way in scope.ways) + handlers

    def way(self, begin: str, way: b.Way) -> str:
        xml, first, last = self.draw(way.block)
        return xml + self.end(way.end) + kit.line(begin, first) + kit.line(last, way.end.id)

    def end(self, end: b.End) -> str:
        return kit.end(self.trigger(end.kind, end.cue), end.id)

    def handler(self, handler: b.Handler) -> str:
        begin = handler.id + "s"
        return kit.on_event(
            handler.id, self.trigger(handler.kind, handler.cue), self.way(begin, handler.way), handler.interrupting
        )

    # -- blocks -----------------------------------------------------------------------------------------------------
    @singledispatchmethod
    def draw(self, block: Any) -> Piece:
        """XML, the id to enter by, the id to leave by."""
        raise TypeError(type(block))

    @draw.register
    def _(self, task: b.Task) -> Piece:
        return self.task(task, ""), task.id, task.id

    def task(self, task: b.Task, inside: str) -> str:
        for name in (task.sets, task.resets):
            if name:
                self.variables[name] = False
        if task.kind == "script":
            return kit.script(task.id, f"{{{task.resets}: false}}" if task.resets else "{n: 1}", inside)
        if task.kind == "receive":
            return f'<receiveTask id="{task.id}" messageRef="M">{inside}</receiveTask>'
        if task.kind == "send":
            return f'<sendTask id="{task.id}" messageRef="M">{inside}</sendTask>'
        if task.kind == "rule":
            return f'<businessRuleTask id="{task.id}" banjie:decision="d" banjie:result="r">{inside}</businessRuleTask>'
        tag = TAGS[task.kind]
        return f'<{tag} id="{task.id}" {SAID[task.kind]}>{inside}</{tag}>'

    @draw.register
    def _(self, catch: b.Catch) -> Piece:
        return kit.catch(catch.id, self.trigger(catch.kind, catch.cue)), catch.id, catch.id

    @draw.register
    def _(self, throw: b.Throw) -> Piece:
        if throw.kind == "link":
            inside = f'<linkEventDefinition name="{throw.id}"/>'
            return kit.throw(throw.id, inside) + kit.catch(throw.id + "k", inside), throw.id, throw.id + "k"
        inside = self.trigger(throw.kind, throw.cue)
        if throw.target:
            inside = f'<compensateEventDefinition activityRef="{throw.target}"/>'
        return kit.throw(throw.id, inside), throw.id, throw.id

    @draw.register
    def _(self, activity: b.Activity) -> Piece:
        id, inner, marker = activity.id, activity.inner, self.marker(activity)
        if isinstance(inner, b.Task):
            xml = self.task(inner, marker)
        elif activity.tag == "callActivity":
            self.processes.append(kit.process(self.inside(inner), "P" + id, 'name="被调用" isExecutable="false"'))
            xml = f'<callActivity id="{id}" calledElement="P{id}">{marker}</callActivity>'
        else:
            xml = kit.sub(id, marker + self.inside(inner), activity.tag)
        if activity.undo:
            xml += kit.boundary(f"{id}undoer", id, kit.COMPENSATE)
            xml += f'<scriptTask id="{id}undo" isForCompensation="true"><script>{{n: 1}}</script></scriptTask>'
            xml += f'<association id="{id}as" sourceRef="{id}undoer" targetRef="{id}undo"/>'
        last = id
        if any(event.interrupting for event in activity.boundaries):
            last = id + "j"
            xml += kit.gateway("exclusive", last) + kit.line(id, last)
        for event in activity.boundaries:
            xml += kit.boundary(event.id, id, self.trigger(event.kind, event.cue), event.interrupting)
            piece, first, end = self.draw(event.block)
            xml += piece + kit.line(event.id, first)
            xml += (
                kit.line(end, last)
                if event.interrupting
                else kit.end(id=event.id + "e") + kit.line(end, event.id + "e")
            )
        return xml, id, last

    def marker(self, activity: b.Activity) -> str:
        marker = activity.marker
        if marker is None:
            return ""
        if marker.kind in ("loop", "before"):
            before = str(marker.kind == "before").lower()
            return f'<standardLoopCharacteristics testBefore="{before}" loopMaximum="{marker.number}"/>'
        tag, sequential = "multiInstanceLoopCharacteristics", str(marker.kind == "sequential").lower()
        enough = (
            f"<completionCondition>numberOfCompletedInstances &gt;= {marker.enough}</completionCondition>"
            if marker.enough
            else ""
        )
        items = list(range(marker.number))
        said = f'isSequential="{sequential}" banjie:collection="{items}" banjie:item="i_{activity.id}"'
        return f"<{tag} {said}>{enough}</{tag}>"

    @draw.register
    def _(self, sequence: b.Sequence) -> Piece:
        pieces = [self.draw(block) for block in sequence.blocks]
        xml = "".join(piece[0] for piece in pieces)
        for one, next in zip(pieces, pieces[1:], strict=False):
            xml += kit.line(one[2], next[1])
        return xml, pieces[0][1], pieces[-1][2]

    @draw.register
    def _(self, split: b.Split) -> Piece:
        id, kind, last = split.id, split.kind, len(split.blocks) - 1
        pieces = [self.draw(block) for block in split.blocks]
        chooses = kind in ("exclusive", "inclusive")
        default = f'default="{id}_{pieces[-1][1]}"' if chooses else ""
        inside = f"<activationCondition>activationCount = {split.needed}</activationCondition>"
        join = f'<complexGateway id="{id}j">{inside}</complexGateway>'
        xml = kit.gateway("parallel" if kind == "complex" else kind, id, default)
        xml += join if kind == "complex" else kit.gateway(kind, id + "j")
        for index, (piece, first, end) in enumerate(pieces):
            when = ""
            if chooses and index < last:
                when = f"{id}_{index}"
                self.variables[when] = index in split.chosen
            xml += piece + kit.flow(id, first, when) + kit.flow(end, id + "j")
        return xml, id, id + "j"

    @draw.register
    def _(self, race: b.Race) -> Piece:
        id = race.id
        xml = kit.gateway("eventBased", id) + kit.gateway("exclusive", id + "j")
        for event, block in zip(race.events, race.blocks, strict=True):
            first, then = self.draw(event), self.draw(block)
            xml += first[0] + then[0] + kit.line(id, first[1], then[1]) + kit.line(then[2], id + "j")
        return xml, id, id + "j"

    @draw.register
    def _(self, loop: b.Loop) -> Piece:
        """A script sets a counter, the block runs, a script counts, a gateway goes back or on."""
        id, counter = loop.id, f"n_{loop.id}"
        piece, first, last = self.draw(loop.block)
        self.variables[counter] = 0
        xml = kit.script(id + "r", f"{{{counter}: 0}}") + kit.gateway("exclusive", id) + piece
        xml += kit.script(id + "c", f"{{{counter}: {counter} + 1}}") + kit.script(id + "a")
        xml += kit.gateway("exclusive", id + "x", f'default="{id}x_{id}a"') + kit.line(id + "r", id, first)
        xml += kit.line(last, id + "c", id + "x", id + "a") + kit.flow(id + "x", id, f"{counter} &lt; {loop.rounds}")
        return xml, id + "r", id + "a"
