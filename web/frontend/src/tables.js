// Decision tables of a draft: the requirements diagram, the tables and their expressions, a tab for each.
import Modeler from 'dmn-js/lib/Modeler';
import NavigatedViewer from 'dmn-js/lib/NavigatedViewer';
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression-controls.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn.css';
import './editor/styles.js';
import './editor/editor.css';
import './tables/tables.css';
import { element } from './dialog.js';
import { board, button, data, narrow, startShell } from './editor/shell.js';
import { english, say } from './i18n.js';
import words from './tables/words.json';

const translate = (template, replacements = {}) => (english ? template : (words[template] ?? template)).replace(/{([^}]+)}/g, (_, name) => replacements[name] ?? `{${name}}`);
const spoken = { additionalModules: [{ translate: ['value', translate] }] };

const NAMES = { drd: say('决策关系图', 'Requirements'), decisionTable: say('决策表', 'Table'), literalExpression: say('表达式', 'Expression'), boxedExpression: say('知识模型', 'Knowledge') };

async function start() {
  const Editor = narrow ? NavigatedViewer : Modeler;
  const editor = new Editor({ container: board, drd: spoken, decisionTable: spoken, literalExpression: spoken, boxedExpression: spoken });
  const active = () => editor.getActiveViewer();
  const stack = () => active()?.get('commandStack', false);
  const step = (name) => () => stack()?.[name]();
  const undo = narrow ? {} : button('↶', step('undo'), { title: 'Ctrl+Z', 'aria-label': say('撤销', 'Undo') });
  const redo = narrow ? {} : button('↷', step('redo'), { title: 'Ctrl+Y', 'aria-label': say('重做', 'Redo') });
  const tell = () => [undo.disabled, redo.disabled] = [!stack()?.canUndo(), !stack()?.canRedo()];
  let shell;
  editor.on('viewer.created', ({ viewer }) =>
    void viewer.on('commandStack.changed', ({ trigger }) => {
      tell();
      if (trigger !== 'clear') shell?.changed();
    }),
  );

  const tabs = element('div', { class: 'tables-tabs', role: 'toolbar', 'aria-label': say('视图', 'Views') });
  board.before(tabs);
  const views = () => {
    const now = editor.getActiveView();
    tabs.replaceChildren(
      ...editor.getViews().map((view) => {
        const tab = element('button', { type: 'button', class: 'btn btn-sm btn-outline-secondary', 'aria-pressed': String(view.element === now?.element) }, `${NAMES[view.type]}${view.type === 'drd' ? '' : `：${view.name || view.id}`}`);
        tab.addEventListener('click', () => editor.open(view));
        return tab;
      }),
    );
    tell();
  };
  editor.on('views.changed', () => void views());
  await editor.importXML(data.content);
  const table = editor.getViews().find((one) => one.type === 'decisionTable');
  if (table) await editor.open(table);
  const show = (id) => {
    const view = editor.getViews().find((one) => one.element.id === id);
    if (view) editor.open(view);
  };
  shell = startShell({ content: async () => (await editor.saveXML({ format: true })).xml, show });
  views();
}

start().catch((error) => {
  board.append(element('p', { class: 'alert alert-warning m-3', role: 'alert' }, say('决策表无法打开', 'The table cannot be opened')));
  console.error(error);
});
