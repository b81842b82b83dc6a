// Inputs, outputs and clocks of an element: lists in its extension elements.
import { is } from 'bpmn-js/lib/util/ModelUtil.js';
import { data } from '../editor/shell.js';
import { say } from '../i18n.js';
import descriptor from './banjie.json';
import { choice, formula, property, text } from './entries.js';
import { translate } from './words.js';

const ACTIONS = [
  { value: 'start', label: say('起算', 'start') },
  { value: 'stop', label: say('停止', 'stop') },
  { value: 'pause', label: say('中止', 'pause') },
  { value: 'resume', label: say('恢复', 'resume') },
];

const mapping = (prefix, item) => [
  text(`${prefix}-name`, say('名称', 'Name'), property('name', item)),
  formula(`${prefix}-value`, say('值', 'Value'), property('value', item)),
];

const KINDS = {
  Input: { label: say('传出的数据', 'Inputs'), empty: say('未命名', 'unnamed'), title: (item) => item.get('name'), entries: mapping },
  Output: { label: say('取回的数据', 'Outputs'), empty: say('未命名', 'unnamed'), title: (item) => item.get('name'), entries: mapping },
  Clock: {
    label: say('时限', 'Clocks'),
    empty: say('未选时限', 'no clock'),
    title: (item) => [item.get('code'), ACTIONS.find((one) => one.value === item.get('action'))?.label].filter(Boolean).join(' '),
    entries: (prefix, item) => [
      choice(`${prefix}-code`, say('时限', 'Clock'), property('code', item), { options: data.choices.clock }),
      choice(`${prefix}-action`, say('动作', 'Action'), property('action', item), { options: ACTIONS }),
    ],
  },
};

// Where a list belongs is said by the descriptor, which is held against the gate's own table.
const PLACES = Object.fromEntries(descriptor.types.filter((one) => one.meta).map((one) => [one.name, one.meta.allowedIn]));

function holds(node, kind) {
  if (!PLACES[kind].includes(node.$type)) return false;
  if (kind === 'Clock' || !is(node, 'bpmn:Event')) return true;
  return node.get('eventDefinitions').some((one) => is(one, 'bpmn:MessageEventDefinition') || is(one, 'bpmn:SignalEventDefinition'));
}

export function lists(element, tools) {
  const node = element.businessObject;
  if (!node.$type) return [];
  return Object.keys(KINDS)
    .filter((kind) => holds(node, kind) || items(node, kind).length)
    .map((kind) => list(element, kind, tools));
}

const items = (node, kind) => (node.get('extensionElements')?.get('values') ?? []).filter((one) => is(one, `banjie:${kind}`));

function list(element, kind, { modeling, bpmnFactory }) {
  const node = element.businessObject;
  const { label, empty, title, entries } = KINDS[kind];
  const change = (values) => modeling.updateModdleProperties(element, node.get('extensionElements'), { values });
  return {
    id: `banjie-${kind}`,
    label,
    items: items(node, kind).map((item, number) => {
      const id = `${kind.toLowerCase()}-${number}`;
      return {
        id,
        label: title(item) || empty,
        translate,
        entries: entries(id, item),
        remove(event) {
          event.stopPropagation();
          change(node.get('extensionElements').get('values').filter((one) => one !== item));
        },
      };
    }),
    add(event) {
      event.stopPropagation();
      const item = bpmnFactory.create(`banjie:${kind}`, {});
      const holder = node.get('extensionElements');
      if (holder) {
        item.$parent = holder;
        change([...holder.get('values'), item]);
        return;
      }
      const fresh = bpmnFactory.create('bpmn:ExtensionElements', { values: [item] });
      [fresh.$parent, item.$parent] = [node, fresh];
      modeling.updateModdleProperties(element, node, { extensionElements: fresh });
    },
  };
}
