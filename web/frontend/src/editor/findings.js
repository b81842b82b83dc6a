// The gate's findings below the drawing: what is wrong, where, and how to mend it.
import { element } from '../dialog.js';
import { say } from '../i18n.js';

const WORDS = { error: say('错误', 'Error'), warning: say('提醒', 'Warning') };

export function list(findings, path, show) {
  const errors = findings.filter((one) => one.severity === 'error').length;
  const warnings = findings.length - errors;
  document.getElementById('findings-count').textContent = findings.length
    ? say(`${errors} 个错误，${warnings} 条提醒`, `${errors} errors, ${warnings} warnings`)
    : say('没有发现问题', 'nothing found');
  document.getElementById('findings').replaceChildren(...findings.map((one) => line(one, path, show)));
}

function line({ severity, file, element: id, text, mend, rule }, path, show) {
  const where = show && id && file === path ? element('button', { type: 'button', class: 'btn btn-link btn-sm p-0' }, id) : element('span', { class: 'text-body-secondary' }, id ?? '');
  if (where.tagName === 'BUTTON') where.addEventListener('click', () => show(id));
  const head = element('div', { class: 'editor-finding-head' }, element('span', { class: `state state-${severity === 'error' ? 'danger' : 'warning'}` }, WORDS[severity]), where);
  if (file && file !== path) head.append(element('span', { class: 'text-body-secondary text-break' }, file));
  head.append(element('code', { class: 'ms-auto small text-body-secondary' }, rule));
  const item = element('li', { class: `editor-finding finding-${severity}`, 'data-finding': id ?? '' }, head, element('div', { class: 'text-break' }, text));
  if (mend) item.append(element('div', { class: 'small text-break' }, say('修改建议：', 'Mend: ') + mend));
  return item;
}
