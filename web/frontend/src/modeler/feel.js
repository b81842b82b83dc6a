// A field for an expression: variables and functions in scope are offered while one types, and what is wrong is said with its place.
import { useEffect, useRef, useState } from '@bpmn-io/properties-panel/preact/hooks';
import { jsx, jsxs } from '@bpmn-io/properties-panel/preact/jsx-runtime';
import { useService } from 'bpmn-js-properties-panel';
import { data, unsaved } from '../editor/shell.js';
import { answerOf, send } from '../http.js';
import { say } from '../i18n.js';
import { onVerdict, verdictOn } from './verdict.js';

const PAUSE = 250; // ms after the last key until the server is asked
const OFFERED = 8; // suggestions shown at once
const WORD = /[\p{L}_][\p{L}\p{N}_]*$/u;

async function problemsOf(text, kind) {
  const answer = await send('POST', `${data.urls.feel}?kind=${kind}`, { text });
  return answer.ok ? (await answerOf(answer)).problems : [];
}

// What may be spoken of at an element; asked once for each state of the diagram.
function scopes(modeler) {
  let state;
  let known = new Map();
  return async (id) => {
    const { xml } = await modeler.saveXML();
    if (xml !== state) [state, known] = [xml, new Map()];
    if (!known.has(id)) {
      const asked = send('POST', `${data.urls.scope}?element=${encodeURIComponent(id)}`, unsaved(xml));
      known.set(id, asked.then(answerOf).then(({ variables = [], functions = [] }) => [
        ...variables.map(({ name, hint }) => ({ text: name, shown: name, hint, name })),
        ...functions.map(({ name, signature, hint }) => ({ text: `${name}(`, shown: signature, hint, name })),
      ]));
    }
    return known.get(id);
  };
}
scopes.$inject = ['bpmnjs'];

export const ScopeModule = { banjieScopes: ['factory', scopes] };

