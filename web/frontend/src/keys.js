// The worklist by keyboard. The active row is the one whose link has the focus, so that screen readers follow.
import { element } from './dialog.js';
import { say } from './i18n.js';

const HELP = [
  ['j', '↓', say('下一项', 'next')],
  ['k', '↑', say('上一项', 'previous')],
  ['Enter', '', say('打开', 'open')],
  ['c', '', say('认领', 'claim')],
  ['/', '', say('搜索', 'search')],
  ['?', '', say('显示本说明', 'this help')],
];

const rows = () => [...document.querySelectorAll('[data-worklist] [data-row]')];
const active = () => document.querySelector('[data-row].is-active');
const typing = (target) => target.closest('input, textarea, select, dialog, [contenteditable]') !== null;

function activate(row) {
  rows().forEach((other) => other.classList.toggle('is-active', other === row));
  row.querySelector('[data-open]')?.focus();
  row.scrollIntoView({ block: 'nearest' });
}

function move(step) {
  const all = rows();
  const place = all.indexOf(active());
  const next = place < 0 ? all.at(step > 0 ? 0 : -1) : all[place + step];
  if (next) activate(next);
}

export function showHelp() {
  if (document.querySelector('dialog[open]')) return;
  const list = element('dl', { class: 'shortcuts' });
  HELP.forEach(([key, other, meaning]) => {
    const names = element('dt', {}, element('kbd', {}, key));
    if (other) names.append(' ', element('kbd', {}, other));
    list.append(names, element('dd', {}, meaning));
  });
  const close = element('button', { class: 'btn btn-primary', autofocus: '' }, say('知道了', 'Close'));
  const dialog = element(
    'dialog',
    { class: 'dialog', 'aria-labelledby': 'shortcuts-title' },
    element('h2', { id: 'shortcuts-title', class: 'h5' }, say('键盘快捷键', 'Keyboard shortcuts')),
    list,
    element('form', { method: 'dialog', class: 'dialog-actions' }, close),
  );
  document.body.append(dialog);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.showModal();
}

const ACTIONS = {
  j: () => move(1),
  k: () => move(-1),
  c: () => active()?.querySelector('[data-claim]')?.click(),
  '/': () => document.querySelector('[data-search]')?.focus(),
  '?': showHelp,
};

export function startKeys() {
  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-shortcuts]')) showHelp();
  });
  if (!document.querySelector('[data-worklist]')) return;
  document.addEventListener('focusin', (event) => {
    const row = event.target.closest('[data-row]');
    if (row) rows().forEach((other) => other.classList.toggle('is-active', other === row));
  });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (event.key === 'Enter' && event.target === document.body) active()?.querySelector('[data-open]')?.click();
    const arrow = active() && { ArrowDown: 'j', ArrowUp: 'k' }[event.key];
    const action = ACTIONS[arrow ?? event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
