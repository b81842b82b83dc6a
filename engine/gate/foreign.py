"""What diagrams of other products say in their own vocabularies, as far as it would change the flow.

Everything not listed here (colours, history settings, async hints, forms of their modelers) is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass

VENDORS = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://camunda.org/schema/zeebe/1.0": "zeebe",
    "http://operaton.org/schema/1.0/bpmn": "operaton",
    "http://flowable.org/bpmn": "flowable",
    "http://activiti.org/bpmn": "activiti",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "spiffworkflow",
    "http://www.jboss.org/drools": "drools",
}


@dataclass(frozen=True, slots=True)
class Needed:
    """On these elements the step has nothing to do without it, unless our own attribute says it."""

    tags: frozenset[str]
    instead: str


_WORK = frozenset({"serviceTask", "sendTask", "intermediateThrowEvent", "endEvent"})
_RULE = frozenset({"businessRuleTask"})
_ANY_TASK = frozenset({"userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "task"})
_MULTIPLE = _ANY_TASK | {"subProcess", "callActivity"}

NEEDED = {
    **dict.fromkeys(
        (
            "class",
            "expression",
            "delegateExpression",
            "type",
            "topic",
            "taskDefinition",
            "serviceTaskOperator",
            "connector",
        ),
        Needed(_WORK | _RULE, "connector"),
    ),
    **dict.fromkeys(("decisionRef", "calledDecision", "calledDecisionId"), Needed(_RULE, "decision")),
    "loopCharacteristics": Needed(_MULTIPLE, "collection"),
}

# What hands data over; banjie:input and banjie:output say the same.
MAPPINGS = ("inputOutput", "ioMapping", "in", "out")

# name -> our attribute that says the same (None: there is none, draw it)
IGNORED: dict[str, str | None] = {
    **dict.fromkeys(("assignee", "assignmentDefinition"), "assignee"),
    **dict.fromkeys(("candidateUsers", "candidateGroups"), "role"),
    **dict.fromkeys(("formKey", "formRef", "formData", "formDefinition"), "form"),
    **dict.fromkeys(("dueDate", "taskSchedule"), "due"),
    **dict.fromkeys(("priority", "priorityDefinition"), "priority"),
    **dict.fromkeys(("resultVariable", "resultVariableName"), "result"),
    **dict.fromkeys(MAPPINGS, None),
    **dict.fromkeys(("executionListener", "executionListeners", "taskListener", "taskListeners"), None),
    **dict.fromkeys(("preScript", "postScript", "script", "onEntry-script", "onExit-script"), None),
    **dict.fromkeys(("subscription", "skipExpression"), None),
}