export function FeelEntry({ id, element, label, description, getValue, setValue, kind = 'expression', rows = 1 }) {
  const scope = useService('banjieScopes');
  const value = getValue() ?? '';
  const [text, setText] = useState(value);
  const [problems, setProblems] = useState([]);
  const [offers, setOffers] = useState([]);
  const [place, setPlace] = useState(0);
  const [, heard] = useState(0);
  const field = useRef();
  const timer = useRef();
  const asked = useRef(0);
  const turn = useRef(0); // which question for suggestions is the last one
  const own = useRef({ element, value }); // what this field has last handed over, or was given
  const name = `feel-${id}`;

  const judge = async (typed) => {
    const number = (asked.current += 1);
    const found = typed.trim() ? await problemsOf(typed.trimEnd(), kind).catch(() => []) : [];
    if (number === asked.current) setProblems(found);
  };
  useEffect(() => {
    // What was typed here comes back as the value while one may have typed on: only what comes from elsewhere is put in.
    if (own.current.element === element && own.current.value === value) return void judge(field.current.value);
    own.current = { element, value };
    close();
    setText(value);
    judge(value);
  }, [value, element]);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => onVerdict(() => heard((count) => count + 1)), []);
  useEffect(() => {
    const area = field.current;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight + 2}px`;
  }, [text]);

  const close = () => {
    turn.current += 1;
    setOffers([]);
  };
  const offer = async (all = false) => {
    const area = field.current;
    const mine = (turn.current += 1);
    const before = () => WORD.exec(area.value.slice(0, area.selectionStart))?.[0] ?? '';
    if (!before() && !all) return setOffers([]);
    const known = await scope(element.id).catch(() => []);
    if (mine !== turn.current) return; // asked again meanwhile, or put away
    const begun = before();
    if ((!begun && !all) || document.activeElement !== area) return setOffers([]);
    const found = known.filter((one) => one.name.toLowerCase().startsWith(begun.toLowerCase()) && one.text !== begun);
    setOffers(found.slice(0, all ? found.length : OFFERED));
    setPlace(0);
  };
  const commit = (typed) => {
    clearTimeout(timer.current);
    if (typed === value) return;
    own.current = { element, value: typed.trim() ? typed : '' };
    setValue(own.current.value || undefined);
  };
  const typed = () => {
    setText(field.current.value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      judge(field.current.value);
      commit(field.current.value);
    }, PAUSE);
    offer();
  };
  const take = (one) => {
    const area = field.current;
    const end = area.selectionStart;
    const start = end - (WORD.exec(area.value.slice(0, end))?.[0].length ?? 0);
    area.setRangeText(one.text, start, end, 'end');
    typed();
    close();
    area.focus();
  };
  const keys = (event) => {
    const { key } = event;
    if (event.ctrlKey && key === ' ') {
      event.preventDefault();
      offer(true);
      return;
    }
    if (!offers.length || event.isComposing) return;
    if (key === 'ArrowDown' || key === 'ArrowUp') setPlace((place + (key === 'ArrowDown' ? 1 : offers.length - 1)) % offers.length);
    else if (key === 'Enter' || key === 'Tab') take(offers[place]);
    else if (key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  // What is typed while a suggestion is highlighted must be in sight.
  useEffect(() => document.getElementById(`${name}-${place}`)?.scrollIntoView({ block: 'nearest' }), [place, offers]);

  // What the field finds itself has its place; else what the gate says of this expression. Of a time the gate knows more: it reads
  // words and cron lines too.
  const verdict = (problems.length && kind !== 'timer') || text.trim() !== value.trim() ? undefined : verdictOn(element.id, { label, text: value.trim() });

  return jsxs('div', {
    class: `bio-properties-panel-entry${problems.length || verdict?.severity === 'error' ? ' has-error' : ''}`,
    'data-entry-id': id,
    children: [
      jsx('label', { for: name, class: 'bio-properties-panel-label', children: label }),
      jsxs('div', {
        class: 'feel-field',
        children: [
          jsx('textarea', {
            id: name, name: id, ref: field, rows, value: text, spellcheck: false,
            class: 'bio-properties-panel-input bio-properties-panel-input-monospace',
            'aria-autocomplete': 'list', 'aria-controls': `${name}-offers`,
            'aria-activedescendant': offers.length ? `${name}-${place}` : undefined,
            'aria-describedby': `${name}-problems`, 'aria-invalid': String(problems.length > 0 || verdict?.severity === 'error'),
            onInput: typed, onKeyDown: keys, onBlur: () => { commit(field.current.value); setTimeout(close, 150); },
          }),
          jsx('ul', {
            id: `${name}-offers`, class: 'feel-offers', role: 'listbox', 'aria-label': say('可用的变量和函数', 'Variables and functions'), hidden: !offers.length,
            children: offers.map((one, number) => jsxs('li', {
              id: `${name}-${number}`, role: 'option', 'aria-selected': String(number === place), key: one.shown,
              onMouseDown: (event) => { event.preventDefault(); take(one); },
              children: [jsx('code', { children: one.shown }), one.hint ? jsx('span', { children: one.hint }) : null],
            })),
          }),
        ],
      }),
      jsx('div', {
        id: `${name}-problems`, role: 'status', class: 'feel-problems',
        children: verdict
          ? jsxs('div', { class: verdict.severity === 'error' ? 'bio-properties-panel-error' : 'bio-properties-panel-description', children: [verdict.text, verdict.mend ? jsx('div', { children: verdict.mend }) : null] })
          : problems.map((one) => jsxs('div', {
              class: 'bio-properties-panel-error',
              children: [one.text, one.position <= text.length && text.length > 1 ? jsx(Spot, { text, position: one.position }) : null],
            })),
      }),
      description ? jsx('div', { class: 'bio-properties-panel-description', children: description }) : null,
    ],
  });
}

// The place of a mistake, with what stands around it.
function Spot({ text, position }) {
  const [from, to] = [Math.max(0, position - 12), position + 12];
  return jsxs('code', {
    class: 'feel-spot', 'aria-hidden': 'true',
    children: [from ? '…' : '', text.slice(from, position), jsx('mark', { children: text.slice(position, position + 1) || '␣' }), text.slice(position + 1, to), to < text.length ? '…' : ''],
  });
}
