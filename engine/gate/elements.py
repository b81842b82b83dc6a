"""What every element and attribute of BPMN 2.0 means here: it runs, it is documentation, or it is refused by name.

One row per element of the standard. What is not in this table is not BPMN, or not yet judged, and is refused as unknown:
silence about an element that changes the flow is the one thing a process engine must never offer. `RUNS` means that
`engine.bpmn` executes it as the standard says; `NOTE` that it says something to people and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BANJIE = "{urn:banjie:bpmn:1}"

RUNS = "runs"
NOTE = "documentation"


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an element or a value is not accepted, and what to draw instead, in (zh, en)."""

    why: tuple[str, str]
    mend: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """An element: its names for people, its status, the attributes it may carry, and values of them that are refused."""

    zh: str
    en: str
    status: str | Refused
    attributes: frozenset[str]
    values: dict[tuple[str, str], Refused]


ELEMENTS: dict[str, Row] = {}


def _row(
    names: str,
    status: str | Refused,
    attributes: str = "",
    values: dict[tuple[str, str], Refused] | None = None,
) -> None:
    tag, zh, en = names.split(" ", 2)
    ELEMENTS[tag] = Row(zh, en, status, frozenset(("id " + attributes).split()), values or {})


_CHOREOGRAPHY = Refused(
    ("编排图不能执行", "a choreography cannot be executed"),
    ("改画成流程，或把它放在单独的说明文件里", "draw a process instead, or keep it in a file of its own as documentation"),
)
_COMPLEX = Refused(
    ("“复合”的多实例事件行为不能执行", "the complex event behaviour of a multi-instance activity cannot be executed"),
    ("删去 behavior 属性，或改为 One / None", "remove the attribute behavior, or set it to One or None"),
)
_PARALLEL_INSTANTIATION = Refused(
    ("并行的事件启动网关不能执行", "an event gateway that starts a process by several events together cannot be executed"),
    ("改用一个普通启动事件加并行网关和接收事件", "use one start event, a parallel gateway and catch events instead"),
)

_ACTIVITY = "name isForCompensation startQuantity completionQuantity default"
_SUB = _ACTIVITY + " triggeredByEvent"
_GATEWAY = "name gatewayDirection"
_DATA = "name itemSubjectRef isCollection"

# -- the file and its pools
_row(
    "definitions 文件 file",
    RUNS,
    "name targetNamespace expressionLanguage typeLanguage exporter exporterVersion",
)
_row("import 引入 import", Refused(
    ("引入其他文件的内容不能执行", "importing another file's content is not supported"),
    ("把需要的定义放进本文件，或用调用活动相连", "put the definitions into this file, or join the processes by a call activity"),
), "namespace location importType")
_row("extension 扩展声明 extension", NOTE, "definition mustUnderstand", {
    ("mustUnderstand", "true"): Refused(
        ("声明了必须理解的扩展，本系统不认识它", "it declares an extension that must be understood, and this system does not know it"),
        ("删去该扩展声明", "remove the extension declaration"),
    ),
})
_row("extensionElements 扩展元素 extension elements", NOTE)
_row("documentation 说明 documentation", NOTE, "textFormat")
_row("process 流程 process", RUNS, "name processType isClosed isExecutable definitionalCollaborationRef")
_row("collaboration 协作 collaboration", NOTE, "name isClosed")
_row("participant 泳池 pool", NOTE, "name processRef")
_row("participantMultiplicity 参与者数目 participant multiplicity", NOTE, "minimum maximum")
_row("participantAssociation 参与者关联 participant association", NOTE)
_row("messageFlow 消息流 message flow", NOTE, "name sourceRef targetRef messageRef")
_row("messageFlowAssociation 消息流关联 message flow association", NOTE, "innerMessageFlowRef outerMessageFlowRef")
_row("laneSet 泳道集 lane set", NOTE, "name")
_row("childLaneSet 子泳道集 lane set", NOTE, "name")
_row("lane 泳道 lane", RUNS, "name partitionElementRef")
_row("partnerEntity 合作方 partner", NOTE, "name")
_row("partnerRole 合作方角色 partner role", NOTE, "name")

