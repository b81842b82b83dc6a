// form-js reckons paths and conditions anew for every field of every render; a server that checks the same form a million times need
// not. The answers are form-js' own: outside rows paths do not change, and every condition sees the same context.
import { buildExpressionContext } from '@bpmn-io/form-js-viewer';
import { get, set } from './paths.js';

function keepPaths(form) {
  const paths = form.get('pathRegistry');
  const reckon = paths.getValuePath.bind(paths);
  const kept = new Map(); // field -> path
  paths.getValuePath = (field, options = {}) => {
    const { indexes, ...others } = options;
    if (!indexes || Object.keys(indexes).length || Object.keys(others).length) return reckon(field, options);
    if (!kept.has(field)) kept.set(field, reckon(field, options));
    return [...kept.get(field)];
  };
}

function hideTogether(form) {
  const checker = form.get('conditionChecker');
  const paths = form.get('pathRegistry');
  const types = form.get('formFields');
  const top = form.get('formFieldRegistry').getForm();

  checker.applyConditions = (data) => {
    const left = JSON.parse(JSON.stringify(data));
    const context = buildExpressionContext({ this: data, data, i: [], parent: null });
    const look = (field, inHidden) => {
      const { keyed, pathed } = types.get(field.type).config;
      const { hide } = field.conditional ?? {};
      const hidden = inHidden || ((keyed || pathed) && Boolean(hide) && checker.check(hide, context) === true);
      if (keyed && hidden) checker._cleanlyClearDataAtPath(paths.getValuePath(field, { indexes: {} }), left);
      if (!keyed) field.components?.forEach((child) => look(child, hidden));
    };
    look(top, false);
    return left;
  };
}

function initialise(form) {
  const types = form.get('formFields');
  const paths = form.get('pathRegistry');
  const asked = [];
  const find = (field) => {
    const { config } = types.get(field.type);
    if (config.keyed) asked.push([field, config, paths.getValuePath(field, { indexes: {} })]);
    field.components?.forEach(find);
  };
  find(form.get('formFieldRegistry').getForm());

  form._getInitializedFieldData = (data) => {
    const filled = JSON.parse(JSON.stringify(data));
    for (const [field, config, path] of asked) {
      let value = get(data, path);
      if (value !== undefined && config.sanitizeValue) value = config.sanitizeValue({ formField: field, data, value });
      set(filled, path, value !== undefined ? value : field.defaultValue !== undefined ? field.defaultValue : config.emptyValue);
    }
    return filled;
  };
}

export function quicken(form) {
  const types = form.get('formFields');
  const fields = form.get('formFieldRegistry').getAll();
  keepPaths(form);
  if (fields.some((field) => types.get(field.type).config.repeatable)) return;
  hideTogether(form);
  initialise(form);
}
