// A process diagram to look at: where the tokens are, which way they came, what went wrong. Everything the colours say stands in
// words below it as well.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './diagram.css';
import { point } from './diagram_findings.js';
import { describe } from './diagram_text.js';
import { element } from './dialog.js';
import { readJson } from './http.js';
import { say } from './i18n.js';
import { sheetName } from './modeler/sheets.js';

const STEP = 60; // px an arrow key moves the picture

const NOTHING = say('文件里没有可以绘制的内容', 'There is nothing to draw in this file');
const DRAW = say('。在“编辑”里画出步骤，或上传另一个流程图替换它。', '. Draw its steps under Edit, or upload another diagram in its place.');

const WHOLE = 0.6; // from this scale on the whole diagram is shown at once
const READABLE = 0.85; // its names can be read with ease

// A little smaller than what just fits, so that marks at the edges are seen.
const fit = (canvas) => canvas.zoom(canvas.zoom('fit-viewport', 'auto') * 0.93, 'auto');

// A wide diagram opens where something waits, large enough to read; the whole of it is one button away.
function open(viewer, { active, incidents }) {
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  const place = [...incidents, ...active].map((one) => registry.get(one.element)).find(Boolean);
  fit(canvas);
  if (!place || canvas.zoom() >= WHOLE) return;
  const { inner, outer } = canvas.viewbox();
  const [width, height] = [outer.width / READABLE, outer.height / READABLE];
  // Around the place, but not beyond the diagram's edges.
  const start = (middle, low, size, length) => (size <= length ? low + (size - length) / 2 : Math.min(Math.max(middle - length / 2, low - 20), low + size - length + 20));
  canvas.viewbox({
    x: start(place.x + place.width / 2, inner.x, inner.width, width),
    y: start(place.y + place.height / 2, inner.y, inner.height, height),
    width,
    height,
  });
}

async function fetched(url, read) {
  const response = await fetch(url, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`${response.status} ${url}`);
  return response[read]();
}

async function start(root) {
  const [xml, overlay] = await Promise.all([
    fetched(root.dataset.xmlUrl, 'text'),
    root.dataset.overlayUrl ? fetched(root.dataset.overlayUrl, 'json') : readJson('diagram-overlay'),
  ]);
  const viewer = new NavigatedViewer({ container: root });
  const marks = { active: [], path: {}, incidents: [], findings: [], ...overlay };
  viewer.on('import.render.complete', () => decorate(viewer, marks));
  let elements = {};
  viewer.on('import.parse.complete', ({ elementsById }) => void (elements = elementsById ?? {}));
  const { warnings } = await viewer.importXML(xml);
  steer(root, viewer);
  let width = 0;
  new ResizeObserver(() => {
    if (!root.clientWidth || root.clientWidth === width) return; // folded, or only its height has changed
    width = root.clientWidth;
    viewer.get('canvas').resized();
    open(viewer, marks);
  }).observe(root);
  point(root, viewer, marks.findings, (id) => elements[id]);
  if ('draft' in root.dataset) confess(root, viewer, warnings);
  describe(root, viewer, marks);
}

// What the drawing library says, in our words and with what may be done; its own words stand behind when there are none.
const REASONS = [
  [/^no bpmnElement referenced in <.*id="(.*?)".*>$/, (what) => say(`图形 ${what} 没有指明画的是哪个元素；自动布局会去掉它`, `the shape ${what} does not say which element it draws; a fresh layout drops it`)],
  [/^unresolved reference <(.*)>$/, (what) => say(`引用的 ${what} 不存在；在“编辑”里改选，或在“原文”里删去这处引用`, `what is referred to as ${what} does not exist; choose another under Edit, or delete the reference under Text`)],
  [/^multiple DI elements defined for <(.*)>$/, (what) => say(`${what} 画了不止一次，只显示第一个；自动布局只画一次`, `${what} is drawn more than once and the first is shown; a fresh layout draws it once`)],
  [/^unexpected element <(.*)>/, (what) => say(`${what} 不该出现在这里；在“原文”里移走或删去`, `${what} does not belong where it stands; move or delete it under Text`)],
  [/^unparsable content (.*) detected/, (what) => say(`${what} 无法识别；在“原文”里改正或删去`, `${what} cannot be read; mend or delete it under Text`)],
  [/^unsupported document encoding <(.*)>/, (what) => say(`文件声明的编码 ${what} 不常用，已按 UTF-8 显示；无须处理`, `the file declares the encoding ${what}, and is shown as UTF-8; nothing need be done`)],
];

// References that no line of the drawing follows (to a message, a type) are the gate's to tell.
const FOLLOWED = /^bpmndi:|:(sourceRef|targetRef|attachedToRef|processRef)$/;
const ofDrawing = ({ message, property }) => !message.startsWith('unresolved reference') || !property || FOLLOWED.test(property);

function reason(message) {
  const [pattern, text] = REASONS.find(([one]) => one.test(message)) ?? [];
  return pattern ? text(pattern.exec(message)[1]) : say(`绘图组件报告：${message}`, message);
}

