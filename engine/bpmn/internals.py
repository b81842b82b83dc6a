"""What of SpiffWorkflow's inside this room replaces or leans on, and why: one row per method.

SpiffWorkflow is pinned to one version. A test compares every row with the installed source and finds methods that are
overridden without a row, so that another version cannot slip in unread. To move to a new version: read each method the
test names, adapt, and write its new digest here.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
from typing import Any, NamedTuple

VERSION = "3.2.0"


class Row(NamedTuple):
    """A method of SpiffWorkflow. `digest` begins the SHA-256 of its source text."""

    attribute: str
    use: str
    why: str
    digest: str


REPLACED, USED = "replaced", "used"

INTERNALS: dict[str, tuple[Row, ...]] = {
    "SpiffWorkflow.task:Task": (
        Row(
            "__init__",
            REPLACED,
            "integer ids per instance; no random ids, no clock, no data of the task itself",
            "5d98d6df6c60",
        ),
        Row("children", REPLACED, "finished children are forgotten, so an id may lead nowhere", "ab66856eadb4"),
        Row("_inherit_data", REPLACED, "data belongs to the scope", "881f3fbdcf64"),
        Row("_set_state", REPLACED, "no log record; the indexes and the history follow", "86c4c1d22dc9"),
        Row("run", REPLACED, "an event the element threw may have cancelled the token", "976c46e260fe"),
        Row(
            "cancel",
            REPLACED,
            "ends what hangs on the token and forgets it; no walk over finished tasks",
            "16a6cc6f7ea4",
        ),
        Row("_ready", USED, "marks a token ready and calls the spec", "4c051bb2c2a3"),
        Row("complete", USED, "marks a token completed and calls the spec", "3ad34f7ae962"),
        Row("parent", USED, "looks the parent up by id, None when it has been forgotten", "70a7622fce2f"),
    ),
    "SpiffWorkflow.workflow:Workflow": (
        Row(
            "__init__",
            USED,
            "sets the attributes of a scope; called with deserializing=True so that no tree is built",
            "a179a7573948",
        ),
        Row("cancel", REPLACED, "cancels the live tokens instead of walking the tree", "970d8ba9c284"),
    ),
    "SpiffWorkflow.bpmn.workflow:BpmnWorkflow": (
        Row("__init__", REPLACED, "called with deserializing=True; indexes and effects beside it", "3a81d03cfd84"),
        Row("cancel", REPLACED, "cancels the live tokens instead of walking the tree", "65a6d8393ddb"),
        Row("create_subprocess", REPLACED, "limits the depth; hands the variables over", "d29d0ee4716c"),
        Row("depth", REPLACED, "a constant, beside the one of sub-processes", "bc3d2710ed17"),
    ),
    "SpiffWorkflow.bpmn.util.subworkflow:BpmnSubWorkflow": (
        Row("__init__", REPLACED, "called with deserializing=True; knows its parent token", "db2b701bf21b"),
        Row(
            "_calculate_depth",
            REPLACED,
            "one more than the parent, instead of a search through all scopes per level",
            "e67055a362ab",
        ),
        Row("parent_workflow", REPLACED, "by the parent token, instead of a search through all scopes", "873507ab7597"),
        Row("script_engine", USED, "that of the instance", "eeddfb89ab8e"),
    ),
    "SpiffWorkflow.specs.base:TaskSpec": (
        Row("__init__", USED, "sets name, inputs, outputs and manual", "df987d5843e7"),
        Row("connect", USED, "adds a flow; keeps the names of inputs and outputs", "80f6471ca883"),
        Row("test", REPLACED, "everything is checked when the diagram is loaded", "8a2ce71e2a56"),
        Row("_predict", REPLACED, "nothing is predicted: a token appears when it arrives", "e205cac4587d"),
        Row("_update", REPLACED, "no prediction; data associations", "6b138d31ca68"),
        Row("_on_ready", REPLACED, "no test at run time", "c0c43ec078d3"),
        Row("_on_ready_hook", REPLACED, "no event callbacks on shared specs", "e58b27eadbe7"),
        Row(
            "_run",
            REPLACED,
            "an exception leaves the instance to be thrown away, so no error state is set",
            "dac36fd70134",
        ),
        Row("_run_hook", REPLACED, "no event callbacks on shared specs", "90902266396a"),
        Row("_on_complete", REPLACED, "plants the successors, then forgets the token", "95d4b21bfa42"),
        Row("_on_cancel", REPLACED, "no event callbacks on shared specs", "c05a2f4bc3de"),
    ),
    "SpiffWorkflow.specs.MultiChoice:MultiChoice": (
        Row("__init__", USED, "sets the list of conditions", "c4e1e38d2f64"),
        Row("connect_if", USED, "adds a conditional flow", "282a2e754523"),
    ),
    "SpiffWorkflow.specs.ExclusiveChoice:ExclusiveChoice": (
        Row("connect", USED, "adds the default flow", "0a2f94ca191a"),
        Row(
            "_run_hook",
            REPLACED,
            "chooses without synchronising a predicted tree, and records the choice",
            "dbcfd06a134b",
        ),
    ),
    "SpiffWorkflow.bpmn.specs.bpmn_task_spec:BpmnTaskSpec": (
        Row("__init__", USED, "sets lane, documentation and names", "1345082eb723"),
        Row("connect_outgoing_if", USED, "wraps a formula into a condition", "32e8de8824f2"),
        Row("_update_hook", REPLACED, "data belongs to the scope; an io specification hides nothing", "facd2e4174bc"),
    ),
    "SpiffWorkflow.bpmn.specs.bpmn_task_spec:_BpmnCondition": (
        Row("_matches", USED, "asks the script engine whether a formula holds", "5aa86d03aab4"),
    ),
    "SpiffWorkflow.bpmn.specs.bpmn_process_spec:BpmnProcessSpec": (
        Row("__init__", REPLACED, "the start, end and join helpers are dropped again", "4c0511ce1def"),
        Row("_add_notify", USED, "registers a task spec by its name", "749fc73fcef6"),
    ),
    "SpiffWorkflow.bpmn.specs.mixins.exclusive_gateway:ExclusiveGateway": (
        Row("test", REPLACED, "checked at load", "e8b7791f44c1"),
    ),
    "SpiffWorkflow.bpmn.specs.mixins.inclusive_gateway:InclusiveGateway": (
        Row("test", REPLACED, "checked at load", "84089320e510"),
        Row(
            "_run_hook",
            REPLACED,
            "chooses without synchronising a predicted tree, and records the choice",
            "a2c4b3bf4d78",
        ),
    ),
    "SpiffWorkflow.bpmn.specs.mixins.unstructured_join:UnstructuredJoin": (
        Row("_update_hook", REPLACED, "joins by tokens that wait, not by tasks counted in a tree", "dbaba6701e23"),
        Row("_run_hook", REPLACED, "no merging of copies of data", "2618569c760d"),
    ),
    "SpiffWorkflow.bpmn.specs.mixins.none_task:NoneTask": (
        Row("__init__", REPLACED, "a business rule task is not done by hand", "7643aa535ab5"),
    ),
    "SpiffWorkflow.bpmn.specs.mixins.service_task:ServiceTask": (
        Row("__init__", REPLACED, "waits for the answer of a job", "91d3ef18dc33"),
    ),
    "SpiffWorkflow.bpmn.specs.mixins.script_task:ScriptTask": (
        Row("__init__", USED, "keeps the script, here a formula", "f1efdbbc5e51"),
    ),
    "SpiffWorkflow.bpmn.specs.mixins.script_task:ScriptEngineTask": (
        Row("_run_hook", REPLACED, "a failing script is a BPMN error", "0d223e4734b5"),
    ),
    "SpiffWorkflow.bpmn.specs.mixins.subworkflow_task:SubWorkflowTask": (
        Row("__init__", USED, "keeps the name of the spec inside", "a2940f0ecf23"),
        Row("_update_hook", REPLACED, "starts the scope without recursion and without copying data", "2ae408754d1b"),
        Row("_on_cancel", REPLACED, "ends the scope inside and drops it", "b822ad8d5405"),
    ),
    "SpiffWorkflow.bpmn.specs.mixins.multiinstance_task:StandardLoopTask": (
        Row("__init__", USED, "keeps maximum, condition and testBefore", "9ad09bfc7eef"),
        Row("_update_hook", REPLACED, "counts in the token; nothing is connected to shared specs", "9b1d8ca5e320"),
    ),
    "SpiffWorkflow.bpmn.specs.mixins.multiinstance_task:ParallelMultiInstanceTask": (
        Row("_update_hook", REPLACED, "own bookkeeping, own variables per instance", "7296e62b04c8"),
    ),
    "SpiffWorkflow.bpmn.specs.mixins.multiinstance_task:SequentialMultiInstanceTask": (
        Row("_update_hook", REPLACED, "own bookkeeping, own variables per instance", "f1f30b1fbc0b"),
    ),
    "SpiffWorkflow.bpmn.specs.mixins.events.event_types:CatchingEvent": (
        Row("__init__", REPLACED, "a listener knows whether it interrupts", "7f3e6d9eda5a"),
        Row(
            "_update_hook",
            REPLACED,
            "one memory per part of the event; timers are not asked for the time",
            "4ecffc9f45f9",
        ),
        Row("_run_hook", REPLACED, "no walk over the tree to reset events", "c0d09ad9b075"),
        Row("_on_ready_hook", REPLACED, "interrupts at once", "00e9dfc35d6e"),
        Row("_on_cancel", REPLACED, "the indexes follow the state by themselves", "7e930d7d7344"),
    ),
    "SpiffWorkflow.bpmn.specs.mixins.events.event_types:ThrowingEvent": (
        Row("_run_hook", REPLACED, "throws every part, compensation first", "8659ab35a73e"),
    ),
    "SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event:BoundaryEvent": (
        Row("__init__", USED, "keeps whether it interrupts", "1f56d99f0245"),
    ),
    "SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event:EventBasedGateway": (
        Row("connect", REPLACED, "the parts of the targets are taken over when all flows are known", "2473f0f1aa0e"),
        Row("_run_hook", REPLACED, "the part that happened chooses the flow", "e81c4113b97f"),
    ),
    "SpiffWorkflow.bpmn.specs.event_definitions.base:EventDefinition": (
        Row("__init__", REPLACED, "a compensation names an activity", "875d121bda9d"),
        Row("__eq__", REPLACED, "two conditions are two events", "cb6b14391a53"),
        Row("throw", REPLACED, "what is thrown leaves through the effects", "d483c1666897"),
    ),
    "SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event:ItemAwareEventDefinition": (
        Row(
            "throw", REPLACED, "a signal is heard inside at once and leaves with its inputs as payload", "cbddccbe298d"
        ),
    ),
    "SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event:CodeEventDefinition": (
        Row("throw", REPLACED, "climbs through the scopes of its thrower", "a2d6914fbc7c"),
        Row("__eq__", USED, "matches by code; no code matches all", "f59e9d34d736"),
    ),
    "SpiffWorkflow.bpmn.specs.event_definitions.message:MessageEventDefinition": (
        Row("throw", REPLACED, "leaves with name, correlation and inputs", "454264133ce2"),
    ),
    "SpiffWorkflow.bpmn.specs.event_definitions.simple:CancelEventDefinition": (
        Row("throw", REPLACED, "climbs to the transaction", "f4e72c86ce72"),
    ),
    "SpiffWorkflow.bpmn.specs.event_definitions.simple:TerminateEventDefinition": (
        Row("throw", REPLACED, "ends every other token of the scope, running sub-processes too", "a854150d1920"),
    ),
    "SpiffWorkflow.bpmn.specs.event_definitions.timer:TimerEventDefinition": (
        Row("__init__", REPLACED, "keeps an ISO text or a formula, and its kind", "6fa404d1cc88"),
        Row("__eq__", REPLACED, "two timers are two events", "9d8b859350e7"),
    ),
    "SpiffWorkflow.bpmn.script_engine.python_engine:PythonScriptEngine": (
        Row("__init__", REPLACED, "there is no environment that evaluates text", "5b87a8599c23"),
        Row("evaluate", REPLACED, "expressions are compiled formulas", "aaad8167dfb3"),
        Row("execute", REPLACED, "scripts are compiled formulas", "5f4da9812398"),
    ),
    "SpiffWorkflow.bpmn.parser.BpmnParser:BpmnParser": (
        Row("__init__", REPLACED, "one parser per file: ids of two files do not mix", "49e7bb80b165"),
        Row("_add_diagram_indexes", REPLACED, "lanes only: drawings mean nothing here", "df2aea29f948"),
        Row("_add_messages", USED, "names of messages", "52d3996d2630"),
        Row("_add_signals", USED, "names of signals", "69ff410e370b"),
        Row("_add_errors", USED, "names and codes of errors", "e0e98c20491b"),
        Row("_add_escalations", USED, "names and codes of escalations", "e3050a302950"),
    ),
    "SpiffWorkflow.bpmn.parser.ProcessParser:ProcessParser": (
        Row("__init__", REPLACED, "names are unique in the bundle", "9d98ce925912"),
        Row("_index_process_nodes", USED, "elements by id", "454788958983"),
        Row("get_name", USED, "name or id of a process", "cfac0ae47096"),
    ),
    "SpiffWorkflow.bpmn.parser.TaskParser:TaskParser": (
        Row("__init__", REPLACED, "reads the extensions", "4e35eedb4bb5"),
    ),
    "SpiffWorkflow.bpmn.parser.node_parser:NodeParser": (
        Row("bpmn_attributes", USED, "description, lane, name and documentation of an element", "16c89188b096"),
        Row("_get_lane", USED, "lane of an element", "e71ef32dbefd"),
        Row(
            "parse_incoming_data_references",
            REPLACED,
            "data associations that are only drawn must not fail",
            "1269bb78d136",
        ),
        Row(
            "parse_outgoing_data_references",
            REPLACED,
            "data associations that are only drawn must not fail",
            "e81ace7814a5",
        ),
    ),
}


def digest(owner: str, attribute: str) -> str:
    """The digest of a method as it is installed; "missing" when there is none."""
    module, name = owner.split(":")
    method = vars(getattr(importlib.import_module(module), name, object)).get(attribute)
    if method is None:
        return "missing"
    plain: Any = method.fget if isinstance(method, property) else method
    source = inspect.getsource(plain)
    return hashlib.sha256(source.encode()).hexdigest()[:12]
