// Where an element of the file is seen in a drawing.
import { is } from 'bpmn-js/lib/util/ModelUtil.js';

// What a drawing may show; messages, errors and other definitions have no place in it.
const DRAWN = ['bpmn:FlowElement', 'bpmn:Artifact', 'bpmn:Participant', 'bpmn:Lane', 'bpmn:MessageFlow', 'bpmn:Process'];
const REFERENCES = ['messageRef', 'signalRef', 'errorRef', 'escalationRef', 'operationRef'];
const drawable = (node) => Boolean(node) && DRAWN.some((type) => is(node, type));

// `known(id)` is the element of the file.
export function places(registry, known) {
  // A process is drawn as its pool, where it has one.
  const drawn = (id) => registry.get(id) ?? registry.find((one) => one.businessObject?.processRef?.id === id);

  // A message, a signal, an error or an operation has no place of its own: the first step that speaks of it shows it.
  const speaks = (named) => {
    const refers = (one) => REFERENCES.some((name) => one[name] === named);
    const found = named && registry.filter(({ businessObject: node }) => node && [node, ...(node.eventDefinitions ?? [])].some(refers));
    return (found?.find(({ businessObject: node }) => is(node, 'bpmn:FlowNode')) ?? found?.[0])?.businessObject.id;
  };

  // What stands in the drawing for an element: for a performer, an assignment of data or a timer, the step it belongs to.
  function place(id) {
    let node = known(id);
    const user = node && !drawn(id) && speaks(node);
    if (user) return user;
    while (node && !drawn(node.id) && !drawable(node)) node = node.$parent;
    return node?.id && node.$type !== 'bpmn:Definitions' ? node.id : id;
  }
  return { place, shape: (id) => drawn(place(id)), missing: (id) => drawable(known(place(id))) };
}

// Whether a sheet shows an element: as its plane, as the pool of a process, or as a thing drawn on it.
export const draws = ({ plane }, id) =>
  plane?.bpmnElement?.id === id || Boolean(plane?.planeElement?.some(({ bpmnElement }) => bpmnElement?.id === id || bpmnElement?.processRef?.id === id));
