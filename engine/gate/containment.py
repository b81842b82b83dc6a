"""Where elements may stand. The engine finds elements by their place, so one in a wrong place is either lost or hidden.

Only elements that the engine looks for are listed; the rest is documentation wherever it stands.
"""

from __future__ import annotations

from engine.gate.elements import ACTIVITIES, EVENTS, GATEWAYS, GLOBAL_TASKS, SUB_PROCESSES

_ROOT = frozenset({"definitions"})
_SCOPES = SUB_PROCESSES | {"process"}
_CHOREOGRAPHIES = frozenset({"choreography", "subChoreography", "globalChoreographyTask"})
_LOOPS = frozenset({"multiInstanceLoopCharacteristics"})
_THROWS = frozenset({"intermediateThrowEvent", "endEvent"})
_CATCHES = EVENTS - _THROWS
_DEFINITIONS = (
    "messageEventDefinition signalEventDefinition errorEventDefinition escalationEventDefinition timerEventDefinition"
    " conditionalEventDefinition linkEventDefinition terminateEventDefinition cancelEventDefinition"
    " compensateEventDefinition"
)

PARENTS: dict[str, frozenset[str]] = {
    **dict.fromkeys(GLOBAL_TASKS | {"process", "collaboration", "message", "signal", "error", "escalation"}, _ROOT),
    **dict.fromkeys(ACTIVITIES, _SCOPES),
    **dict.fromkeys(EVENTS | GATEWAYS | {"sequenceFlow"}, _SCOPES | _CHOREOGRAPHIES),
    **dict.fromkeys(("dataObject", "dataObjectReference", "dataStoreReference"), _SCOPES),
    **dict.fromkeys(_DEFINITIONS.split(), EVENTS | _ROOT | {"complexBehaviorDefinition"}),
    "eventDefinitionRef": EVENTS,
    "laneSet": _SCOPES,
    "lane": frozenset({"laneSet", "childLaneSet"}),
    "childLaneSet": frozenset({"lane"}),
    "flowNodeRef": frozenset({"lane"}),
    "conditionExpression": frozenset({"sequenceFlow"}),
    "condition": frozenset({"conditionalEventDefinition", "complexBehaviorDefinition"}),
    **dict.fromkeys(("timeDate", "timeDuration", "timeCycle"), frozenset({"timerEventDefinition"})),
    "script": frozenset({"scriptTask", "globalScriptTask"}),
    **dict.fromkeys(("standardLoopCharacteristics", "multiInstanceLoopCharacteristics"), ACTIVITIES),
    "loopCondition": frozenset({"standardLoopCharacteristics"}),
    **dict.fromkeys(
        ("loopCardinality", "loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem"), _LOOPS
    ),
    "completionCondition": _LOOPS | {"adHocSubProcess"},
    "activationCondition": frozenset({"complexGateway"}),
    "dataInputAssociation": ACTIVITIES | _THROWS,
    "dataOutputAssociation": ACTIVITIES | _CATCHES,
    "ioSpecification": ACTIVITIES | GLOBAL_TASKS | {"process"},
    "participant": frozenset({"collaboration", "choreography"}) | _CHOREOGRAPHIES | {"globalConversation"},
}


def may_stand_in(tag: str, parent: str) -> bool:
    """Whether an element may be a child of another; of elements not listed nothing is demanded."""
    return tag not in PARENTS or parent in PARENTS[tag]
