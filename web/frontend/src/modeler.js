// The modeler: a draft's diagram is drawn and changed, with its properties beside it and the gate's verdict below.
import Modeler from 'bpmn-js/lib/Modeler';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule } from 'bpmn-js-properties-panel';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import '@bpmn-io/properties-panel/dist/assets/properties-panel.css';
import './diagram.css';
import './editor/styles.js';
import './editor/editor.css';
import './modeler/modeler.css';
import { ask, element } from './dialog.js';
import { actions, board, button, data, narrow, startShell } from './editor/shell.js';
import { flash } from './flash.js';
import { answerOf, send } from './http.js';
import { say } from './i18n.js';
import { badges } from './modeler/badges.js';
import { LooseModule } from './modeler/loose.js';
import { confess, losses } from './modeler/losses.js';
import descriptor from './modeler/banjie.json';
import { ScopeModule } from './modeler/feel.js';
import { LayoutModule } from './modeler/layout.js';
import { openMend } from './modeler/mends.js';
import { PanelModule } from './modeler/panel.js';
import { sheets } from './modeler/sheets.js';
import { tellVerdict } from './modeler/verdict.js';
import { WordsModule } from './modeler/words.js';

const common = { container: board, moddleExtensions: { banjie: descriptor } };

const make = () =>
  narrow
    ? new NavigatedViewer({ ...common, additionalModules: [WordsModule] })
    : new Modeler({
        ...common,
        propertiesPanel: { parent: '#panel' },
        additionalModules: [BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, CreateAppendAnythingModule, LayoutModule, LooseModule, PanelModule, ScopeModule, WordsModule],
      });

const WHOLE = 0.6; // from this scale on a diagram is shown as a whole
const READABLE = 0.8;
const PALETTE = narrow ? 0 : 130; // px on the left that the palette takes
const AFRESH = say('这次布局要增补图形或图页，之后不能撤销此前的修改（已做的修改保留）。继续？', 'This layout adds shapes or sheets: the changes made so far stay, but can no longer be undone. Go on?');
const MARGIN = 20; // px at the other sides

// The diagram beside the palette: as a whole when that can be read (or is asked for), else from its beginning.
function open(canvas, whole = narrow) {
  const { inner, outer } = canvas.viewbox();
  if (!inner.width || !inner.height) return;
  const fits = Math.min(1, (outer.width - PALETTE - 2 * MARGIN) / inner.width, (outer.height - 2 * MARGIN) / inner.height);
  const scale = whole || fits >= WHOLE ? fits : READABLE;
  const [width, height] = [outer.width / scale, outer.height / scale];
  const middle = inner.y + inner.height / 2 - height / 2;
  canvas.viewbox({ x: inner.x - (PALETTE + MARGIN) / scale, y: scale === fits ? middle : Math.min(inner.y - 2 * MARGIN, middle), width, height });
}

async function start() {
  const modeler = make();
  let elements = {};
  modeler.on('import.parse.complete', ({ elementsById }) => void (elements = elementsById ?? {}));
  await modeler.importXML(data.content);
  const content = async () => (await modeler.saveXML({ format: true })).xml;
  const lost = narrow ? { content: [], rest: [] } : losses(data.content, await content(), (id, name) => elements[id]?.$descriptor.propertiesByName[name]?.default);
  confess(lost);
  const canvas = modeler.get('canvas');
  const fit = () => open(canvas, true);
  const zoom = (step) => modeler.get('zoomScroll').stepZoom(step);
  open(canvas);
  const { list, find } = sheets(modeler, actions);
  list();
  const { draw, show: point } = badges(modeler, { find, known: (id) => elements[id] });
  const show = async (id, finding) => {
    const outcome = await point(id);
    if (outcome !== 'shown') return outcome;
    board.closest('.editor-work').scrollIntoView({ block: 'nearest' });
    if (finding && !narrow) await openMend(finding);
    return outcome;
  };
  let last = []; // the findings, for a sheet that is drawn later
  const findings = (found) => {
    draw((last = found));
    tellVerdict(found);
  };
  modeler.on('banjie.sheet', () => {
    open(canvas);
    draw(last);
  });
  let shell;
  const layout = async () => {
    try {
      const answer = await send('POST', data.urls.layout, { path: data.path, content: await content() });
      const body = await answerOf(answer);
      if (!answer.ok) throw new Error(body.detail);
      if (!narrow && modeler.get('banjieLayout')(body.content)) {
        open(canvas);
        return flash('info', say('已重新布局，保存后生效；可以撤销。', 'Laid out afresh; it takes effect when saved, and can be undone.'));
      }
      if (!narrow && modeler.get('commandStack').canUndo() && !(await ask(AFRESH, { yes: say('重新布局', 'Lay out') }))) return undefined;
      await modeler.importXML(body.content);
    } catch (error) {
      console.warn(error);
      return flash('danger', say('没有布局成功，请稍后再试', 'It could not be laid out, try again later'));
    }
    list();
    open(canvas);
    draw(last);
    if (narrow) return undefined;
    shell.changed();
    return flash('info', say('已重新布局，保存后生效；不想要时不保存，重新打开本页即可。', 'Laid out afresh; it takes effect when saved. To keep the old drawing, open this page again without saving.'));
  };
  if (!narrow) {
    const stack = modeler.get('commandStack');
    const undo = button('↶', () => stack.undo(), { title: 'Ctrl+Z', 'aria-label': say('撤销', 'Undo') });
    const redo = button('↷', () => stack.redo(), { title: 'Ctrl+Y', 'aria-label': say('重做', 'Redo') });
    const tell = () => [undo.disabled, redo.disabled] = [!stack.canUndo(), !stack.canRedo()];
    shell = startShell({ content, findings, show, layout, kept: !lost.content.length });
    modeler.on('banjie.store', ({ resolve }) => void shell.store().then(resolve));
    modeler.on('banjie.fresh', ({ kind, name, resolve }) => void shell.add(kind, name).then(resolve));
    modeler.on('commandStack.changed', ({ trigger }) => {
      tell();
      if (trigger !== 'clear') shell.changed();
    });
    tell();
  } else startShell({ content, findings, show, layout });
  button('−', () => zoom(-1), { 'aria-label': say('缩小', 'Zoom out'), title: say('缩小', 'Zoom out') });
  button('+', () => zoom(1), { 'aria-label': say('放大', 'Zoom in'), title: say('放大', 'Zoom in') });
  button(say('自动布局', 'Lay out'), layout, { title: say('重新画出全部元素', 'Draw every element afresh') });
  button('⤢', fit, { 'aria-label': say('适合窗口', 'Fit'), title: say('适合窗口', 'Fit') });
  const svg = board.querySelector('svg');
  svg?.setAttribute('aria-label', board.dataset.label);
  const asked = new URLSearchParams(window.location.search).get('element');
  if (asked) requestAnimationFrame(() => setTimeout(() => show(asked))); // once the panel listens
}

start().catch((error) => {
  board.append(element('p', { class: 'alert alert-warning m-3', role: 'alert' }, say('流程图无法打开', 'The diagram cannot be opened')));
  console.error(error);
});