# -- activities
_row("task 任务 task", RUNS, _ACTIVITY)
_row("userTask 用户任务 user task", RUNS, _ACTIVITY + " implementation")
_row("manualTask 人工任务 manual task", RUNS, _ACTIVITY)
_row("scriptTask 脚本任务 script task", RUNS, _ACTIVITY + " scriptFormat")
_row("serviceTask 服务任务 service task", RUNS, _ACTIVITY + " implementation operationRef")
_row("businessRuleTask 业务规则任务 business rule task", RUNS, _ACTIVITY + " implementation")
_row("sendTask 发送任务 send task", RUNS, _ACTIVITY + " implementation messageRef operationRef")
_row("receiveTask 接收任务 receive task", RUNS, _ACTIVITY + " implementation instantiate messageRef operationRef")
_row("callActivity 调用活动 call activity", RUNS, _ACTIVITY + " calledElement")
_row("subProcess 子流程 sub-process", RUNS, _SUB)
_row("transaction 事务子流程 transaction", RUNS, _SUB + " method protocol")
_row("adHocSubProcess 自由子流程 ad-hoc sub-process", RUNS, _SUB + " ordering cancelRemainingInstances")
for _kind, _zh, _en in (
    ("Task", "任务", "task"),
    ("UserTask", "用户任务", "user task"),
    ("ManualTask", "人工任务", "manual task"),
    ("ScriptTask", "脚本任务", "script task"),
    ("BusinessRuleTask", "业务规则任务", "business rule task"),
):
    _row(f"global{_kind} 全局{_zh} global {_en}", RUNS, "name implementation scriptLanguage")
_row("script 脚本 script", RUNS)
_row("standardLoopCharacteristics 循环标记 loop marker", RUNS, "testBefore loopMaximum")
_row("multiInstanceLoopCharacteristics 多实例标记 multi-instance marker", RUNS,
     "isSequential behavior oneBehaviorEventRef noneBehaviorEventRef", {("behavior", "Complex"): _COMPLEX})
_row("complexBehaviorDefinition 复合行为 complex behaviour", _COMPLEX)
for _tag, _zh, _en in (
    ("loopCondition", "循环条件", "loop condition"),
    ("loopCardinality", "实例数目", "loop cardinality"),
    ("loopDataInputRef", "实例集合", "loop collection"),
    ("loopDataOutputRef", "结果集合", "loop output collection"),
    ("inputDataItem", "集合的一项", "input item"),
    ("outputDataItem", "结果的一项", "output item"),
    ("completionCondition", "完成条件", "completion condition"),
    ("activationCondition", "激活条件", "activation condition"),
    ("conditionExpression", "流转条件", "flow condition"),
    ("condition", "条件", "condition"),
):
    _row(f"{_tag} {_zh} {_en}", RUNS, _DATA + " language evaluatesToTypeRef")

# -- events
_row("startEvent 启动事件 start event", RUNS, "name parallelMultiple isInterrupting")
_row("endEvent 结束事件 end event", RUNS, "name")
_row("intermediateCatchEvent 等待事件 catch event", RUNS, "name parallelMultiple")
_row("intermediateThrowEvent 发出事件 throw event", RUNS, "name")
_row("boundaryEvent 边界事件 boundary event", RUNS, "name parallelMultiple cancelActivity attachedToRef")
_row("implicitThrowEvent 隐含发出事件 implicit throw event", _COMPLEX, "name")
_row("messageEventDefinition 消息触发 message trigger", RUNS, "messageRef")
_row("signalEventDefinition 信号触发 signal trigger", RUNS, "signalRef")
_row("errorEventDefinition 错误触发 error trigger", RUNS, "errorRef")
_row("escalationEventDefinition 升级触发 escalation trigger", RUNS, "escalationRef")
_row("timerEventDefinition 定时触发 timer", RUNS)
_row("conditionalEventDefinition 条件触发 conditional trigger", RUNS)
_row("linkEventDefinition 链接 link", RUNS, "name")
_row("terminateEventDefinition 终止触发 terminate trigger", RUNS)
_row("cancelEventDefinition 取消触发 cancel trigger", RUNS)
_row("compensateEventDefinition 补偿触发 compensation trigger", RUNS, "activityRef waitForCompletion", {
    ("waitForCompletion", "false"): Refused(
        ("补偿总是做完才继续，不能不等待", "compensation is always completed before the flow goes on; it cannot run beside it"),
        ("删去 waitForCompletion 属性", "remove the attribute waitForCompletion"),
    ),
})
_row("eventDefinitionRef 触发引用 trigger reference", RUNS)
for _tag, _zh, _en in (
    ("timeDate", "定时时刻", "timer date"),
    ("timeDuration", "定时时长", "timer duration"),
    ("timeCycle", "定时周期", "timer cycle"),
):
    _row(f"{_tag} {_zh} {_en}", RUNS, "language evaluatesToTypeRef")
