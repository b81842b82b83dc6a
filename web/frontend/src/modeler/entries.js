// Small makers of property entries: where a value lives in the model, and how a change of it becomes one undoable step.
import { CheckboxEntry, isCheckboxEntryEdited, isSelectEntryEdited, isTextFieldEntryEdited, SelectEntry, TextFieldEntry } from '@bpmn-io/properties-panel';
import { jsx } from '@bpmn-io/properties-panel/preact/jsx-runtime';
import { useService } from 'bpmn-js-properties-panel';
import { say } from '../i18n.js';
import { FeelEntry } from './feel.js';

const identity = (id) => id.replace(/[^\w-]/g, '_');
const written = (node) => Boolean(node?.value);

// A property of `holder`, an element of the model; `holder` defaults to what the shape stands for.
export function property(name, holder) {
  return {
    get: (element) => (holder ?? element.businessObject).get(name),
    set: (element, value, { modeling }) => modeling.updateModdleProperties(element, holder ?? element.businessObject, { [name]: value }),
  };
}

const OURS = /^\s*$|feel|python|xpath/i; // what the gate reads; XPath is the standard's default and means nothing

// A field of ours holds FEEL: once something is written into it, the name of another product's language goes.
export function spoken(node, attribute = 'language') {
  let file = node;
  while (file.$parent) file = file.$parent;
  const own = node.get(attribute) ?? '';
  if (own && OURS.test(own)) return own;
  return OURS.test(file.get('expressionLanguage') ?? '') ? undefined : 'feel';
}

// The text of a child expression, such as a condition or a time: the child comes and goes with its text.
export function expression(name, holder) {
  return {
    get: (element) => (holder ?? element.businessObject).get(name)?.get('body'),
    set(element, value, { modeling, bpmnFactory }) {
      const owner = holder ?? element.businessObject;
      const child = owner.get(name);
      if (child && value) return modeling.updateModdleProperties(element, child, { body: value, language: spoken(child) });
      const fresh = value ? bpmnFactory.create('bpmn:FormalExpression', { body: value }) : undefined;
      if (fresh) {
        fresh.$parent = owner;
        fresh.set('language', spoken(fresh));
      }
      return modeling.updateModdleProperties(element, owner, { [name]: fresh });
    },
  };
}

function useTools() {
  return { modeling: useService('modeling'), bpmnFactory: useService('bpmnFactory'), debounce: useService('debounceInput') };
}

// Options are {value, label}; a value that is not among them stays, and says so. `explain(value)` describes what is chosen.
function Choice({ element, id, label, description, place, options, explain }) {
  const tools = useTools();
  const value = place.get(element) ?? '';
  const all = [{ value: '', label: say('（不指定）', '(none)') }, ...options];
  if (value && !options.some((one) => one.value === value)) all.push({ value, label: say(`${value}（没有这一项）`, `${value} (not known)`) });
  return jsx(SelectEntry, {
    element, id, label, description: explain ? explain(value) : description,
    getValue: () => value,
    setValue: (chosen) => place.set(element, chosen || undefined, tools),
    getOptions: () => all,
  });
}

function Text({ element, id, label, description, place }) {
  const tools = useTools();
  return jsx(TextFieldEntry, {
    element, id, label, description, debounce: tools.debounce,
    getValue: () => place.get(element) ?? '',
    setValue: (typed) => place.set(element, typed || undefined, tools),
  });
}

function Formula({ element, id, label, description, place, kind, rows }) {
  const tools = useTools();
  return jsx(FeelEntry, {
    element, id, label, description, kind, rows,
    getValue: () => place.get(element),
    setValue: (typed) => place.set(element, typed, tools),
  });
}

function Tick({ element, id, label, description, place }) {
  const tools = useTools();
  return jsx(CheckboxEntry, {
    element, id, label, description,
    getValue: () => Boolean(place.get(element)),
    setValue: (ticked) => place.set(element, ticked, tools),
  });
}

const entry = (component, isEdited) => (id, label, place, more = {}) => ({ id: identity(id), label, place, component, isEdited, ...more });
export const choice = entry(Choice, isSelectEntryEdited);
export const text = entry(Text, isTextFieldEntryEdited);
export const formula = entry(Formula, written);
export const tick = entry(Tick, isCheckboxEntryEdited);
