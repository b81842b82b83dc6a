// The gate's findings below the drawing: what is wrong, where, and how to mend it.
import { element } from '../dialog.js';
import { say } from '../i18n.js';

const WORDS = { error: say('错误', 'Error'), warning: say('提醒', 'Warning') };
const many = (count, word) => `${count} ${word}${count === 1 ? '' : 's'}`;

// `show(id)` leads to an element: 'shown', or 'undrawn' (then `layout` helps), or 'never' when it has no place in a drawing.
export function list(findings, path, show, layout) {
  const errors = findings.filter((one) => one.severity === 'error').length;
  const warnings = findings.length - errors;
  document.getElementById('findings-count').textContent = findings.length
    ? say(`${errors} 个错误，${warnings} 条提醒`, `${many(errors, 'error')}, ${many(warnings, 'warning')}`)
    : say('没有发现问题', 'nothing found');
  document.getElementById('findings').replaceChildren(...findings.map((one) => line(one, path, show, layout)));
}

function line({ severity, file, element: id, name, text, mend, rule, url }, path, show, layout) {
  const called = [name ?? '', name ? ' ' : '', id ? element('code', { class: name ? 'small text-body-secondary' : '' }, id) : ''];
  const press = show && id && file === path;
  const where = element(press ? 'button' : 'span', press ? { type: 'button', class: 'btn btn-link btn-sm p-0 text-start text-break' } : { class: 'text-body-secondary text-break' }, ...called);
  const head = element('div', { class: 'editor-finding-head' }, element('span', { class: `state state-${severity === 'error' ? 'danger' : 'warning'}` }, WORDS[severity]), where);
  if (file && file !== path) head.append(url ? element('a', { class: 'text-break', href: url }, file) : element('span', { class: 'text-body-secondary text-break' }, file));
  head.append(element('code', { class: 'ms-auto small text-body-secondary' }, rule));
  const item = element('li', { class: `editor-finding finding-${severity}`, 'data-finding': id ?? '' }, head, element('div', { class: 'text-break' }, text));
  if (mend) item.append(element('div', { class: 'small text-break' }, say('修改建议：', 'How to mend it: ') + mend));
  if (press)
    where.addEventListener('click', async () => {
      item.querySelector('.editor-undrawn')?.remove();
      const outcome = await show(id);
      if (outcome === 'undrawn' || outcome === 'never') item.append(undrawn(outcome, async () => {
        await layout();
        await show(id);
      }));
    });
  return item;
}

function undrawn(outcome, layout) {
  if (outcome === 'never') return element('div', { class: 'editor-undrawn small', role: 'status' }, say('它不画在图上。', 'It has no place in the drawing.'));
  const note = element('div', { class: 'editor-undrawn small', role: 'status' }, say('图上没有画出它。', 'The drawing leaves it out.'), ' ');
  const help = element('button', { type: 'button', class: 'btn btn-outline-secondary btn-sm' }, say('自动布局，画出全部', 'Lay out afresh, drawing all'));
  help.addEventListener('click', layout);
  note.append(help);
  return note;
}
