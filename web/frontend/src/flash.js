// Messages at the top of a page. #flashes is an aria-live region, so what is added is read out.
import { say } from './i18n.js';

const STAYS = 8000; // ms a good message stays; a bad one waits for the reader
const SYMBOLS = { success: '✓', info: 'ℹ', warning: '⚠', danger: '✕' };

const kindOf = (alert) => Object.keys(SYMBOLS).find((kind) => alert.classList.contains(`alert-${kind}`)) ?? 'info';

function dress(alert) {
  if (alert.querySelector('.btn-close')) return;
  const kind = kindOf(alert);
  const symbol = document.createElement('span');
  symbol.className = 'flash-symbol';
  symbol.setAttribute('aria-hidden', 'true');
  symbol.textContent = SYMBOLS[kind];
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'btn-close';
  close.setAttribute('aria-label', say('关闭', 'Close'));
  close.addEventListener('click', () => alert.remove());
  alert.classList.add('alert-dismissible');
  alert.prepend(symbol);
  alert.append(close);
  if (kind === 'success' || kind === 'info') leaveLater(alert);
}

function leaveLater(alert) {
  const inUse = () => alert.matches(':hover') || alert.contains(document.activeElement);
  setTimeout(() => (inUse() ? leaveLater(alert) : alert.remove()), STAYS);
}

export function flash(kind, text) {
  const place = document.getElementById('flashes');
  if (!place) return;
  const alert = document.createElement('div');
  alert.className = `alert alert-${kind in SYMBOLS ? kind : 'info'}`;
  alert.dataset.flash = '';
  alert.textContent = text;
  dress(alert);
  place.append(alert);
}

export function startFlashes() {
  const dressAll = () => document.querySelectorAll('[data-flash]').forEach(dress);
  dressAll();
  document.body.addEventListener('htmx:afterSettle', dressAll);
  document.body.addEventListener('banjie:flash', (event) => flash(event.detail.kind, event.detail.text));
}
