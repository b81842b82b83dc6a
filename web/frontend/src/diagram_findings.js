// Findings of the gate and elements of the drawing find each other: a press on one marks the other.
import { element } from './dialog.js';
import { draws, places } from './drawn.js';
import { say } from './i18n.js';

const READABLE = 0.85; // an element that is shown can be read
const ROOM = 60; // px around it

// Where a badge stands, from the top left of its element: at the corner of a shape, in the middle of a flow.
function place({ width, waypoints }) {
  if (!waypoints) return { top: -16, left: width - 18 };
  const [x, y] = ['x', 'y'].map((axis) => waypoints.map((point) => point[axis]));
  const half = Math.floor((waypoints.length - 1) / 2);
  const middle = (along) => (along[half] + along[half + 1]) / 2 - Math.min(...along);
  return { top: middle(y) - 11, left: middle(x) - 14 };
}

const listed = (id) => [...document.querySelectorAll('[data-finding]')].filter((one) => one.dataset.finding === id);

// `known(id)` is the element of the file.
export function point(root, viewer, findings, known) {
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  const sheets = viewer.getDefinitions().diagrams;
  const { place: seat, shape, missing } = places(registry, known);
  let shown;

  // The sheet of the drawing that has the element, when it is not the one that is open.
  let open = sheets[0];
  viewer.on('sheet.opened', ({ sheet }) => void (open = sheet));
  const elsewhere = (id) => (shape(id) ? undefined : sheets.find((one) => one !== open && draws(one, seat(id))));

  async function show(id) {
    const sheet = elsewhere(id);
    if (sheet) {
      await viewer.open(sheet);
      canvas.zoom('fit-viewport', 'auto');
      viewer.get('eventBus').fire('sheet.opened', { sheet });
    }
    const found = shape(id);
    if (!found) return unseen(id);
    if (shown && registry.get(shown.id) === shown) canvas.removeMarker(shown, 'is-shown');
    shown = found;
    canvas.addMarker(shown, 'is-shown');
    const plane = canvas.findRoot(found);
    if (plane && plane !== canvas.getRootElement()) canvas.setRootElement(plane);
    if (found !== plane) {
      if (canvas.zoom() < READABLE) canvas.zoom(READABLE, 'auto');
      canvas.scrollToElement(found, ROOM);
    }
    root.scrollIntoView({ block: 'nearest' });
  }

  // A step that the file's drawing leaves out can be seen in one of ours.
  function unseen(id) {
    listed(id).filter((one) => !one.querySelector('.finding-unseen')).forEach((one) => {
      const all = new URL(window.location.href);
      all.searchParams.set('layout', 'new');
      all.searchParams.set('element', id);
      one.append(element('div', { class: 'finding-unseen small', role: 'status' }, say('图上没有画出它。', 'The drawing leaves it out.'), ' ', element('a', { href: all.href }, say('自动布局，显示全部', 'Lay out afresh, showing all'))));
    });
  }

  function reveal(id) {
    const found = listed(id);
    document.querySelectorAll('[data-finding].is-shown').forEach((one) => one.classList.remove('is-shown'));
    found.forEach((one) => one.classList.add('is-shown'));
    found[0]?.scrollIntoView({ block: 'nearest' });
    return found[0]?.querySelector('[data-show]');
  }

  function mark({ element: id, severity, texts }) {
    const found = shape(id);
    if (!found || found === canvas.getRootElement()) return;
    canvas.addMarker(found, `has-${severity}`);
    const label = say(`${texts.length} 条：${texts.join('；')}`, `${texts.length}: ${texts.join('; ')}`);
    const sign = `${severity === 'error' ? '▲' : '△'} ${texts.length}`;
    const badge = element('button', { type: 'button', class: `mark mark-${severity}`, title: texts.join('\n'), 'aria-label': label }, sign);
    badge.addEventListener('click', () => {
      show(id);
      reveal(id)?.focus();
    });
    viewer.get('overlays').add(found, { position: place(found), html: badge });
  }

  // What is found of a step and of its parts makes one badge.
  function markAll() {
    Map.groupBy(findings, (one) => seat(one.element)).forEach((all) =>
      mark({ ...all[0], severity: all.some((one) => one.severity === 'error') ? 'error' : 'warning', texts: all.flatMap((one) => one.texts) }),
    );
  }
  markAll();
  viewer.on('import.render.complete', markAll); // another sheet

  document.querySelectorAll('[data-show]').forEach((button) => {
    const { show: id } = button.dataset;
    if (!shape(id) && !elsewhere(id) && !missing(id)) return button.replaceWith(...button.childNodes); // not drawn: a message, an error definition
    button.addEventListener('click', () => {
      show(id);
      reveal(id);
    });
  });
  viewer.on('element.click', ({ element: { id } }) => reveal(id));

  const asked = new URLSearchParams(window.location.search).get('element');
  if (asked) {
    show(asked);
    reveal(asked);
  }
}
