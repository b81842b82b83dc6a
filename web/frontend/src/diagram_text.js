// The diagram in words, for people who do not see it and for everybody who would rather read.
import { element } from './dialog.js';
import { say } from './i18n.js';

const TYPES = {
  UserTask: say('用户任务', 'user task'),
  ManualTask: say('手动任务', 'manual task'),
  ServiceTask: say('服务任务', 'service task'),
  SendTask: say('发送任务', 'send task'),
  ReceiveTask: say('接收任务', 'receive task'),
  BusinessRuleTask: say('规则任务', 'rule task'),
  ScriptTask: say('脚本任务', 'script task'),
  CallActivity: say('调用活动', 'call activity'),
  SubProcess: say('子流程', 'sub-process'),
  StartEvent: say('开始', 'start'),
  EndEvent: say('结束', 'end'),
  BoundaryEvent: say('边界事件', 'boundary event'),
  IntermediateCatchEvent: say('等待事件', 'waiting event'),
  IntermediateThrowEvent: say('发出事件', 'sending event'),
  ExclusiveGateway: say('条件分支', 'choice'),
  ParallelGateway: say('并行', 'parallel'),
  InclusiveGateway: say('多选分支', 'inclusive choice'),
  EventBasedGateway: say('事件分支', 'event choice'),
};

function list(title, items) {
  if (!items.length) return [];
  const ul = element('ul', {});
  items.forEach((item) => ul.append(element('li', {}, ...[item].flat())));
  return [element('h2', { class: 'h6' }, title), ul];
}

export function describe(root, viewer, { active, path, order = Object.keys(path), incidents }) {
  const registry = viewer.get('elementRegistry');
  const name = (id) => {
    const shape = registry.get(id)?.businessObject;
    if (!shape) return id;
    const type = TYPES[shape.$type.replace('bpmn:', '')] ?? '';
    return shape.name ? `${shape.name}${type && say(`（${type}）`, ` (${type})`)}` : type || id;
  };
  const passed = order.filter((id) => registry.get(id) && !registry.get(id).waypoints);
  const parts = [
    ...list(
      say('进行中', 'Active'),
      active.map(({ element: id, count = 1, text }) => [
        '● ',
        name(id),
        count > 1 ? say(`，${count} 处`, `, ${count} tokens`) : '',
        text ? say(`：${text}`, `: ${text}`) : '',
      ]),
    ),
    ...list(
      say('异常', 'Incidents'),
      incidents.map(({ element: id, text = '', url }) => ['▲ ', url ? element('a', { href: url }, name(id)) : name(id), text && say(`：${text}`, `: ${text}`)]),
    ),
    ...list(
      say('已经过', 'Passed'),
      passed.map((id) => ['✓ ', name(id), path[id] > 1 ? say(`，${path[id]} 次`, `, ${path[id]} times`) : '']),
    ),
  ];
  if (!parts.length) return;
  let place = document.getElementById('diagram-text');
  const open = place ? { open: '' } : {}; // a page that gives it a place of its own has room for it
  if (!place) {
    place = element('div', { id: 'diagram-text' });
    root.after(place);
  }
  const details = element('details', { class: 'diagram-text', ...open }, element('summary', {}, say('文字说明', 'In words')), ...parts);
  place.replaceChildren(details);
}
