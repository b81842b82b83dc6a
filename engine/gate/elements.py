"""What every element and attribute of BPMN 2.0 means here: it runs, it is documentation, or it is refused by name.

What is not in this table is not BPMN, or not yet judged, and is refused as unknown: silence about an element that
changes the flow is the one thing a process engine must never offer. `runs` means that `engine.bpmn` executes it as the
standard says; `note` that it says something to people and changes nothing; `?name` that it is a note which
might be taken for more (see IGNORED); `!name` that it is refused (see REFUSED).
"""

from __future__ import annotations

from dataclasses import dataclass

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BANJIE = "{urn:banjie:bpmn:1}"


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an element or a value is not accepted, and what to draw instead, in (zh, en)."""

    why: tuple[str, str]
    mend: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Ignored:
    """What people might expect of an element that is documentation here, and what to use instead, in (zh, en)."""

    why: tuple[str, str]
    mend: tuple[str, str]


IGNORED = {
    "people": Ignored(
        ("只作说明，不决定由谁办理", "it is documentation and does not decide who does the work"),
        (
            "在属性面板里填写“角色”、“承办单位”或“办理人”",
            "fill in “Role”, “Unit” or “Assignee” in the properties panel",
        ),
    ),
}
REFUSED = {
    "assignment": Refused(
        ("数据关联里的赋值和变换不能执行", "assignments and transformations of data associations are not executed"),
        (
            "用一键修正：数据只作说明；要计算的，在它前面或后面画一个脚本任务，写在“赋值”里",
            "use the fix that keeps data as documentation; to reckon, draw a script task before or after it and write"
            " it in “Assignments”",
        ),
    ),
    "correlation": Refused(
        ("关联订阅不能执行", "correlation subscriptions are not executed"),
        (
            "删去它（在 XML 里），并在等消息的步骤上填写“关联值”",
            "delete it (in the XML), and fill in “Correlation value” of the step that waits for the message",
        ),
    ),
    "choreography": Refused(
        ("编排图不能执行", "a choreography cannot be executed"),
        ("改画成流程，或放在单独的说明文件里", "draw a process instead, or keep it in a file of its own"),
    ),
    "complex": Refused(
        ("复合的多实例事件行为不能执行", "the complex event behaviour of multi-instance activities cannot be executed"),
        ("删去它；behavior 只用 One、None 或 All", "delete it; let behavior be One, None or All"),
    ),
    "import": Refused(
        ("引入其他文件的内容不能执行", "importing another file's content is not supported"),
        (
            "用一键修正删去引入：本文件里的步骤按名称使用部署包里的其他流程图",
            "let the fix drop the import: steps use the other diagrams of the bundle by their names",
        ),
    ),
    "parallel-start": Refused(
        ("不能等几个事件都发生才启动流程", "a process cannot be started by several events of a gateway together"),
        ("用一个开始事件，再用并行网关和捕获事件", "use one start event, then a parallel gateway and catch events"),
    ),
    "must-understand": Refused(
        ("声明了必须理解的扩展，本系统不认识它", "it demands an extension to be understood that is not known here"),
        ("删去该扩展声明", "delete the extension declaration"),
    ),
    "no-wait": Refused(
        ("补偿总是做完才继续，不能不等待", "compensation is always completed before the flow goes on"),
        ("删去 waitForCompletion 属性", "delete the attribute waitForCompletion"),
    ),
}

# element | its name in Chinese | in English | status | attributes it may carry besides id
_TABLE = """\
# The file, its pools and lanes
definitions | 文件 | file | runs | name targetNamespace expressionLanguage typeLanguage exporter exporterVersion
import | 引入 | import | !import | namespace location importType
extension | 扩展声明 | extension | note | definition mustUnderstand
extensionElements | 扩展元素 | extension elements | note
documentation | 说明 | documentation | note | textFormat
process | 流程 | process | runs | name definitionalCollaborationRef isClosed isExecutable processType
collaboration | 协作 | collaboration | note | name isClosed
participant | 泳池 | pool | note | name processRef
participantMultiplicity | 参与者数目 | participant multiplicity | note | maximum minimum
participantAssociation | 参与者关联 | participant association | note
messageFlow | 消息流 | message flow | note | name sourceRef targetRef messageRef
messageFlowAssociation | 消息流关联 | message flow association | note | innerMessageFlowRef outerMessageFlowRef
laneSet | 泳道集 | lane set | note | name
childLaneSet | 子泳道集 | lane set | note | name
lane | 泳道 | lane | runs | name partitionElementRef
flowNodeRef | 泳道成员 | lane member | runs
partnerEntity | 合作方 | partner | note | name
partnerRole | 合作方角色 | partner role | note | name
# Activities
task | 任务 | task | runs | @activity
userTask | 用户任务 | user task | runs | @activity implementation
manualTask | 手动任务 | manual task | runs | @activity
scriptTask | 脚本任务 | script task | runs | @activity scriptFormat
serviceTask | 服务任务 | service task | runs | @activity implementation operationRef
businessRuleTask | 业务规则任务 | business rule task | runs | @activity implementation
sendTask | 发送任务 | send task | runs | @activity implementation messageRef operationRef
receiveTask | 接收任务 | receive task | runs | @activity implementation instantiate messageRef operationRef
callActivity | 调用活动 | call activity | runs | @activity calledElement
subProcess | 子流程 | sub-process | runs | @activity triggeredByEvent
transaction | 事务子流程 | transaction | runs | @activity method protocol triggeredByEvent
adHocSubProcess | 临时子流程 | ad-hoc sub-process | runs | @activity cancelRemainingInstances ordering \
    triggeredByEvent
