// What other products have said of an element in their own vocabularies: shown, and taken away on demand.
import { TextFieldEntry } from '@bpmn-io/properties-panel';
import { jsx } from '@bpmn-io/properties-panel/preact/jsx-runtime';
import { is } from 'bpmn-js/lib/util/ModelUtil.js';
import { useService } from 'bpmn-js-properties-panel';
import { say } from '../i18n.js';
import { translate } from './words.js';

const LONGEST = 200; // characters of what such an element says

// An element and its parts that have no shape of their own: what an event waits for, how an activity repeats, a pool's process.
const parts = (node) => [node, ...(node.get('eventDefinitions') ?? []), node.get('loopCharacteristics'), node.get('processRef')].filter(Boolean);

const isForeign = (one) => !is(one, 'banjie:Input') && !is(one, 'banjie:Output') && !is(one, 'banjie:Clock');
const isWritten = (name) => name.includes(':') && !name.startsWith('xmlns') && !name.startsWith('xsi:') && !name.startsWith('banjie:');

// `{holder, name, says, remove}` of each extension.
function extensions(node) {
  return parts(node).flatMap((holder) => [
    ...(holder.get('extensionElements')?.get('values') ?? []).filter(isForeign).map((one) => ({ name: one.$type, says: words(one), element: one, holder })),
    ...Object.entries(holder.$attrs ?? {}).filter(([name]) => isWritten(name)).map(([name, says]) => ({ name, says, holder })),
  ]);
}

// The attributes and texts of an element of another product, in a line.
function words(one) {
  const own = Object.entries(one).filter(([name, value]) => !name.startsWith('$') && typeof value === 'string' && !name.startsWith('xmlns')).map(([name, value]) => `${name}=${value}`);
  return [...own, one.$body?.trim(), ...(one.$children ?? []).map((child) => `<${child.$type} ${words(child)}>`)].filter(Boolean).join(' ').slice(0, LONGEST);
}

function Says({ element, id, says }) {
  const debounce = useService('debounceInput');
  return jsx(TextFieldEntry, { element, id, label: say('内容', 'Content'), debounce, disabled: true, getValue: () => says, setValue: () => {} });
}

export function foreign(element, { modeling }) {
  const node = element.businessObject;
  const found = node.$type ? extensions(node) : [];
  if (!found.length) return [];
  return [
    {
      id: 'banjie-foreign',
      label: say('其他产品的扩展', 'Of other products'),
      items: found.map(({ name, says, element: one, holder }, number) => ({
        id: `foreign-${number}`,
        label: name,
        translate,
        entries: [{ id: `foreign-${number}-says`, component: Says, says }],
        remove(event) {
          event.stopPropagation();
          if (!one) return modeling.updateModdleProperties(element, holder, { [name]: undefined });
          const held = holder.get('extensionElements');
          const values = held.get('values').filter((other) => other !== one);
          return values.length ? modeling.updateModdleProperties(element, held, { values }) : modeling.updateModdleProperties(element, holder, { extensionElements: undefined });
        },
      })),
    },
  ];
}
