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
import { element } from './dialog.js';
import { board, button, data, narrow, startShell } from './editor/shell.js';
import { say } from './i18n.js';
import { badges } from './modeler/badges.js';
import descriptor from './modeler/banjie.json';
import { ScopeModule } from './modeler/feel.js';
import { PanelModule } from './modeler/panel.js';
import { WordsModule } from './modeler/words.js';

const common = { container: board, moddleExtensions: { banjie: descriptor } };

const make = () =>
  narrow
    ? new NavigatedViewer({ ...common, additionalModules: [WordsModule] })
    : new Modeler({
        ...common,
        propertiesPanel: { parent: '#panel' },
        additionalModules: [BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, CreateAppendAnythingModule, PanelModule, ScopeModule, WordsModule],
      });

const WHOLE = 0.6; // from this scale on a diagram is shown as a whole
const PALETTE = 130; // px on the left that the palette takes

// A wide diagram opens at its beginning, large enough to read.
function open(canvas) {
  canvas.zoom('fit-viewport', 'auto');
  if (narrow || canvas.zoom() >= WHOLE) return;
  const { inner, outer } = canvas.viewbox();
  const scale = 0.8;
  canvas.viewbox({ x: inner.x - PALETTE / scale, y: Math.min(inner.y - 40, inner.y + inner.height / 2 - outer.height / scale / 2), width: outer.width / scale, height: outer.height / scale });
}

async function start() {
  const modeler = make();
  await modeler.importXML(data.content);
  const canvas = modeler.get('canvas');
  const fit = () => canvas.zoom('fit-viewport', 'auto');
  const zoom = (step) => modeler.get('zoomScroll').stepZoom(step);
  open(canvas);
  const { draw, show } = badges(modeler);
  const content = async () => (await modeler.saveXML({ format: true })).xml;
  if (!narrow) {
    const stack = modeler.get('commandStack');
    const undo = button('↶', () => stack.undo(), { title: 'Ctrl+Z', 'aria-label': say('撤销', 'Undo') });
    const redo = button('↷', () => stack.redo(), { title: 'Ctrl+Y', 'aria-label': say('重做', 'Redo') });
    const tell = () => [undo.disabled, redo.disabled] = [!stack.canUndo(), !stack.canRedo()];
    const shell = startShell({ content, findings: draw, show });
    modeler.on('commandStack.changed', ({ trigger }) => {
      tell();
      if (trigger !== 'clear') shell.changed();
    });
    tell();
  } else startShell({ content, findings: draw, show });
  button('−', () => zoom(-1), { 'aria-label': say('缩小', 'Zoom out'), title: say('缩小', 'Zoom out') });
  button('+', () => zoom(1), { 'aria-label': say('放大', 'Zoom in'), title: say('放大', 'Zoom in') });
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