for _tag, _zh, _en in (("source", "链接来源", "link source"), ("target", "链接去向", "link target")):
    _row(f"{_tag} {_zh} {_en}", NOTE)
_row("message 消息 message", RUNS, "name itemRef")
_row("signal 信号 signal", RUNS, "name structureRef")
_row("error 错误 error", RUNS, "name errorCode structureRef")
_row("escalation 升级 escalation", RUNS, "name escalationCode structureRef")

# -- gateways and flows
_row("exclusiveGateway 排他网关 exclusive gateway", RUNS, _GATEWAY + " default")
_row("inclusiveGateway 包容网关 inclusive gateway", RUNS, _GATEWAY + " default")
_row("parallelGateway 并行网关 parallel gateway", RUNS, _GATEWAY)
_row("complexGateway 复杂网关 complex gateway", RUNS, _GATEWAY + " default")
_row("eventBasedGateway 事件网关 event gateway", RUNS, _GATEWAY + " instantiate eventGatewayType",
     {("eventGatewayType", "Parallel"): _PARALLEL_INSTANTIATION})
_row("sequenceFlow 顺序流 sequence flow", RUNS, "name sourceRef targetRef isImmediate")
for _tag in ("incoming", "outgoing"):
    _row(f"{_tag} 连线 flow reference", NOTE)
_row("flowNodeRef 泳道成员 lane member", RUNS)

# -- data, artifacts and the rest of the standard: for people, not for the engine
for _names in (
    "association 关联 association|sourceRef targetRef associationDirection",
    "group 分组 group|categoryValueRef",
    "textAnnotation 注释 text annotation|textFormat",
    "text 文字 text",
    "artifact 图形 artifact",
    "auditing 审计 auditing",
    "monitoring 监控 monitoring",
    "category 类别 category|name",
    "categoryValue 类别值 category value|value",
    "categoryValueRef 类别值引用 category value reference",
    f"dataObject 数据对象 data object|{_DATA}",
    "dataObjectReference 数据对象引用 data object|name itemSubjectRef dataObjectRef",
    "dataStore 数据存储 data store|name capacity isUnlimited itemSubjectRef",
    "dataStoreReference 数据存储引用 data store|name itemSubjectRef dataStoreRef",
    "dataState 数据状态 data state|name",
    f"dataInput 数据输入 data input|{_DATA}",
    f"dataOutput 数据输出 data output|{_DATA}",
    "dataInputAssociation 数据输入关联 data input association",
    "dataOutputAssociation 数据输出关联 data output association",
    "assignment 赋值 assignment",
    "from 赋值来源 assignment source|language evaluatesToTypeRef",
    "to 赋值去向 assignment target|language evaluatesToTypeRef",
    "transformation 数据变换 data transformation|language evaluatesToTypeRef",
    "ioSpecification 输入输出说明 data specification",
    "ioBinding 输入输出绑定 data binding|operationRef inputDataRef outputDataRef",
    "inputSet 输入集 input set|name",
    "outputSet 输出集 output set|name",
    f"property 属性 property|{_DATA}",
    "itemDefinition 数据类型 item definition|structureRef isCollection itemKind",
    "relationship 关系 relationship|type direction",
    "rendering 显示 rendering",
    "resource 资源 resource|name",
    "resourceParameter 资源参数 resource parameter|name type isRequired",
    "resourceParameterBinding 资源参数绑定 resource parameter binding|parameterRef",
    "resourceRole 资源角色 resource role|name",
    "resourceAssignmentExpression 资源分配 resource assignment",
    "performer 执行者 performer|name",
    "humanPerformer 执行人 human performer|name",
    "potentialOwner 候选人 potential owner|name",
    "formalExpression 表达式 expression|language evaluatesToTypeRef",
    "expression 表达式 expression",
    "interface 接口 interface|name implementationRef",
    "operation 操作 operation|name implementationRef",
    "endPoint 端点 end point",
    "conversation 会话 conversation|name",
    "conversationNode 会话 conversation|name",
    "conversationLink 会话连线 conversation link|name sourceRef targetRef",
    "conversationAssociation 会话关联 conversation association|innerConversationNodeRef outerConversationNodeRef",
    "subConversation 子会话 sub-conversation|name",
    "callConversation 调用会话 call conversation|name calledCollaborationRef",
    "globalConversation 全局会话 global conversation|name isClosed",
    "choreography 编排 choreography|name isClosed",
    "globalChoreographyTask 全局编排任务 global choreography task|name isClosed initiatingParticipantRef",
    "correlationKey 关联键 correlation key|name",
    "correlationProperty 关联属性 correlation property|name type",
    "correlationPropertyRetrievalExpression 关联取值 correlation expression|messageRef",
    "correlationPropertyBinding 关联绑定 correlation binding|correlationPropertyRef",
    "correlationSubscription 关联订阅 correlation subscription|correlationKeyRef",
    "messagePath 消息路径 message path|language evaluatesToTypeRef",
    "dataPath 数据路径 data path|language evaluatesToTypeRef",
    "partitionElement 泳道依据 partition element",
    *(
        f"{_tag} 引用 reference"
        for _tag in ["choreographyRef", "correlationPropertyRef", "dataInputRefs", "dataOutputRefs", "endPointRef", "errorRef", "inMessageRef", "innerParticipantRef", "inputSetRefs", "interfaceRef", "messageFlowRef", "operationRef", "optionalInputRefs", "optionalOutputRefs", "outMessageRef", "outerParticipantRef", "outputSetRefs", "participantRef", "resourceRef", "sourceRef", "supportedInterfaceRef", "supports", "targetRef", "whileExecutingInputRefs", "whileExecutingOutputRefs"]
    ),
):
    _names, _, _attributes = _names.partition("|")
    _row(_names, NOTE, _attributes)
