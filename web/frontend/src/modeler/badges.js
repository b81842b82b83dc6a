// The gate's findings on the drawing: a badge on each element, a press on it leads to the sentence, and the other way round.
import { element } from '../dialog.js';
import { places } from '../drawn.js';
import { say } from '../i18n.js';

const ROOM = 80; // px around an element that is shown

// `find(id)` opens the sheet that draws an element; `known(id)` is the element of the file.
export function badges(modeler, { find, known }) {
  const [canvas, registry, overlays, selection] = ['canvas', 'elementRegistry', 'overlays', 'selection'].map((name) => modeler.get(name));
  let marked = [];

  const { place, shape, missing } = places(registry, known);

  function clear() {
    overlays.remove({ type: 'finding' });
    marked.forEach(([found, marker]) => registry.get(found.id) && canvas.removeMarker(found, marker));
    marked = [];
  }

  function reveal(id) {
    document.querySelectorAll('[data-finding]').forEach((one) => one.classList.toggle('is-shown', Boolean(id) && one.dataset.finding === id));
    return document.querySelector('[data-finding].is-shown');
  }

  function draw(findings) {
    clear();
    const grouped = Map.groupBy(findings.filter((one) => one.element), (one) => place(one.element));
    grouped.forEach((all, id) => {
      const found = shape(id);
      if (!found || found === canvas.getRootElement()) return;
      const severity = all.some((one) => one.severity === 'error') ? 'error' : 'warning';
      const marker = `has-${severity}`;
      canvas.addMarker(found, marker);
      marked.push([found, marker]);
      const texts = all.map((one) => one.text);
      const badge = element('button', {
        type: 'button', class: `mark mark-${severity}`, title: texts.join('\n'),
        'aria-label': say(`${texts.length} 条：${texts.join('；')}`, `${texts.length}: ${texts.join('; ')}`),
      }, `${severity === 'error' ? '▲' : '△'} ${texts.length}`);
      badge.addEventListener('click', () => {
        selection.select(found);
        reveal(all[0].element)?.scrollIntoView({ block: 'nearest' });
      });
      overlays.add(found, 'finding', { position: { top: -14, right: 22 }, html: badge });
    });
  }

  // Without an id it is the process, or what else the sheet as a whole stands for.
  async function show(id) {
    if (id && !shape(id)) await find(place(id));
    const found = id ? shape(id) : canvas.getRootElement();
    if (!found) return missing(id) ? 'undrawn' : 'never';
    const plane = canvas.findRoot(found);
    if (plane && plane !== canvas.getRootElement()) canvas.setRootElement(plane);
    if (found !== plane) canvas.scrollToElement(found, ROOM);
    selection.select(found === plane ? [] : found);
    reveal(id);
    return 'shown';
  }

  modeler.on('selection.changed', ({ newSelection }) => {
    reveal(newSelection.length === 1 ? newSelection[0].id : null); // a listener that returns something ends the event
  });
  return { draw, show };
}
