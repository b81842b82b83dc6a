// A user task's form: shown by form-js, saved as a draft while it is filled in, sent once.
import { Form } from '@bpmn-io/form-js-viewer';
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import './task.css';
import { keepDraft } from './draft.js';
import { element } from './dialog.js';
import { nameGroups } from './groups.js';
import { mendTexts, speakChinese } from './hard_coded.js';
import { answerOf, readJson, send } from './http.js';
import { english, say, translator } from './i18n.js';
import { showErrors } from './field_errors.js';
import { tellPicks } from './picks.js';

const LOST = say('网络不通，填写内容仍在本页，请稍后再次提交', 'No connection. What you filled in is still on this page; please submit again.');

const hasSubmit = (components) =>
  components.some((one) => (one.type === 'button' && (one.action ?? 'submit') === 'submit') || hasSubmit(one.components ?? []));

async function start(root) {
  const { schema, data, draft } = readJson('task-form-data');
  const readOnly = 'readonly' in root.dataset;
  if (!english) speakChinese();
  const form = new Form({
    container: root,
    additionalModules: [{ translate: ['value', translator(english)] }],
    properties: { readOnly, ariaLabel: say('任务表单', 'Task form') },
  });
  tellPicks(form);
  await form.importSchema(schema, draft && !readOnly ? { ...data, ...draft.values } : data);
  if (!english) mendTexts(root);
  nameGroups(root);
  if (!readOnly) edit(root, form, { schema, data, draft });
  if (!readOnly) offerTexts(root, form, { schema, data });
}

// A text beside the form goes into it by one click, below what stands there already; its address is told that it was used.
function offerTexts(root, form, { schema, data }) {
  for (const button of document.querySelectorAll('button[data-fill]')) {
    button.addEventListener('click', async () => {
      const said = form._getSubmitData();
      const fill = Object.entries(JSON.parse(button.dataset.fill));
      const longer = fill.map(([key, text]) => [key, said[key] && said[key] !== text && fieldOf(schema, key)?.type === 'textarea' ? `${said[key]}\n${text}` : text]);
      await form.importSchema(schema, { ...data, ...said, ...Object.fromEntries(longer) });
      if (!english) mendTexts(root);
      nameGroups(root);
      root.scrollIntoView({ block: 'nearest' });
      const { id } = fieldOf(schema, fill.at(-1)[0]) ?? {};
      requestAnimationFrame(() => root.querySelector(`[id$="${id}"]`)?.focus());
      if (button.dataset.fillUrl) send('POST', button.dataset.fillUrl).catch(() => {});
    });
  }
}

const fieldOf = ({ components = [] }, key) =>
  components.find((one) => one.key === key) ?? components.map((one) => fieldOf(one, key)).find(Boolean);

function edit(root, form, { schema, data, draft }) {
  const key = crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const alert = element('div', { class: 'task-alert', role: 'alert' });
  const status = element('p', { class: 'task-status', role: 'status' });
  const actions = element('div', { class: 'task-actions' }, alert);
  if (!hasSubmit(schema.components)) {
    const button = element('button', { type: 'submit', class: 'btn btn-primary', 'aria-keyshortcuts': 'Control+Enter' });
    button.append(root.dataset.submitLabel ?? say('提交', 'Submit'), ' ', element('kbd', { 'aria-hidden': 'true' }, 'Ctrl+Enter'));
    button.addEventListener('click', () => form.submit());
    actions.append(button);
  }
  actions.append(status);
  root.append(actions);

  const submitButtons = () => root.querySelectorAll('button[type="submit"]');
  const drafts = keepDraft(root, form, { status, data, draft });
  let sending = false;

  const complain = (text, link) => {
    alert.replaceChildren(text);
    if (link) alert.append(' ', element('a', { href: link }, say('前往查看', 'Have a look')));
  };
  const busy = (on) => {
    sending = on;
    submitButtons().forEach((button) => button.toggleAttribute('disabled', on));
    root.toggleAttribute('aria-busy', on);
  };

  form.on('submit', async ({ data: values, errors }) => {
    if (sending) return;
    alert.replaceChildren();
    if (Object.keys(errors).length) {
      complain(say('还有未填好的内容，请按提示修改', 'Some answers need your attention'));
      requestAnimationFrame(() => root.querySelector('[aria-invalid="true"]')?.focus());
      return;
    }
    busy(true);
    drafts.pause();
    let response;
    try {
      response = await send('POST', root.dataset.submitUrl, { values }, { headers: { 'Idempotency-Key': key } });
    } catch {
      complain(LOST);
      busy(false);
      drafts.resume();
      return;
    }
    const answer = await answerOf(response);
    const location = response.headers.get('Location') ?? answer.location;
    if (response.ok) {
      drafts.stop();
      window.location.assign(response.redirected ? response.url : (location ?? root.dataset.backUrl ?? '/'));
      return; // still busy: the page is leaving
    }
    busy(false);
    drafts.resume();
    const rest = showErrors(root, form, answer.errors ?? {});
    complain([answer.detail ?? say('提交未成功，填写内容仍在本页，请重试', 'Not submitted; your input is still here, please try again'), ...rest].join('\n'), location);
  });

  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    // Fields hand over what was typed when they lose the focus.
    const focused = document.activeElement;
    focused?.blur?.();
    focused?.focus?.();
    setTimeout(() => form.submit());
  });
}

const root = document.getElementById('task-form');
if (root) start(root);
