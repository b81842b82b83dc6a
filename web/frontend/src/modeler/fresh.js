// A button below a choice: make a new form or decision table for this element, and choose it.
import { useState } from '@bpmn-io/properties-panel/preact/hooks';
import { jsx, jsxs } from '@bpmn-io/properties-panel/preact/jsx-runtime';
import { useService } from 'bpmn-js-properties-panel';
import { data, isFresh } from '../editor/shell.js';
import { say } from '../i18n.js';

const TEXTS = { form: say('新建表单', 'New form'), decision: say('新建决策表', 'New decision table') };
const made = new Map(); // value -> where it is edited

function Fresh({ element, id, kind, place }) {
  const tools = { modeling: useService('modeling'), bpmnFactory: useService('bpmnFactory') };
  const eventBus = useService('eventBus');
  const [busy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    const node = element.businessObject;
    const asked = { kind, name: node.get('name') || node.id };
    const answer = await new Promise((resolve) => eventBus.fire('banjie.fresh', { ...asked, resolve }));
    setBusy(false);
    if (!answer) return;
    data.choices[kind].push(answer.choice);
    made.set(answer.choice.value, answer.url);
    place.set(element, answer.choice.value, tools);
  };
  const value = place.get(element);
  const url = made.get(value);
  const open = async (event) => {
    if (!isFresh(value)) return;
    event.preventDefault(); // it comes to be with the diagram
    await new Promise((resolve) => eventBus.fire('banjie.store', { resolve }));
    if (!isFresh(value)) window.location.assign(url);
  };
  return jsxs('div', {
    class: 'bio-properties-panel-entry fresh', 'data-entry-id': id,
    children: [
      jsx('button', { type: 'button', class: 'btn btn-outline-secondary btn-sm', disabled: busy, onClick: make, children: TEXTS[kind] }),
      url ? jsx('a', { href: url, target: '_blank', rel: 'noopener', onClick: open, children: isFresh(value) ? say('保存并打开编辑', 'Save and open it') : say('打开编辑', 'Open it') }) : null,
    ],
  });
}

export const fresh = (kind, place) => ({ id: `new-${kind}`, kind, place, component: Fresh, isEdited: () => false });
