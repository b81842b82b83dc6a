// The properties that are ours, and the standard ones that hold expressions: a group for every kind of element.
import { Group, ListGroup } from '@bpmn-io/properties-panel';
import { is } from 'bpmn-js/lib/util/ModelUtil.js';
import { data } from '../editor/shell.js';
import { say } from '../i18n.js';
import { choice, expression, formula, property, spoken, text, tick } from './entries.js';
import { foreign } from './foreign.js';
import { fresh } from './fresh.js';
import { known } from './known.js';
import { lists } from './lists.js';
import { translate } from './words.js';

const { choices } = data;
const THROWS = ['bpmn:IntermediateThrowEvent', 'bpmn:EndEvent'];
const CATCHES = ['bpmn:StartEvent', 'bpmn:IntermediateCatchEvent', 'bpmn:BoundaryEvent'];
const SPLITS = ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway', 'bpmn:ComplexGateway', 'bpmn:Activity'];
const REPLACED = ['timer']; // groups of the standard provider whose fields are ours

const TIMES = {
  timeDuration: say('如 PT2H（2 小时）、P3D（3 天），或表达式 duration("P1D")', 'Such as PT2H (2 hours), P3D (3 days), or an expression: duration("P1D")'),
  timeDate: say('如 2026-01-31T09:00:00+08:00，或表达式 deadline("C10", accepted_at)、now() + duration("P1D")；只写日期 date(受理日期) 的，到当天 24 时', 'Such as 2026-01-31T09:00:00+08:00, or an expression: deadline("C10", accepted_at), now() + duration("P1D"); a date alone, date(received_on), is the end of that day'),
  timeCycle: say('如 R3/P1D（每天，共 3 次）；每天 9 点写 R/2026-01-01T09:00:00+08:00/P1D', 'Such as R3/P1D (daily, 3 times); every day at 9: R/2026-01-01T09:00:00+08:00/P1D'),
};

const anyOf = (node, types) => types.some((type) => is(node, type));
const definition = (node, type) => node.get('eventDefinitions')?.find((one) => is(one, type));
const has = (node, type) => is(node, 'bpmn:Event') && definition(node, type) !== undefined;

function work(node) {
  if (!anyOf(node, ['bpmn:UserTask', 'bpmn:ManualTask']) && node.$type !== 'bpmn:Task') return null;
  return group('work', say('办理', 'Work'), [
    choice('form', say('表单', 'Form'), property('banjie:form'), { options: choices.form, description: say('本草稿中的表单', 'The forms of this draft') }),
    fresh('form', property('banjie:form')),
    choice('role', say('角色', 'Role'), property('banjie:role'), { options: choices.role }),
    formula('unit', say('承办单位', 'Unit'), property('banjie:unit')),
    formula('assignee', say('办理人', 'Assignee'), property('banjie:assignee'), { description: say('不填则由该角色认领', 'Empty: whoever of the role claims it') }),
    formula('due', say('到期时间', 'Due'), property('banjie:due'), { description: say('如 deadline("C08", received_at)', 'Such as deadline("C08", received_at)') }),
    formula('priority', say('优先级', 'Priority'), property('banjie:priority'), { description: say('数字，越小越急；不填为 1', 'A number, smaller is more urgent; 1 when empty') }),
  ]);
}

function connector(node) {
  const sends = anyOf(node, THROWS) && has(node, 'bpmn:MessageEventDefinition');
  if (!sends && !anyOf(node, ['bpmn:ServiceTask', 'bpmn:SendTask'])) return null;
  const waits = is(node, 'bpmn:ServiceTask');
  const explain = (value) => does(choices.connector.find((one) => one.value === value), waits);
  const entries = [choice('connector', say('连接器', 'Connector'), property('banjie:connector'), { options: choices.connector, explain })];
  if (waits) entries.push(text('result', say('结果存入变量', 'Result into variable'), property('banjie:result')));
  return group('connector', say('外部系统', 'Outside system'), entries);
}

// What a connector does, and whether the step waits for it.
function does(connector, waits) {
  if (!connector) return say('由哪个外部系统或内部功能办理', 'The outside system or function of the house that does it');
  const goes = waits ? say('步骤等它办完再继续', 'the step waits for its answer') : say('交给它后步骤就继续', 'the step goes on at once');
  return say(`${connector.does}；${goes}。`, `${connector.does}; ${goes}.`);
}