// What a draft holds and cannot be drawn, what that means and what to do; a deployed diagram has passed the gate.
function confess(root, viewer, warnings) {
  const drawn = viewer.get('elementRegistry').filter((one) => one.parent).length;
  const reasons = warnings.filter(ofDrawing).map(({ message }) => reason(message.split('\n')[0]));
  if (drawn && !reasons.length) return;
  const said = element('div', { class: 'alert alert-warning mt-2 mb-0 py-2', role: 'status' });
  const lines = element('ul', { class: 'mb-0' }, ...reasons.map((one) => element('li', { class: 'text-break' }, one)));
  const list = (title) => element('details', {}, element('summary', {}, title), lines);
  if (drawn) said.append(list(say(`有 ${reasons.length} 处无法绘制`, `${reasons.length} part${reasons.length === 1 ? '' : 's'} cannot be drawn`)), AFFECTS, ' ', remedy());
  else said.append(NOTHING, DRAW, reasons.length ? list(say('绘图组件的说明', 'What the drawing library says')) : '');
  root.after(said);
}

const AFFECTS = say('只影响显示，流程按文件的内容运行；能否部署看“检查结果”。', 'This affects the picture only: the process runs as the file says. Whether it may be deployed is told under the findings.');

// A layout of ours, in place of the one that the file brings, shows all that runs.
function remedy() {
  const all = new URL(window.location.href);
  if (all.searchParams.get('layout') === 'new') return '';
  all.searchParams.set('layout', 'new');
  return element('a', { class: 'alert-link', href: all.href }, say('自动布局，显示全部', 'Lay out afresh, showing all'));
}

function decorate(viewer, { active, path, incidents }) {
  const canvas = viewer.get('canvas');
  const overlays = viewer.get('overlays');
  const registry = viewer.get('elementRegistry');
  const known = (id) => registry.get(id) !== undefined;
  const badge = (id, kind, text, title, position) =>
    overlays.add(id, { position, html: element('div', { class: `mark mark-${kind}`, title }, text) });

  Object.entries(path).forEach(([id, count]) => {
    if (!known(id)) return;
    canvas.addMarker(id, 'is-passed');
    if (registry.get(id).waypoints) return;
    badge(id, 'passed', count > 1 ? `✓ ×${count}` : '✓', say(`经过 ${count} 次`, `passed ${count} times`), { top: -14, left: -12 });
  });
  active.forEach(({ element: id, count = 1, text = '' }) => {
    if (!known(id)) return;
    canvas.addMarker(id, 'is-active-token');
    badge(id, 'active', `● ${count}`, text || say('进行中', 'active'), { top: -14, right: 24 });
  });
  incidents.forEach(({ element: id, text = '' }) => {
    if (!known(id)) return;
    canvas.addMarker(id, 'has-incident');
    badge(id, 'incident', '▲!', text || say('异常', 'incident'), { bottom: 10, right: 16 });
  });
}

function steer(root, viewer) {
  const canvas = viewer.get('canvas');
  const zoom = (step) => viewer.get('zoomScroll').stepZoom(step);
  const keys = {
    '+': () => zoom(1),
    '=': () => zoom(1),
    '-': () => zoom(-1),
    0: () => fit(canvas),
    ArrowLeft: () => canvas.scroll({ dx: STEP, dy: 0 }),
    ArrowRight: () => canvas.scroll({ dx: -STEP, dy: 0 }),
    ArrowUp: () => canvas.scroll({ dx: 0, dy: STEP }),
    ArrowDown: () => canvas.scroll({ dx: 0, dy: -STEP }),
  };
  root.tabIndex = 0;
  root.setAttribute('role', 'group');
  root.setAttribute('aria-label', root.dataset.label ?? say('流程图', 'Process diagram'));
  root.setAttribute('aria-roledescription', say('流程图', 'diagram'));
  root.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  const buttons = element('div', { class: 'diagram-buttons', role: 'toolbar', 'aria-label': say('缩放', 'Zoom') });
  [['+', say('放大', 'Zoom in'), keys['+']], ['−', say('缩小', 'Zoom out'), keys['-']], ['⤢', say('适合窗口', 'Fit'), keys[0]]].forEach(([sign, name, action]) => {
    const button = element('button', { type: 'button', class: 'btn btn-light btn-sm', 'aria-label': name, title: name }, sign);
    button.addEventListener('click', action);
    buttons.append(button);
  });
  const drawings = viewer.getDefinitions().diagrams;
  if (drawings.length > 1) buttons.prepend(chooser(viewer, drawings));
  root.append(buttons);
}

// Some tools draw a sub-process on a sheet of its own.
function chooser(viewer, drawings) {
  const options = drawings.map((one, number) => element('option', { value: number }, sheetName(one, number)));
  const select = element('select', { class: 'form-select form-select-sm', 'aria-label': say('图页', 'Sheet') }, ...options);
  select.addEventListener('change', async () => {
    const sheet = drawings[select.value]; // by its place: not all of them have an id
    await viewer.open(sheet);
    fit(viewer.get('canvas'));
    viewer.get('eventBus').fire('sheet.opened', { sheet });
  });
  viewer.on('sheet.opened', ({ sheet }) => void (select.value = drawings.indexOf(sheet)));
  return select;
}

const root = document.getElementById('diagram');
if (root) {
  start(root).catch((error) => {
    const text = error.message === 'no diagram to display' ? NOTHING + ('draft' in root.dataset ? DRAW : '') : say('流程图无法显示', 'The diagram cannot be shown');
    root.hidden = true;
    root.after(element('p', { class: 'alert alert-warning mb-0', role: 'alert' }, text));
    document.querySelectorAll('[data-show]').forEach((button) => button.replaceWith(...button.childNodes));
    console.error(error);
  });
}
