// What a file holds and the drawing library does not read: it would be gone as soon as the diagram is saved.
import { element } from '../dialog.js';
import { board, data } from '../editor/shell.js';
import { say } from '../i18n.js';
import { typeWord } from './words.js';

const DRAWING = /^http:\/\/www\.omg\.org\/spec\/(?:BPMN|DD)\/\d+\/D[IC]$/;
const AGAIN = new Set(['incoming', 'outgoing', 'flowNodeRef']); // written afresh from the flows and lanes

const parsed = (text) => new DOMParser().parseFromString(text, 'application/xml');
const all = (file) => [...file.getElementsByTagName('*')].filter((one) => !AGAIN.has(one.localName));
const tag = ({ localName }) => (localName === 'formalExpression' ? 'expression' : localName); // one is written as the other
const kind = (one) => [one.namespaceURI, tag(one), one.getAttribute('id')].join(' ');
const holder = (one) => (one.hasAttribute('id') ? one : one.parentElement?.closest('[id]'));

// An element for a person: its tag, its id or that of what it belongs to, and its name.
const told = (one, attribute = '') => ({ what: attribute || one.localName, id: holder(one)?.getAttribute('id') ?? '', name: holder(one)?.getAttribute('name') ?? '' });

// `{content, rest}` of what is in `before` and not in `after`: steps, data and texts that mean something, and references to
// what is not there, which say nothing. Shapes are left to those who look at the drawing. `fallback(id, attribute)` is
// what an attribute means when it is not written.
export function losses(before, after, fallback) {
  const [old, fresh] = [all(parsed(before)), all(parsed(after))];
  const left = Map.groupBy(fresh, kind);
  const [content, rest] = [[], []];
  old.forEach((one) => {
    if (DRAWING.test(one.namespaceURI)) return;
    const twin = left.get(kind(one))?.shift();
    if (!twin) return void (/Refs?$/.test(one.localName) ? rest : content).push(told(one));
    const id = one.getAttribute('id');
    if (!id) return;
    for (const { name, localName, namespaceURI, value } of one.attributes) {
      const kept = namespaceURI ? twin.hasAttributeNS(namespaceURI, localName) : twin.hasAttribute(name);
      if (kept || name.startsWith('xmlns') || value === '' || String(fallback(id, localName)) === value) continue;
      (/Refs?$|^default$/.test(localName) ? rest : content).push(told(one, localName));
    }
  });
  return { content, rest };
}

const SHOWN = 12; // lines; the rest is a number
const line = ({ what, id, name }) => element('li', { class: 'text-break' }, `${typeWord(what)}${name ? ` “${name}”` : ''}`, ' ', element('code', {}, id));
const lines = (found) =>
  element('ul', { class: 'mb-1' }, ...found.slice(0, SHOWN).map(line), ...(found.length > SHOWN ? [element('li', {}, say(`另有 ${found.length - SHOWN} 处`, `and ${found.length - SHOWN} more`))] : []));

const link = (href, text, more = {}) => element('a', { class: 'alert-link', href, ...more }, text);

// What helps, best first: the house's own fixes, the text of the file, another tool.
const ways = () =>
  element(
    'ul', { class: 'mb-0' },
    ...(data.fixes ? [element('li', {}, say('到', 'On the '), link(data.urls.draft, say('草稿页', 'draft page')), say(`应用修正（有 ${data.fixes} 项，如改写编号），再来编辑。`, `, apply the fixes (${data.fixes} on offer, such as new ids), then come back.`))] : []),
    element('li', {}, say('在这里', 'Here: '), link(data.urls.text, say('编辑原文（XML）', 'edit the text of the file (XML)')), say('：改好或删去这些内容，边改边检查。', '; mend these parts or take them out, and it is checked as you type.')),
    element('li', {}, link(data.urls.file, say('下载文件', 'Download the file'), { download: '' }), say('，在原来的建模工具里修改，再到草稿页“添加或替换文件”上传。', ', change it in the tool it comes from, and upload it on the draft page under “Add or replace files”.')),
  );

// Above the drawing: why this diagram is not saved, or what of it is not kept.
export function confess({ content, rest }) {
  if (content.length) {
    const why = say('编辑器保存时会丢失它们，所以本图只能查看，修改不能保存；下面的检查结果是已存文件的。可以：', 'The editor would lose them when it saves. So this diagram can be looked at, but changes are not saved; the findings below are those of the stored file. You can:');
    notice('danger', 'alert', say(`有 ${content.length} 处内容读不出来，图上看不见：`, `${content.length} part(s) of the file cannot be read and are not drawn:`), content, [why, ways()]);
  } else if (rest.length) {
    notice('warning', 'status', say('下列引用所指的内容不在文件里，保存后不再保留：', 'These refer to what is not in the file; they are dropped when you save:'), rest, []);
  }
}

function notice(kind, role, title, found, mend) {
  const box = element('div', { class: `alert alert-${kind} editor-losses py-2 mb-2`, role }, element('strong', {}, title), lines(found), element('div', {}, ...mend));
  board.closest('.editor-work').before(box);
}
