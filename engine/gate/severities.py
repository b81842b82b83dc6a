"""How much each finding weighs. An error refuses the deployment; a warning tells the analyst and lets it pass.

One block per rule (a file of `engine/gate/rules`), one line per finding it can make.
"""

from __future__ import annotations

ERROR = "error"
WARNING = "warning"

SEVERITIES: dict[str, dict[str, str]] = {
    "readable": {
        "bundle-empty": ERROR,
        "file-name": ERROR,
        "file-unknown": WARNING,
        "file-unreadable": ERROR,
        "not-bpmn": ERROR,
        "instructions-dropped": WARNING,
    },
    "elements": {
        "element-unknown": ERROR,
        "element-misplaced": ERROR,
        "element-nested": ERROR,
        "element-refused": ERROR,
        "element-ignored": WARNING,
        "attribute-unknown": ERROR,
        "value-refused": ERROR,
        "value-unknown": ERROR,
    },
    "executable": {
        "nothing-executable": ERROR,
        "executable-unsaid": WARNING,
        "public-executable": ERROR,
        "scope-empty": ERROR,
    },
    "ids": {"id-missing": ERROR, "id-unsafe": ERROR, "id-twice": ERROR, "process-twice": ERROR},
    "names": {"name-characters": ERROR, "name-long": ERROR, "name-missing": WARNING},
    "flows": {"flow-nowhere": ERROR, "flow-across": ERROR, "flow-direction": ERROR},
    "triggers": {
        "trigger-missing": ERROR,
        "trigger-misplaced": ERROR,
        "trigger-unknown": ERROR,
        "trigger-condition": ERROR,
        "trigger-interrupts": ERROR,
        "instantiate-reached": ERROR,
        "start-several": WARNING,
        "event-sub-process-start": ERROR,
    },
    "links": {"link-broken": ERROR},
    "ad_hoc": {"ad-hoc-order": ERROR},
    "boundary": {
        "boundary-detached": ERROR,
        "boundary-leads-nowhere": ERROR,
        "boundary-interrupts": ERROR,
        "compensation-handler": ERROR,
    },
    "reach": {"unreachable": ERROR, "dead-end": ERROR, "no-way-out": ERROR},
    "loops": {
        "loop-never-waits": ERROR,
        "loop-automatic": WARNING,
        "loop-endless": ERROR,
        "loop-maximum": ERROR,
    },
    "gateways": {
        "gateway-condition": ERROR,
        "gateway-default": WARNING,
        "default-unknown": ERROR,
        "default-unsaid": WARNING,
        "default-condition": WARNING,
        "condition-ignored": WARNING,
        "gateway-direction": ERROR,
    },
    "event_gateways": {"event-gateway-few": ERROR, "event-gateway-target": ERROR, "event-gateway-condition": ERROR},
    "soundness": {"deadlock": ERROR, "deadlock-possible": WARNING, "runs-twice": WARNING, "runs-many": WARNING},
    "definitions": {
        "reference-missing": ERROR,
        "reference-unknown": ERROR,
        "reference-nameless": WARNING,
        "code-missing": ERROR,
    },
    "references": {"target-unknown": ERROR, "target-kind": ERROR},
    "documentation": {"text-format": ERROR},
    "performers": {"performer-both": ERROR},
    "operations": {"message-data-several": ERROR, "message-data-type": ERROR},
    "event_data": {"event-data-missing": ERROR, "event-data-type": ERROR},
    "data": {
        "data-sources": ERROR,
        "data-direction": ERROR,
        "data-type": ERROR,
        "data-collection": ERROR,
        "data-expected": ERROR,
        "data-of-sub-process": ERROR,
    },
    "tasks": {
        "task-form": ERROR,
        "task-role": ERROR,
        "script-empty": ERROR,
        "service-connector": ERROR,
        "rule-decision": ERROR,
    },
    "registered": {"role-unknown": ERROR, "connector-unknown": ERROR},
    "calls": {"call-nothing": ERROR, "call-unknown": ERROR, "call-endless": ERROR, "call-circle": WARNING},
    "forms": {"form-broken": ERROR, "form-unknown": ERROR, "form-unused": WARNING, "form-unchecked": WARNING},
    "decisions": {"decision-broken": ERROR, "decision-unknown": ERROR, "decision-twice": ERROR},
    "decisions_names": {"decision-name": ERROR, "table-name": ERROR, "table-result": ERROR},
    "decisions_inputs": {"input-unset": ERROR, "input-near": WARNING, "input-kind": WARNING, "cell-never": WARNING},
    "decisions_tables": {
        "table-gap": WARNING,
        "table-overlap": ERROR,
        "table-unreachable": WARNING,
        "table-impossible": WARNING,
        "table-unused": WARNING,
        "table-untyped": WARNING,
        "table-large": WARNING,
    },
    "expressions": {
        "expression-broken": ERROR,
        "expression-empty": ERROR,
        "expression-foreign": ERROR,
        "expression-wrong": ERROR,
        "expression-constant": WARNING,
        "condition-never": ERROR,
        "script-context": ERROR,
        "function-unknown": ERROR,
        "language-refused": ERROR,
        "python-broken": ERROR,
        "variable-name": ERROR,
    },
    "arguments": {"argument-wrong": ERROR, "argument-doubtful": WARNING},
    "meaning": {
        "name-unknown": ERROR,
        "name-near": WARNING,
        "text-unquoted": ERROR,
        "value-never": ERROR,
        "value-doubtful": WARNING,
        "kinds-differ": ERROR,
        "kinds-doubtful": WARNING,
        "condition-kind": ERROR,
        "result-kind": ERROR,
        "result-doubtful": WARNING,
        "entry-unknown": ERROR,
    },
    "timers": {
        "timer-empty": ERROR,
        "timer-several": ERROR,
        "timer-value": ERROR,
        "timer-fast": ERROR,
        "timer-kind": ERROR,
        "timer-doubtful": WARNING,
    },
    "multi_instance": {
        "count-missing": ERROR,
        "count-several": ERROR,
        "count-large": ERROR,
        "item-unused": ERROR,
        "collect-incomplete": ERROR,
    },
    "extensions": {
        "extension-unknown": ERROR,
        "extension-misplaced": ERROR,
        "extension-value": ERROR,
        "foreign-ignored": WARNING,
        "foreign-needed": ERROR,
    },
    "limits": {"nesting-deep": ERROR, "fan-out": ERROR},
    "standard": {
        "label-missing": WARNING,
        "label-superfluous": WARNING,
        "flow-double": WARNING,
        "split-implicit": WARNING,
        "gateway-superfluous": WARNING,
        "terminate-superfluous": WARNING,
        "shapes-overlap": WARNING,
    },
    "dry_load": {"engine-refuses": ERROR},
    "gate": {"gate-fault": ERROR, "findings-many": ERROR},
}

_FLAT = {code: severity for codes in SEVERITIES.values() for code, severity in codes.items()}


def severity(code: str) -> str:
    """The weight of a finding; an unlisted code is an error, since a forgotten line must not open the gate."""
    return _FLAT.get(code, ERROR)