function decision(node) {
  if (!is(node, 'bpmn:BusinessRuleTask')) return null;
  return group('decision', say('决策', 'Decision'), [
    choice('decision', say('决策表', 'Decision'), property('banjie:decision'), { options: choices.decision, description: say('本草稿中的决策', 'The decisions of this draft') }),
    fresh('decision', property('banjie:decision')),
    text('result', say('结果存入变量', 'Result into variable'), property('banjie:result')),
  ]);
}

function correlation(node) {
  const messages = anyOf(node, [...THROWS, ...CATCHES]) && has(node, 'bpmn:MessageEventDefinition');
  if (!messages && !anyOf(node, ['bpmn:SendTask', 'bpmn:ReceiveTask'])) return null;
  // The standard group of messages knows events and receive tasks.
  const name = node.$type === 'bpmn:SendTask' ? [known(text('message', say('消息名称', 'Message name'), messageName, { description: say('发给系统内其他实例；用连接器时不填', 'To other cases here; empty with a connector') }), choices.message)] : [];
  return group('correlation', say('消息关联', 'Correlation'), [
    ...name,
    formula('correlation', say('关联值', 'Correlation value'), property('banjie:correlation'), { description: say('区分不同办件的值，如 matter_no', 'What tells one case from another, such as matter_no') }),
  ]);
}

// A message of this name, found among the diagram's or made.
const messageName = {
  get: ({ businessObject }) => businessObject.get('messageRef')?.get('name'),
  set(element, name, { modeling, bpmnFactory }) {
    const node = element.businessObject;
    let file = node;
    while (file.$parent) file = file.$parent;
    let message = file.get('rootElements').find((one) => is(one, 'bpmn:Message') && one.get('name') === name);
    if (name && !message) {
      message = bpmnFactory.create('bpmn:Message', { name });
      message.$parent = file;
      modeling.updateModdleProperties(element, file, { rootElements: [...file.get('rootElements'), message] });
    }
    modeling.updateModdleProperties(element, node, { messageRef: name ? message : undefined });
  },
};

function script(node) {
  if (!is(node, 'bpmn:ScriptTask')) return null;
  return group('script', say('脚本', 'Script'), [
    formula('script', say('赋值', 'Assignments'), assignments, { rows: 3, description: say('如 { 金额: 单价 * 数量 }，各项成为变量', 'Such as { sum: price * count }; the entries become variables') }),
  ]);
}

const assignments = {
  get: ({ businessObject }) => businessObject.get('script'),
  set: (element, script, { modeling }) => modeling.updateModdleProperties(element, element.businessObject, { script, scriptFormat: spoken(element.businessObject, 'scriptFormat') }),
};

function call(node) {
  if (!is(node, 'bpmn:CallActivity')) return null;
  return group('call', say('调用的流程', 'Called process'), [choice('calledElement', say('流程', 'Process'), property('calledElement'), { options: choices.process })]);
}

function timer(node) {
  const holder = is(node, 'bpmn:Event') && definition(node, 'bpmn:TimerEventDefinition');
  if (!holder) return null;
  const kind = ['timeDuration', 'timeDate', 'timeCycle'].find((name) => holder.get(name)) ?? 'timeDuration';
  return group('clockwork', say('定时', 'Timer'), [
    choice('timerKind', say('类型', 'Type'), timerKind(holder, kind), {
      options: [
        { value: 'timeDuration', label: say('时长', 'Duration') },
        { value: 'timeDate', label: say('时刻', 'Date') },
        { value: 'timeCycle', label: say('周期', 'Cycle') },
      ],
    }),
    formula('timerValue', say('时间', 'Time'), expression(kind, holder), { kind: 'timer', description: TIMES[kind] }),
  ]);
}

