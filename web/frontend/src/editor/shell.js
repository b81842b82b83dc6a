// What the editors of a draft's files share: saving against a revision, the gate's verdict while one draws, leaving with care.
import { element } from '../dialog.js';
import { flash } from '../flash.js';
import { answerOf, readJson, send } from '../http.js';
import { say } from '../i18n.js';
import { list } from './findings.js';

const PAUSE = 700; // ms after the last change until the gate is asked

export const narrow = window.matchMedia('(max-width: 767.98px)').matches;
export const data = readJson('editor-data');
export const board = document.getElementById('board');

// Forms and tables that were made for this diagram and are stored with it: path -> {content, value}, the value by which it names them.
const fresh = new Map();
export const isFresh = (value) => [...fresh.values()].some((one) => one.value === value);
// The file as it stands in the browser, with those of them that it names.
export const unsaved = (content) => ({ path: data.path, content, fresh: Object.fromEntries([...fresh].filter(([, one]) => content.includes(one.value)).map(([path, one]) => [path, one.content])) });

const place = document.getElementById('editor-state');
export const actions = document.getElementById('editor-actions');
const lost = () => say('网络不通，修改仍在本页，请稍后再试', 'No connection; your changes are still on this page, try again later');

// `content()` gives the file's text now; `findings(list)` draws the gate's verdict; `show(id)` leads to an element, `layout()`
// draws those that are not drawn; `kept` is false where saving would lose something: then nothing is saved, and nothing but the
// file as it is stored is judged. `anywhere`: a narrow window may change it, too.
export function startShell({ content, findings = () => {}, show = null, layout = null, kept = true, anywhere = false }) {
  let revision = data.revision;
  let version = 0; // counts the changes
  let saved = 0;
  let asked = 0;
  let timer;

  const said = (text) => (place.textContent = text);
  const tell = () => {
    if (version !== saved) said(kept ? say('有未保存的修改', 'Unsaved changes') : say('修改不能保存，检查结果是已存文件的', 'Changes cannot be saved; the findings are those of the stored file'));
    save.disabled = version === saved;
  };

  function draw(found) {
    list(found, data.path, show, layout, anywhere ? null : data.urls.text);
    findings(found.filter((one) => one.file === data.path));
  }

  async function check() {
    if (!kept) return; // what is on the screen is less than the file
    const number = (asked += 1);
    try {
      const answer = await send('POST', data.urls.check, unsaved(await content()));
      const body = await answerOf(answer);
      if (number !== asked) return; // a later question is under way
      if (answer.ok) draw(body.findings);
      else draw([{ rule: '', severity: 'error', file: data.path, element: null, text: body.detail ?? lost(), mend: '' }]);
    } catch (error) {
      console.warn(error); // the next change asks again
    }
  }

  async function store() {
    if (version === saved) return;
    if (!kept) return void flash('danger', say('没有保存：有内容读不出来，保存会丢失它们；怎么办见图上方的说明', 'Not saved: something cannot be read and would be lost; what to do is said above the drawing'));
    clearTimeout(timer);
    save.disabled = true;
    const [number, text] = [version, await content()];
    const sent = unsaved(text);
    let answer;
    let body;
    try {
      answer = await send('PUT', data.urls.save, { ...sent, revision });
      body = await answerOf(answer);
    } catch {
      tell();
      flash('danger', lost());
      return;
    }
    if (answer.ok) {
      revision = body.revision;
      saved = number;
      Object.keys(sent.fresh).forEach((path) => fresh.delete(path));
      tell();
      if (version === saved) said(say(`第 ${revision} 版，已保存`, `Revision ${revision}, saved`));
      check();
      return;
    }
    tell();
    if (answer.status === 409) clash(body.detail, text);
    else flash('danger', body.detail ?? say('没有保存成功，请重试', 'It was not saved, please try again'));
  }

  const save = button(say('保存', 'Save'), store, { class: 'btn btn-primary btn-sm', title: 'Ctrl+S' });
  save.disabled = true;
  save.hidden = narrow && !anywhere;
  document.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
    event.preventDefault();
    document.activeElement?.blur?.(); // a field hands on what was typed when it is left
    setTimeout(store);
  });
  window.addEventListener('beforeunload', (event) => {
    if (kept && version !== saved) event.preventDefault();
  });
  draw(data.findings);
  return {
    // A new form or table, to be stored with the diagram: `{choice, url}`, or nothing when it was not made.
    async add(kind, name) {
      let body = {};
      try {
        const made = Object.fromEntries([...fresh].map(([path, one]) => [path, one.content]));
        const answer = await send('POST', data.urls.add, { kind, name, fresh: made });
        body = await answerOf(answer);
        if (answer.ok) {
          fresh.set(body.path, { content: body.content, value: body.choice.value });
          return body;
        }
      } catch {
        body.detail = lost();
      }
      flash('danger', body.detail ?? say('没有新建成功，请重试', 'It was not made, please try again'));
      return undefined;
    },
    store,
    changed() {
      version += 1;
      tell();
      clearTimeout(timer);
      timer = setTimeout(check, PAUSE);
    },
  };
}

export function button(text, action, attributes = {}) {
  const made = element('button', { type: 'button', class: 'btn btn-outline-secondary btn-sm', ...attributes }, text);
  made.addEventListener('click', action);
  actions.append(made);
  return made;
}

// Somebody has saved meanwhile: nothing is overwritten, and nothing of this page is lost.
function clash(detail, text) {
  const name = data.path.split('/').at(-1);
  const copy = element('a', { class: 'btn btn-primary', download: name, href: URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' })) }, say('下载我的版本', 'Download mine'));
  const theirs = element('a', { class: 'btn btn-outline-secondary', href: data.urls.draft, target: '_blank', rel: 'noopener' }, say('查看最新版', 'See the newest'));
  const stay = element('button', { value: 'no', class: 'btn btn-outline-secondary', autofocus: '' }, say('继续编辑', 'Keep editing'));
  const dialog = element(
    'dialog',
    { class: 'dialog', 'aria-labelledby': 'clash-title' },
    element('h2', { id: 'clash-title', class: 'h5' }, say('没有保存：草稿已被改动', 'Not saved: the draft has changed')),
    element('p', {}, detail ?? ''),
    element('p', {}, say('您的修改仍在本页。请下载一份，再到最新版上替换或重做。', 'Your changes are still on this page. Download a copy, then put it into the newest revision or redo them there.')),
    element('form', { method: 'dialog', class: 'dialog-actions' }, stay, theirs, copy),
  );
  document.body.append(dialog);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.showModal();
}
