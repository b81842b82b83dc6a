// Two languages: the page says which, form-js' sentences come from one table that the server uses as well.
import table from './translate.json';

export const english = (globalThis.document?.documentElement?.lang ?? '').startsWith('en');

export const say = (zh, en) => (english ? en : zh);

// A `translate` service for form-js: its English templates are the keys of the table.
export function translator(inEnglish) {
  return (template, replacements = {}) => {
    const text = inEnglish ? template : (table[template] ?? template);
    return text.replace(/{([^}]+)}/g, (_, name) => replacements[name] ?? `{${name}}`);
  };
}
