// A layout of the server's as one step that can be undone: what is drawn moves to its new places. Where a layout draws more than
// there is (steps that were left out, other sheets), the drawing is read afresh instead, and the steps before it are gone.
import { getDi } from 'bpmn-js/lib/util/ModelUtil.js';
import { getExternalLabelMid, isLabel, isLabelExternal } from 'bpmn-js/lib/util/LabelUtil.js';

const numbers = (node, names) => Object.fromEntries(names.map((name) => [name, Number(node.getAttribute(name))]));
const box = (node) => node && numbers(node, ['x', 'y', 'width', 'height']);
const child = (node, name) => [...(node?.children ?? [])].find((one) => one.localName === name);

// Element -> its new `{bounds, waypoints, label, folded}`; null when the file has more than one sheet.
function places(text) {
  const file = new DOMParser().parseFromString(text, 'application/xml');
  const all = (name) => [...file.getElementsByTagNameNS('*', name)];
  if (all('BPMNDiagram').length !== 1) return null;
  return new Map(
    [...all('BPMNShape'), ...all('BPMNEdge')].map((one) => [
      one.getAttribute('bpmnElement').split(':').at(-1),
      {
        bounds: box(child(one, 'Bounds')),
        waypoints: [...one.children].filter(({ localName }) => localName === 'waypoint').map((point) => numbers(point, ['x', 'y'])),
        label: box(child(child(one, 'BPMNLabel'), 'Bounds')),
        folded: one.getAttribute('isExpanded') === 'false',
      },
    ]),
  );
}

// Where a label stands: as the layout says, else below its step, or beside its flow.
function labelled({ width, height, labelTarget }, known) {
  if (known) return known;
  const { x, y } = getExternalLabelMid(labelTarget);
  return { x: x - width / 2, y: labelTarget.waypoints ? y - height / 2 : labelTarget.y + labelTarget.height + 4, width, height };
}

function layouts(bpmnjs, commandStack, elementRegistry, bpmnUpdater, canvas) {
  const isDrawn = (element) => element.parent && !isLabel(element);
  const put = (element, { bounds, waypoints }) => {
    if (element.waypoints) {
      element.waypoints = waypoints.map((point) => ({ ...point }));
      bpmnUpdater.updateConnectionWaypoints(element);
    } else {
      Object.assign(element, bounds);
      bpmnUpdater.updateBounds(element);
    }
  };
  const taken = ({ waypoints, x, y, width, height }) => (waypoints ? { waypoints: waypoints.map((point) => ({ x: point.x, y: point.y })) } : { bounds: { x, y, width, height } });

  commandStack.register('banjie.layout', {
    execute(context) {
      const { after } = context;
      const shapes = elementRegistry.filter(isDrawn);
      const labels = elementRegistry.filter((one) => isLabel(one) && isLabelExternal(one.labelTarget.businessObject));
      context.before ??= [...shapes, ...labels].map((one) => [one, taken(one)]);
      shapes.forEach((one) => put(one, after.get(one.businessObject.id)));
      labels.forEach((one) => put(one, { bounds: labelled(one, after.get(one.businessObject.id).label) }));
      return [...shapes, ...labels];
    },
    revert({ before }) {
      before.forEach(([element, place]) => put(element, place));
      return before.map(([element]) => element);
    },
  });

  // Whether the layout could be made as a step.
  return (text) => {
    const after = places(text);
    const drawn = elementRegistry.filter(isDrawn).filter((one) => one !== canvas.getRootElement());
    const fits = (one) => {
      const place = after.get(one.businessObject.id);
      return place && (one.waypoints ? place.waypoints.length > 1 : place.bounds) && Boolean(one.collapsed) === place.folded;
    };
    const sheets = bpmnjs.getDefinitions().diagrams.length;
    if (!after || sheets !== 1 || after.size !== drawn.length || !drawn.every(fits)) return false;
    commandStack.execute('banjie.layout', { after });
    return true;
  };
}
layouts.$inject = ['bpmnjs', 'commandStack', 'elementRegistry', 'bpmnUpdater', 'canvas'];

export const LayoutModule = { __init__: ['banjieLayout'], banjieLayout: ['factory', layouts] };