globalTask | 全局任务 | global task | runs | name
globalUserTask | 全局用户任务 | global user task | runs | name implementation
globalManualTask | 全局手动任务 | global manual task | runs | name
globalScriptTask | 全局脚本任务 | global script task | runs | name scriptLanguage
globalBusinessRuleTask | 全局业务规则任务 | global business rule task | runs | name implementation
script | 脚本 | script | runs
standardLoopCharacteristics | 循环标记 | loop marker | runs | loopMaximum testBefore
multiInstanceLoopCharacteristics | 多实例标记 | multi-instance marker | runs | behavior isSequential \
    noneBehaviorEventRef oneBehaviorEventRef
complexBehaviorDefinition | 复合行为 | complex behaviour | !complex
loopCondition | 循环条件 | loop condition | runs | @expression
loopCardinality | 实例数目 | loop cardinality | runs | @expression
loopDataInputRef | 实例集合 | loop collection | runs
loopDataOutputRef | 结果集合 | loop output collection | runs
inputDataItem | 集合的一项 | input item | runs | @data
outputDataItem | 结果的一项 | output item | runs | @data
completionCondition | 完成条件 | completion condition | runs | @expression
# Events
startEvent | 开始事件 | start event | runs | name isInterrupting parallelMultiple
endEvent | 结束事件 | end event | runs | name
intermediateCatchEvent | 捕获事件 | catch event | runs | name parallelMultiple
intermediateThrowEvent | 抛出事件 | throw event | runs | name
boundaryEvent | 边界事件 | boundary event | runs | name attachedToRef cancelActivity parallelMultiple
implicitThrowEvent | 隐含抛出事件 | implicit throw event | !complex | name
messageEventDefinition | 消息触发 | message trigger | runs | messageRef
signalEventDefinition | 信号触发 | signal trigger | runs | signalRef
errorEventDefinition | 错误触发 | error trigger | runs | errorRef
escalationEventDefinition | 升级触发 | escalation trigger | runs | escalationRef
timerEventDefinition | 定时触发 | timer | runs
conditionalEventDefinition | 条件触发 | conditional trigger | runs
linkEventDefinition | 链接 | link | runs | name
terminateEventDefinition | 终止触发 | terminate trigger | runs
cancelEventDefinition | 取消触发 | cancel trigger | runs
compensateEventDefinition | 补偿触发 | compensation trigger | runs | activityRef waitForCompletion
eventDefinitionRef | 触发引用 | trigger reference | runs
timeDate | 定时时刻 | timer date | runs | @expression
timeDuration | 定时时长 | timer duration | runs | @expression
timeCycle | 定时周期 | timer cycle | runs | @expression
condition | 条件 | condition | runs | @expression
source | 链接来源 | link source | note
target | 链接去向 | link target | note
message | 消息 | message | runs | name itemRef
signal | 信号 | signal | runs | name structureRef
error | 错误 | error | runs | name errorCode structureRef
escalation | 升级 | escalation | runs | name escalationCode structureRef
# Gateways and flows
exclusiveGateway | 排他网关 | exclusive gateway | runs | name default gatewayDirection
inclusiveGateway | 包容网关 | inclusive gateway | runs | name default gatewayDirection
parallelGateway | 并行网关 | parallel gateway | runs | name gatewayDirection
complexGateway | 复杂网关 | complex gateway | runs | name default gatewayDirection
eventBasedGateway | 事件网关 | event gateway | runs | name eventGatewayType gatewayDirection instantiate
activationCondition | 激活条件 | activation condition | runs | @expression
sequenceFlow | 顺序流 | sequence flow | runs | name sourceRef targetRef isImmediate
conditionExpression | 流转条件 | flow condition | runs | @expression
incoming | 连线 | flow reference | note
outgoing | 连线 | flow reference | note
# Data, artifacts and the rest of the standard: for people, not for the engine
association | 关联 | association | note | sourceRef targetRef associationDirection
group | 分组 | group | note | categoryValueRef
textAnnotation | 注释 | text annotation | note | textFormat
text | 文字 | text | note
artifact | 图形 | artifact | note
auditing | 审计 | auditing | note
monitoring | 监控 | monitoring | note
category | 类别 | category | note | name
categoryValue | 类别值 | category value | note | value
categoryValueRef | 类别值引用 | category value reference | note
dataObject | 数据对象 | data object | runs | @data
dataObjectReference | 数据对象引用 | data object | runs | name dataObjectRef itemSubjectRef
dataStore | 数据存储 | data store | note | name capacity isUnlimited itemSubjectRef
dataStoreReference | 数据存储引用 | data store | note | name dataStoreRef itemSubjectRef
dataState | 数据状态 | data state | note | name
dataInput | 数据输入 | data input | runs | @data
dataOutput | 数据输出 | data output | runs | @data
dataInputAssociation | 数据输入关联 | data input association | runs
dataOutputAssociation | 数据输出关联 | data output association | runs
assignment | 赋值 | assignment | !assignment
from | 赋值来源 | assignment source | note | @expression
to | 赋值去向 | assignment target | note | @expression
transformation | 数据变换 | data transformation | !assignment | @expression
ioSpecification | 输入输出说明 | data specification | note
ioBinding | 输入输出绑定 | data binding | note | inputDataRef operationRef outputDataRef
inputSet | 输入集 | input set | note | name
outputSet | 输出集 | output set | note | name
property | 属性 | property | note | @data
itemDefinition | 数据类型 | item definition | note | isCollection itemKind structureRef
relationship | 关系 | relationship | note | direction type
rendering | 显示 | rendering | note
resource | 资源 | resource | note | name
resourceParameter | 资源参数 | resource parameter | note | name isRequired type
resourceParameterBinding | 资源参数绑定 | resource parameter binding | note | parameterRef
resourceRole | 资源角色 | resource role | ?people | name
resourceAssignmentExpression | 资源分配 | resource assignment | note
performer | 执行者 | performer | ?people | name
humanPerformer | 执行人 | human performer | ?people | name
potentialOwner | 候选人 | potential owner | ?people | name
formalExpression | 表达式 | expression | note | @expression
expression | 表达式 | expression | note
interface | 接口 | interface | note | name implementationRef
operation | 操作 | operation | note | name implementationRef
endPoint | 端点 | end point | note
conversation | 会话 | conversation | note | name
conversationNode | 会话 | conversation | note | name
conversationLink | 会话连线 | conversation link | note | name sourceRef targetRef
conversationAssociation | 会话关联 | conversation association | note | innerConversationNodeRef \
    outerConversationNodeRef
