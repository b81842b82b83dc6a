// A draft on the server: saved a moment after the last change and when the page is left.
import { element } from './dialog.js';
import { answerOf, send } from './http.js';
import { say } from './i18n.js';

const PAUSE = 1500; // ms after the last change
const ENDED = [404, 409, 410]; // the task is gone or somebody else's: nothing to save to

// On Shanghai's wall, as everywhere on the pages, wherever the browser stands.
const wall = new Intl.DateTimeFormat('zh-CN', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'Asia/Shanghai' });
const clock = (at) => wall.format(at);

export function keepDraft(root, form, { status, data, draft }) {
  const url = root.dataset.draftUrl;
  let timer = null;
  let saved = JSON.stringify(form._getSubmitData());
  let state = url ? 'on' : 'off';

  const content = () => JSON.stringify(form._getSubmitData());
  const changed = () => state === 'on' && content() !== saved;

  async function save(keepalive = false) {
    clearTimeout(timer);
    timer = null;
    if (!changed()) return;
    const sent = content();
    try {
      const response = await send('PUT', url, { values: JSON.parse(sent) }, { keepalive });
      if (response.ok) {
        saved = sent;
        status.textContent = say(`已自动保存 ${clock(new Date())}`, `Saved ${clock(new Date())}`);
      } else if (ENDED.includes(response.status)) {
        state = 'off';
        status.textContent = (await answerOf(response)).detail ?? say('该任务已不能填写', 'This task can no longer be edited');
      } else {
        status.textContent = say('草稿未能保存，稍后再试', 'The draft was not saved; will try again');
      }
    } catch {
      status.textContent = say('网络不通，草稿暂未保存；请勿关闭本页', 'No connection: the draft is not saved, keep this page open');
      if (state === 'on' && !keepalive) timer = setTimeout(save, 10 * PAUSE);
    }
  }

  form.on('changed', () => {
    if (state !== 'on') return;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && save(true));
  window.addEventListener('pagehide', () => save(true));

  if (draft) {
    const discard = element('button', { type: 'button', class: 'btn btn-link btn-sm' }, say('放弃草稿', 'Discard the draft'));
    status.append(say(`已恢复 ${clock(new Date(draft.at))} 的草稿`, `Draft of ${clock(new Date(draft.at))} restored`), ' ', discard);
    discard.addEventListener('click', async () => {
      await form.importSchema(form._getState().schema, data);
      saved = content();
      clearTimeout(timer);
      status.textContent = say('草稿已放弃', 'Draft discarded');
      if (url) send('DELETE', url).catch(() => {});
    });
  }

  return {
    pause: () => {
      clearTimeout(timer);
      if (state === 'on') state = 'paused';
    },
    resume: () => {
      if (state === 'paused') state = 'on';
    },
    stop: () => {
      clearTimeout(timer);
      state = 'off';
    },
  };
}
