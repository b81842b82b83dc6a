// The server's half of form checking: form-js' own importer, sanitisers and validator, run in QuickJS by engine/forms.py.
// form-js validates what is rendered, so the visit below stands in for the renderer: it walks the form as the components
// do and gives every visible field the expression context it would have on the page.
import './dom_stub.js';
import { Form, buildExpressionContext, getSchemaVariables, hasEqualValue, runExpressionEvaluation, runUnaryTestEvaluation } from '@bpmn-io/form-js-viewer';
import { Settings } from 'luxon';
import { get, has, merge, set } from './paths.js';
import { translator } from './i18n.js';
import { remember } from './memo.js';
import { quicken } from './quick.js';
import { typeError } from './types.js';

const CACHED = 256; // 30 KB each
const PASSES = 3; // computed fields and read-only conditions may depend on one another, this deep
const forms = new Map(); // schema hash -> Form; Map keeps insertion order, so the first is the least recently used
const languages = { zh: translator(false), en: translator(true) };
let translate = languages.zh;
let now = 0;
Settings.now = () => now;

function open(schema) {
  const form = new Form({
    additionalModules: [{ renderer: ['value', {}], translate: ['value', (...words) => translate(...words)] }],
  });
  remember(form.get('expressionLanguage'));
  form._state.schema = form.get('importer').importSchema(schema).schema;
  quicken(form);
  form.settles = form.get('formFieldRegistry').getAll().some((field) => field.type === 'expression' || field.readonly || field.disabled);
  return form;
}

function visit(form, data, see) {
  const language = form.get('expressionLanguage');
  const paths = form.get('pathRegistry');
  const repeats = form.get('repeatRenderManager');
  const types = form.get('formFields');
  const names = new Map(); // context -> the names an expression sees in it
  const hides = (test, context) => {
    if (!names.has(context)) names.set(context, buildExpressionContext(context));
    return language.evaluateUnaryTest(test, names.get(context));
  };

  const walk = (field, context, indexes) => {
    const hide = field.conditional?.hide;
    if (hide && hides(hide, context)) return;
    const path = paths.getValuePath(field, { indexes });
    see(field, types.get(field.type).config, path, context, indexes);
    if (!Array.isArray(field.components)) return;
    if (!repeats.isFieldRepeating(field.id)) {
      field.components.forEach((child) => walk(child, context, indexes));
      return;
    }
    const rows = get(data, path);
    (Array.isArray(rows) ? rows : []).forEach((row, index) => {
      const parent = buildExpressionContext({ ...context, data: context.this });
      const inRow = { data: context.data, this: row, parent, i: [...context.i, index + 1] };
      field.components.forEach((child) => walk(child, inRow, { ...indexes, [field.id]: index }));
    });
  };

  const visible = form.get('conditionChecker').applyConditions(data, data);
  walk(form.get('formFieldRegistry').getForm(), { data: visible, this: visible, parent: null, i: [] }, {});
}

// Fields whose value a person may not set: disabled, read-only, or computed. A row's read-only cell keeps its old value only
// where rows cannot move; elsewhere nobody can tell which old row it belongs to. Answers what the last visit saw, if nothing moved in it.
function settle(form, data, before) {
  const language = form.get('expressionLanguage');
  const locked = new Set();
  if (!form.settles) return { locked, seen: null };
  for (let pass = 0; pass < PASSES; pass += 1) {
    let changed = false;
    const seen = [];
    visit(form, data, (...sight) => {
      seen.push(sight);
      const [field, config, path, context, indexes] = sight;
      if (!config.keyed) return;
      let value;
      if (field.type === 'expression') {
        value = runExpressionEvaluation(language, field.expression, context) ?? null;
        value = value === null ? null : JSON.parse(JSON.stringify(value) ?? 'null');
      } else {
        const readonly = language.isExpression(field.readonly)
          ? runUnaryTestEvaluation(language, field.readonly, context) === true
          : field.readonly === true;
        if (!readonly && !field.disabled) return;
        if (Object.keys(indexes).some((id) => form.get('formFieldRegistry').get(id).allowAddRemove)) return;
        locked.add(path.join('.'));
        if (before === null) return;
        value = get(before(), path);
      }
      if (JSON.stringify(value) !== JSON.stringify(get(data, path))) {
        set(data, path, value);
        changed = true;
      }
    });
    if (!changed) return { locked, seen };
  }
  return { locked, seen: null };
}