for _tag, _zh, _en in (
    ("callChoreography", "调用编排", "call choreography"),
    ("choreographyTask", "编排任务", "choreography task"),
    ("subChoreography", "子编排", "sub-choreography"),
):
    _row(f"{_tag} {_zh} {_en}", _CHOREOGRAPHY, "name initiatingParticipantRef loopType calledChoreographyRef")

_BOOLEAN = ("true", "false")
_VALUES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ["isExecutable", "isClosed", "isForCompensation", "triggeredByEvent", "cancelActivity", "isInterrupting", "parallelMultiple", "instantiate", "isSequential", "testBefore", "cancelRemainingInstances", "waitForCompletion", "isImmediate", "mustUnderstand"],
        _BOOLEAN,
    ),
    "behavior": ("None", "One", "All", "Complex"),
    "ordering": ("Parallel", "Sequential"),
    "eventGatewayType": ("Exclusive", "Parallel"),
}
_QUANTITIES = ("startQuantity", "completionQuantity")
MAX_QUANTITY = 100


def may_be(attribute: str, value: str) -> bool:
    """Whether an attribute may have a value. XML's other spellings of true and false (1, 0) are not read by the engine."""
    if attribute in _QUANTITIES:
        return value.isascii() and value.isdigit() and len(value) < 5 and 1 <= int(value) <= MAX_QUANTITY
    return attribute not in _VALUES or value in _VALUES[attribute]


def allowed(attribute: str) -> str:
    """The values an attribute may have, for a sentence."""
    return f"1 … {MAX_QUANTITY}" if attribute in _QUANTITIES else ", ".join(_VALUES[attribute])


ACTIVITIES = frozenset(
    ["task", "userTask", "manualTask", "scriptTask", "serviceTask", "businessRuleTask", "sendTask", "receiveTask", "callActivity", "subProcess", "transaction", "adHocSubProcess"]
)
EVENTS = frozenset(["startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"])
GATEWAYS = frozenset(
    ["exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway", "eventBasedGateway"]
)
SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
GLOBAL_TASKS = frozenset(
    ["globalTask", "globalUserTask", "globalManualTask", "globalScriptTask", "globalBusinessRuleTask"]
)
NODES = ACTIVITIES | EVENTS | GATEWAYS
