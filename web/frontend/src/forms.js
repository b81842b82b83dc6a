// A form of a draft in form-js' own editor.
import { FormEditor } from '@bpmn-io/form-js-editor';
import { createForm } from 'form-js-viewer-1';
import 'form-js-viewer-1/dist/assets/form-js.css';
import '@bpmn-io/form-js-editor/dist/assets/form-js-editor.css';
import './editor/styles.js';
import './editor/editor.css';
import './forms/forms.css';
import { element } from './dialog.js';
import { board, button, data, narrow, startShell } from './editor/shell.js';
import { speakChinese } from './forms/words.js';
import words from './forms/words.json';
import { english, say } from './i18n.js';

// The options that were not there before, by what form-js calls a new one.
function named(options, before = []) {
  const known = new Set(before.map(({ value }) => value));
  return options.map((option) => (known.has(option.value) ? option : { ...option, label: option.label.replace(/^Value(?= \d+$|$)/, '选项') }));
}

async function start() {
  const schema = JSON.parse(data.content);
  if (narrow) {
    const form = await createForm({ container: board, schema });
    form.setProperty('readOnly', true);
    startShell({ content: async () => data.content });
    return;
  }
  const editor = new FormEditor({ container: board });
  await editor.importSchema(schema);
  if (!english) {
    speakChinese(board);
    editor.on('commandStack.formField.add.preExecute', ({ context: { formField } }) => {
      if (words[formField.label]) formField.label = words[formField.label]; // the label a new field begins with
      if (formField.values) formField.values = named(formField.values);
    });
    editor.on('commandStack.formField.edit.preExecute', ({ context: { formField, properties } }) => {
      if (properties.values) properties.values = named(properties.values, formField.values);
    });
  }
  const stack = editor.get('commandStack');
  const undo = button('↶', () => stack.undo(), { title: 'Ctrl+Z', 'aria-label': say('撤销', 'Undo') });
  const redo = button('↷', () => stack.redo(), { title: 'Ctrl+Y', 'aria-label': say('重做', 'Redo') });
  const shell = startShell({
    content: async () => `${JSON.stringify(editor.saveSchema(), null, 2)}\n`,
    show: (id) => {
      const field = editor.get('formFieldRegistry').get(id);
      if (field) editor.get('selection').set(field);
    },
  });
  const tell = () => {
    [undo.disabled, redo.disabled] = [!stack.canUndo(), !stack.canRedo()];
  };
  editor.on('commandStack.changed', ({ trigger }) => {
    tell();
    if (trigger !== 'clear') shell.changed();
  });
  tell();
}

start().catch((error) => {
  board.append(element('p', { class: 'alert alert-warning m-3', role: 'alert' }, say('表单无法打开', 'The form cannot be opened')));
  console.error(error);
});