// Another type keeps the text.
function timerKind(holder, kind) {
  return {
    get: () => (holder.get(kind) ? kind : ''),
    set(element, chosen, { modeling, bpmnFactory }) {
      const fresh = chosen && bpmnFactory.create('bpmn:FormalExpression', { body: holder.get(kind)?.get('body') });
      if (fresh) fresh.$parent = holder;
      modeling.updateModdleProperties(element, holder, { timeDuration: undefined, timeDate: undefined, timeCycle: undefined, ...(chosen ? { [chosen]: fresh } : {}) });
    },
  };
}

function conditional(node) {
  const holder = is(node, 'bpmn:Event') && definition(node, 'bpmn:ConditionalEventDefinition');
  if (!holder) return null;
  return group('conditional', say('条件', 'Condition'), [formula('condition', say('条件', 'Condition'), expression('condition', holder))]);
}

function flow(node) {
  if (!is(node, 'bpmn:SequenceFlow') || !anyOf(node.sourceRef, SPLITS)) return null;
  return group('flow', say('流转', 'Flow'), [
    formula('condition', say('条件', 'Condition'), expression('conditionExpression'), { description: say('如 decision = "受理"', 'Such as decision = "受理"') }),
    tick('default', say('默认走这条', 'The default flow'), isDefault, { description: say('其他条件都不成立时', 'Taken when no other condition holds') }),
  ]);
}

const isDefault = {
  get: ({ businessObject }) => businessObject.sourceRef.get('default') === businessObject,
  set: (element, ticked, { modeling }) => modeling.updateProperties(element.source, { default: ticked ? element.businessObject : undefined }),
};

function repetition(node) {
  const holder = is(node, 'bpmn:Activity') && node.get('loopCharacteristics');
  if (!holder || !is(holder, 'bpmn:MultiInstanceLoopCharacteristics')) return null;
  return group('repetition', say('多实例的数据', 'Data of the instances'), [
    formula('collection', say('集合', 'Collection'), property('banjie:collection', holder), { description: say('结果是列表的表达式', 'An expression that yields a list') }),
    text('item', say('每一项的变量名', 'Variable of each item'), property('banjie:item', holder)),
    text('collect', say('结果收集到变量', 'Results into variable'), property('banjie:collect', holder)),
    formula('collectItem', say('每个实例的结果', 'Result of each'), property('banjie:collectItem', holder)),
  ]);
}

function loop(node) {
  const holder = is(node, 'bpmn:Activity') && node.get('loopCharacteristics');
  if (!holder || !is(holder, 'bpmn:StandardLoopCharacteristics')) return null;
  return group('loop', say('循环', 'Loop'), [
    formula('loopCondition', say('循环条件', 'Loop condition'), expression('loopCondition', holder), { description: say('成立时再做一次，如 passed = false', 'Holds: once more, such as passed = false') }),
    text('loopMaximum', say('最多次数', 'Most rounds'), property('loopMaximum', holder), { description: say('正整数，如 3', 'A positive whole number, such as 3') }),
  ]);
}

const GROUPS = [work, connector, decision, correlation, script, call, timer, conditional, flow, repetition, loop];

function group(id, label, entries) {
  return { id: `banjie-${id}`, label, entries, component: Group, shouldOpen: true };
}

// The standard field for the name of a message.
const named = (one) => (one.id === 'message' ? { ...one, entries: one.entries.map((entry) => (entry.id === 'messageName' ? known(entry, choices.message) : entry)) } : one);

class Provider {
  constructor(propertiesPanel, injector) {
    this.tools = { modeling: injector.get('modeling'), bpmnFactory: injector.get('bpmnFactory') };
    propertiesPanel.registerProvider(500, this); // after the standard provider
  }

  getGroups(element) {
    const node = element.businessObject;
    return (groups) => {
      const standard = groups.filter((one) => !REPLACED.includes(one.id)).map(named);
      const ours = GROUPS.map((make) => make(node)).filter(Boolean);
      const listed = [...lists(element, this.tools), ...foreign(element, this.tools)].map((one) => ({ component: ListGroup, ...one }));
      return [...standard.slice(0, 1), ...ours, ...listed, ...standard.slice(1)].map((one) => ({ translate, ...one })); // the groups' own buttons
    };
  }
}
Provider.$inject = ['propertiesPanel', 'injector'];

export const PanelModule = { __init__: ['banjieProvider'], banjieProvider: ['type', Provider] };
