// form-js' editor has no service for translations: its palette and its panel are put into Chinese as they appear.
import words from './words.json';

const PLACES = '.fjs-palette-container, .fjs-properties-container';
const THEIRS = 'textarea, .cm-editor, .bio-properties-panel-header-label, .bio-properties-panel-collapsible-entry-header-title'; // what the form says itself
const ATTRIBUTES = ['title', 'placeholder', 'aria-label'];

// Refusals that name a number.
const REFUSALS = [
  [/^Should be at least (.+)\.$/, (number) => `不能小于 ${number}`],
  [/^Should be at most (.+)\.$/, (number) => `不能大于 ${number}`],
  [/^Should not contain more than (.+) decimal digits\.?$/, (number) => `小数不能超过 ${number} 位`],
  [/^Minimum (.+) columns are allowed$/, (number) => `至少占 ${number} 列`],
  [/^Maximum (.+) columns are allowed$/, (number) => `最多占 ${number} 列`],
  [/^Maximum (.+) fields per row are allowed$/, (number) => `一行最多 ${number} 个字段`],
];

function chinese(text) {
  const [pattern, said] = REFUSALS.find(([one]) => one.test(text)) ?? [];
  return pattern ? said(pattern.exec(text)[1]) : words[text];
}

function mend(place) {
  const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode; // the text node stays the renderer's own
    const word = chinese(node.data.trim());
    if (word && !node.parentElement.closest(THEIRS)) node.data = word;
  }
  place.querySelectorAll(ATTRIBUTES.map((name) => `[${name}]`).join()).forEach((one) =>
    ATTRIBUTES.forEach((name) => {
      const text = one.getAttribute(name);
      const kind = /^Create an? (.+) element$/.exec(text)?.[1];
      if (words[text]) one.setAttribute(name, words[text]);
      else if (words[kind]) one.setAttribute(name, `新建${words[kind]}`);
    }),
  );
}

export function speakChinese(root) {
  const all = () => root.querySelectorAll(PLACES).forEach(mend);
  all();
  new MutationObserver(all).observe(root, { childList: true, characterData: true, subtree: true });
}
