// The text of a file of a draft: what no drawing shows can be changed here, and is judged as one types.
import './editor/editor.css';
import { actions, board, button, data, startShell } from './editor/shell.js';
import { element } from './dialog.js';
import { say } from './i18n.js';

const field = element('textarea', { class: 'source-text', spellcheck: 'false', autocomplete: 'off', wrap: 'off', 'aria-label': data.path, 'aria-describedby': 'source-place' });
field.value = data.content;
board.append(field);

// Where the cursor stands, in the words of what cannot be read: line and column, from 1.
const place = element('span', { id: 'source-place', class: 'small text-body-secondary align-self-center text-nowrap' });
actions.append(place);
function tell() {
  const before = field.value.slice(0, field.selectionStart).split('\n');
  place.textContent = say(`第 ${before.length} 行第 ${before.at(-1).length + 1} 列`, `Line ${before.length}, column ${before.at(-1).length + 1}`);
}
document.addEventListener('selectionchange', tell);

const written = (id) => id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const LINE = /第 (\d+) 行|line (\d+)/;

// Where to look: the line a sentence names, else the tag, or the object of a form, that has this id.
function spot(id, text = '') {
  const [, zh, en] = LINE.exec(text) ?? [];
  if (zh ?? en) {
    const lines = field.value.split('\n');
    const start = lines.slice(0, (zh ?? en) - 1).join('\n').length + ((zh ?? en) > 1);
    return [start, start + (lines[(zh ?? en) - 1] ?? '').length];
  }
  const found = id && new RegExp(`<[^<>]*\\sid\\s*=\\s*(["'])${written(id)}\\1|"(?:id|key)"\\s*:\\s*"${written(id)}"`).exec(field.value);
  return found ? [found.index, found.index + found[0].length] : null;
}

function show(id, finding) {
  const place = spot(id, finding?.text);
  if (!place) return 'never';
  field.focus({ preventScroll: true });
  field.setSelectionRange(...place);
  const line = field.value.slice(0, place[0]).split('\n').length;
  field.scrollTop = line * parseFloat(getComputedStyle(field).lineHeight) - field.clientHeight / 2;
  field.scrollLeft = 0;
  board.scrollIntoView({ block: 'nearest' });
  return 'shown';
}

const shell = startShell({ content: async () => field.value, show, anywhere: true });
button('↶', () => (field.focus(), document.execCommand('undo')), { title: 'Ctrl+Z', 'aria-label': say('撤销', 'Undo') });
field.addEventListener('input', () => shell.changed());
tell();
const asked = new URLSearchParams(window.location.search).get('element');
if (asked) show(asked);
