// The few texts form-js does not pass through its translate service, put into Chinese as they appear; and its calendar.
import flatpickr from 'flatpickr';
import { Mandarin } from 'flatpickr/dist/esm/l10n/zh.js';

const PLACEHOLDERS = { Search: '搜索', Select: '请选择', 'yyyy-mm-dd': '年-月-日', 'hh:mm': '时:分', 'hh:mm --': '时:分' };

function mend(node) {
  node.querySelectorAll('input[placeholder], [aria-label^="Remove list item"]').forEach((one) => {
    if (one.placeholder in PLACEHOLDERS) one.placeholder = PLACEHOLDERS[one.placeholder];
    const row = /^Remove list item (\d+)$/.exec(one.getAttribute('aria-label'));
    if (row) one.setAttribute('aria-label', `删除第 ${row[1]} 行`);
  });
  node.querySelectorAll('.fjs-select-placeholder').forEach((one) => {
    // The text node stays the renderer's own: put another in its place, and the answer chosen next is never shown.
    if (one.textContent === 'Select') one.firstChild.data = PLACEHOLDERS.Select;
  });
}

export function speakChinese() {
  flatpickr.localize({ ...Mandarin, monthAriaLabel: '月', yearAriaLabel: '年' });
  flatpickr.setDefaults({ ariaDateFormat: 'Y年n月j日' });
}

export function mendTexts(root) {
  mend(root);
  new MutationObserver(() => mend(root)).observe(root, { childList: true, subtree: true });
}