subConversation | 子会话 | sub-conversation | note | name
callConversation | 调用会话 | call conversation | note | name calledCollaborationRef
globalConversation | 全局会话 | global conversation | note | name isClosed
choreography | 编排 | choreography | note | name isClosed
globalChoreographyTask | 全局编排任务 | global choreography task | note | name initiatingParticipantRef isClosed
correlationKey | 关联键 | correlation key | note | name
correlationProperty | 关联属性 | correlation property | note | name type
correlationPropertyRetrievalExpression | 关联取值 | correlation expression | note | messageRef
correlationPropertyBinding | 关联绑定 | correlation binding | note | correlationPropertyRef
correlationSubscription | 关联订阅 | correlation subscription | !correlation | correlationKeyRef
messagePath | 消息路径 | message path | note | @expression
dataPath | 数据路径 | data path | note | @expression
partitionElement | 泳道依据 | partition element | note
callChoreography | 调用编排 | call choreography | !choreography | name calledChoreographyRef \
    initiatingParticipantRef loopType
choreographyTask | 编排任务 | choreography task | !choreography | name calledChoreographyRef \
    initiatingParticipantRef loopType
subChoreography | 子编排 | sub-choreography | !choreography | name calledChoreographyRef \
    initiatingParticipantRef loopType
"""
_REFERENCES = """
choreographyRef correlationPropertyRef dataInputRefs dataOutputRefs endPointRef errorRef inMessageRef
innerParticipantRef inputSetRefs interfaceRef messageFlowRef operationRef optionalInputRefs optionalOutputRefs
outMessageRef outerParticipantRef outputSetRefs participantRef resourceRef sourceRef supportedInterfaceRef supports
targetRef whileExecutingInputRefs whileExecutingOutputRefs
"""
_GROUPS = {
    "@activity": "name isForCompensation startQuantity completionQuantity default",
    "@data": "name itemSubjectRef isCollection",
    "@expression": "language evaluatesToTypeRef",
}
_REFUSED_VALUES = {
    ("multiInstanceLoopCharacteristics", "behavior", "Complex"): "complex",
    ("eventBasedGateway", "eventGatewayType", "Parallel"): "parallel-start",
    ("compensateEventDefinition", "waitForCompletion", "false"): "no-wait",
    ("extension", "mustUnderstand", "true"): "must-understand",
}
_BOOLEANS = """
isExecutable isClosed isForCompensation triggeredByEvent cancelActivity isInterrupting parallelMultiple instantiate
isSequential testBefore cancelRemainingInstances waitForCompletion isImmediate mustUnderstand
"""
_CHOICES = {
    "behavior": ("None", "One", "All", "Complex"),
    "ordering": ("Parallel", "Sequential"),
    "eventGatewayType": ("Exclusive", "Parallel"),
}
_QUANTITIES = ("startQuantity", "completionQuantity")
MAX_QUANTITY = 100


@dataclass(frozen=True, slots=True)
class Row:
    """An element: its names for people, its status (runs, note, or why it is refused), and its attributes."""

    zh: str
    en: str
    status: str | Refused | Ignored
    attributes: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _read(table: str) -> dict[str, Row]:
    rows = {}
    for line in table.splitlines():
        if line.startswith("#"):
            continue
        tag, zh, en, status, *attributes = (cell.strip() for cell in line.split("|"))
        names = " ".join(_GROUPS.get(word, word) for word in " ".join(attributes).split())
        rows[tag] = Row(zh, en, _status(status), _words("id " + names))
    return rows


def _status(text: str) -> str | Refused | Ignored:
    if text.startswith("!"):
        return REFUSED[text[1:]]
    return IGNORED[text[1:]] if text.startswith("?") else text


ELEMENTS: dict[str, Row] = _read(_TABLE) | {
    tag: Row("引用", "reference", "note", _words("id")) for tag in _REFERENCES.split()
}

ACTIVITIES = _words(
    "task userTask manualTask scriptTask serviceTask businessRuleTask sendTask receiveTask callActivity subProcess"
    " transaction adHocSubProcess"
)
EVENTS = _words("startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent")
GATEWAYS = _words("exclusiveGateway inclusiveGateway parallelGateway complexGateway eventBasedGateway")
SUB_PROCESSES = _words("subProcess transaction adHocSubProcess")
GLOBAL_TASKS = _words("globalTask globalUserTask globalManualTask globalScriptTask globalBusinessRuleTask")
NODES = ACTIVITIES | EVENTS | GATEWAYS

_BOOLEAN_NAMES = _words(_BOOLEANS)


def refused_value(tag: str, attribute: str, value: str) -> Refused | None:
    """Why this value of an attribute cannot be executed, if so."""
    name = _REFUSED_VALUES.get((tag, attribute, value.strip()))
    return REFUSED[name] if name else None


def may_be(attribute: str, value: str) -> bool:
    """Whether an attribute may have a value. The engine does not read 1 and 0 as true and false."""
    if attribute in _QUANTITIES:
        return value.isascii() and value.isdigit() and len(value) < 5 and 1 <= int(value) <= MAX_QUANTITY
    choices = ("true", "false") if attribute in _BOOLEAN_NAMES else _CHOICES.get(attribute)
    return choices is None or value in choices


def allowed(attribute: str) -> str:
    """The values an attribute may have, for a sentence."""
    if attribute in _QUANTITIES:
        return f"1 … {MAX_QUANTITY}"
    return "true, false" if attribute in _BOOLEAN_NAMES else ", ".join(_CHOICES[attribute])
