// What every page loads.
import 'bootstrap/js/dist/alert.js';
import 'bootstrap/js/dist/collapse.js';
import 'bootstrap/js/dist/dropdown.js';
import 'bootstrap/js/dist/tab.js';
import htmx from 'htmx.org';
import './base.css';
import { startConfirmations } from './dialog.js';
import { startDueTimes } from './due.js';
import { flash, startFlashes } from './flash.js';
import { csrfToken } from './http.js';
import { say } from './i18n.js';
import { startKeys } from './keys.js';

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;

const detailOf = (text) => {
  try {
    return JSON.parse(text).detail;
  } catch {
    return null;
  }
};

document.body.addEventListener('htmx:configRequest', (event) => {
  event.detail.headers['X-CSRFToken'] = csrfToken();
});
document.body.addEventListener('htmx:responseError', (event) => {
  flash('danger', detailOf(event.detail.xhr.responseText) ?? say('操作未能完成，请重试', 'That did not work, please try again'));
});
document.body.addEventListener('htmx:sendError', () => flash('danger', say('网络不通，请检查后重试', 'No connection, please try again')));

document.addEventListener('submit', (event) => {
  if (event.defaultPrevented || !event.target.matches('form[data-once]')) return;
  // After this turn: a disabled button would not be sent with the form.
  setTimeout(() => event.target.querySelectorAll('button:not([type="button"])').forEach((button) => (button.disabled = true)));
});
// An empty field says what it wants in the page's own words and language, not in the browser's.
document.addEventListener(
  'invalid',
  ({ target }) => target.dataset.missing && target.validity.valueMissing && target.setCustomValidity(target.dataset.missing),
  true,
);
document.addEventListener('input', ({ target }) => target.dataset?.missing && target.setCustomValidity(''));
// Coming back by the browser's history must not find dead buttons.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) document.querySelectorAll('form[data-once] button').forEach((button) => (button.disabled = false));
});

startConfirmations();
document.documentElement.dataset.asks = 'yes'; // base.css: what asks first may be pressed from now on
startDueTimes();
startFlashes();
startKeys();
