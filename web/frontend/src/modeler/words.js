// bpmn-js and its panel in Chinese: two tables of the community, and what they do not know.
import palette from 'bpmn-js-i18n/translations/zn.js';
import drawing from 'bpmn-js-i18n-zh/lib/bpmn-js/index.js';
import panel from 'bpmn-js-i18n-zh/lib/properties-panel/index.js';
import { english } from '../i18n.js';
import own from './words.json';

// The same thing is a `Sub-process` in one place and a `Sub Process` in another.
const key = (template) => template.replace(/[\s-]/g, '').toLowerCase();
const table = new Map(Object.entries({ ...palette, ...drawing, ...panel, ...own }).map(([template, text]) => [key(template), text]));

export function translate(template, replacements = {}) {
  const text = english ? template : (table.get(key(template)) ?? template);
  return text.replace(/{([^}]+)}/g, (_, name) => replacements[name] ?? `{${name}}`);
}

globalThis.banjieTranslate = translate; // for parts of the panel that take no translator (build.mjs)

export const WordsModule = { translate: ['value', translate] };

// What the screen calls an element of a file, by its tag.
export function typeWord(tag) {
  const spaced = tag.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  const word = translate(spaced);
  return word === spaced ? tag : word;
}
