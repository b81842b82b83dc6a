// A field with a list takes what is picked from it. What was typed and not picked is gone when the field is left: then "required" would
// puzzle who has just filled it in.
import { say } from './i18n.js';
import { get } from './paths.js';

export function tellPicks(form) {
  const typed = new Map(); // field -> what was searched for last
  const validator = form.get('validator');
  const judge = validator.validateFieldInstance.bind(validator);
  validator.validateFieldInstance = (instance, value) => {
    const found = judge(instance, value);
    const text = typed.get(instance.id);
    if (!found.length || !text || ![null, undefined, ''].includes(value)) return found;
    return [say(`请从列表中选择：“${text}”没有选中`, `Pick from the list: “${text}” was typed, not picked`)];
  };
  form.on('formField.search', ({ formField, value }) => void typed.set(formField.id, value.trim()));
  form.on('formField.blur', ({ formField: { id } }) => {
    if (!typed.get(id)) return;
    const left = form.get('formFieldInstanceRegistry').getAll().filter((one) => one.id === id);
    left.forEach((one) => form.get('viewerCommands').updateFieldInstanceValidation(one, get(form._getState().data, one.valuePath)));
  });
}