function options(form, field, before, context) {
  let list = field.values;
  if (field.valuesKey !== undefined) list = before()[field.valuesKey];
  else if (field.valuesExpression) list = runExpressionEvaluation(form.get('expressionLanguage'), field.valuesExpression, context);
  return (Array.isArray(list) ? list : []).map((option) => (option !== null && typeof option === 'object' ? (option.value ?? option.label) : option));
}

function choiceError(form, field, value, before, context) {
  const allowed = ['select', 'radio', 'taglist', 'checklist'].includes(field.type) && options(form, field, before, context);
  if (!allowed || value === null || value === undefined || value === '') return null;
  const chosen = Array.isArray(value) && field.type.endsWith('list') ? value : [value];
  return chosen.every((one) => hasEqualValue(one, allowed)) ? null : 'Value is not one of the options.';
}

// `given`: what the form was opened with; null when the caller does not know, then conditions believe the submission.
function verdict(form, submission, known) {
  const given = known ?? {};
  let opened = null;
  const before = () => (opened ??= form._getInitializedFieldData(given)); // few forms ask
  const raw = merge(given, submission);
  const data = form._getInitializedFieldData(raw);
  const validator = form.get('validator');
  const { locked, seen } = settle(form, data, known && before);
  const values = {};
  const errors = {};
  const judge = (field, config, path, context, indexes) => {
    const name = path.join('.');
    if (field.isRepeating && config.repeatable && !field.allowAddRemove) {
      const rows = get(submission, path);
      if (rows && rows.length !== (get(before(), path) ?? []).length) errors[name] = [translate('Rows cannot be added or removed.')];
    }
    if (!config.keyed || locked.has(name)) return;
    const sent = field.type === 'expression' || !has(submission, path) ? undefined : get(submission, path);
    const value = get(data, path);
    const wrong = typeError(field, sent) ?? choiceError(form, field, sent ?? value, before, context);
    const found = wrong
      ? [translate(wrong)]
      : validator.validateFieldInstance({ id: field.id, expressionContextInfo: context, valuePath: path, value, indexes }, value);
    if (found.length) errors[name] = found;
    else if (value !== undefined) set(values, path, value);
  };
  if (seen) seen.forEach((sight) => judge(...sight));
  else visit(form, data, judge);
  return { values, errors };
}

// Syntax of what an analyst wrote inside strings, found by trying it.
function problems(form) {
  const language = form.get('expressionLanguage');
  const found = [];
  let failure = null;
  form.get('eventBus').on('error', ({ error }) => {
    failure = error;
  });
  const scan = (field) => {
    const texts = [field.conditional?.hide, field.readonly, field.expression, field.valuesExpression, ...Object.values(field.validate ?? {})];
    for (const text of texts.filter((one) => language.isExpression(one) && one !== field.validate?.pattern)) {
      failure = null;
      if (text === field.conditional?.hide) language.evaluateUnaryTest(text, {});
      else language.evaluate(text, {});
      // only feelin's syntax errors know a position; missing values are no fault of the text
      if (failure?.position) found.push({ field: field.key ?? field.id, kind: 'feel', text });
    }
    try {
      if (field.validate?.pattern) new RegExp(field.validate.pattern);
    } catch {
      found.push({ field: field.key ?? field.id, kind: 'pattern', text: field.validate.pattern });
    }
    (field.components ?? []).forEach(scan);
  };
  scan(form._state.schema);
  return found;
}

globalThis.formKnown = (hash) => forms.has(hash);

globalThis.formOpen = (hash, schema) => {
  if (forms.size >= CACHED) forms.delete(forms.keys().next().value);
  forms.set(hash, open(JSON.parse(schema)));
};

globalThis.formCheck = (hash, submission, data, lang, at) => {
  const form = forms.get(hash);
  forms.delete(hash);
  forms.set(hash, form);
  translate = languages[lang] ?? languages.zh;
  now = at;
  return JSON.stringify(verdict(form, JSON.parse(submission), JSON.parse(data)));
};

globalThis.formDescribe = (schema) => {
  const parsed = JSON.parse(schema);
  translate = languages.zh;
  const form = open(parsed);
  return JSON.stringify({ reads: getSchemaVariables(parsed, { outputs: false }), problems: problems(form) });
};
