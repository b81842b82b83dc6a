// The gate's findings below the drawing: what is wrong, where, and how to mend it.
import { element } from '../dialog.js';
import { say } from '../i18n.js';

const WORDS = { error: say('错误', 'Error'), warning: say('提醒', 'Warning') };
const many = (count, word) => `${count} ${word}${count === 1 ? '' : 's'}`;

// `show(id, finding)` leads to an element (or to the process) and to the field that mends it: 'shown', or 'undrawn' (then `layout`
// helps), or 'never' when it has no place in a drawing. `written` is the address of the file's text.
export function list(findings, path, show, layout, written) {
  const errors = findings.filter((one) => one.severity === 'error').length;
  const warnings = findings.length - errors;
  document.getElementById('findings-count').textContent = findings.length
    ? say(`${errors} 个错误，${warnings} 条提醒`, `${many(errors, 'error')}, ${many(warnings, 'warning')}`)
    : say('没有发现问题', 'nothing found');
  document.getElementById('findings').replaceChildren(...findings.map((one) => line(one, path, show, layout, written)));
}

const OF_PROCESS = /executable/; // rules whose mend is a property of the process

function line(finding, path, show, layout, written) {
  const { severity, file, element: id, name, text, mend, rule, url } = finding;
  const called = id ? [name ?? '', name ? ' ' : '', element('code', { class: name ? 'small text-body-secondary' : '' }, id)] : OF_PROCESS.test(rule) ? [say('流程属性', 'Process properties')] : [];
  const press = show && file === path && called.length > 0;
  const where = element(press ? 'button' : 'span', press ? { type: 'button', class: 'btn btn-link btn-sm p-0 text-start text-break' } : { class: 'text-body-secondary text-break' }, ...called);
  const head = element('div', { class: 'editor-finding-head' }, element('span', { class: `state state-${severity === 'error' ? 'danger' : 'warning'}` }, WORDS[severity]), where);
  if (file && file !== path) head.append(url ? element('a', { class: 'text-break', href: url }, file) : element('span', { class: 'text-body-secondary text-break' }, file));
  head.append(element('code', { class: 'ms-auto small text-body-secondary' }, rule));
  const item = element('li', { class: `editor-finding finding-${severity}`, 'data-finding': id ?? '' }, head, element('div', { class: 'text-break' }, text));
  if (mend) item.append(element('div', { class: 'small text-break' }, say('修改建议：', 'How to mend it: ') + mend));
  if (press)
    where.addEventListener('click', async () => {
      item.querySelector('.editor-undrawn')?.remove();
      const outcome = await show(id, finding);
      if (outcome === 'undrawn' || outcome === 'never') item.append(undrawn(outcome, async () => {
        await layout();
        await show(id, finding);
      }, id && written && `${written}&element=${encodeURIComponent(id)}`));
    });
  return item;
}

function undrawn(outcome, layout, text) {
  if (outcome === 'never') return element('div', { class: 'editor-undrawn small', role: 'status' }, say('它不画在图上。', 'It has no place in the drawing.'), ' ', ...(text ? [element('a', { href: text }, say('在原文里修改', 'Mend it in the text'))] : []));
  const note = element('div', { class: 'editor-undrawn small', role: 'status' }, say('图上没有画出它。', 'The drawing leaves it out.'), ' ');
  const help = element('button', { type: 'button', class: 'btn btn-outline-secondary btn-sm' }, say('自动布局，画出全部', 'Lay out afresh, drawing all'));
  help.addEventListener('click', layout);
  note.append(help);
  return note;
}
