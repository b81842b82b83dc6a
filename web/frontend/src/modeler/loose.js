// A step that becomes one of another kind keeps its lines to data, but not the slots of the old kind that they named: those are gone.
import CommandInterceptor from 'diagram-js/lib/command/CommandInterceptor.js';

const SLOTS = [['dataInputAssociations', 'targetRef', 'dataInputs'], ['dataOutputAssociations', 'sourceRef', 'dataOutputs']];

class Loose extends CommandInterceptor {
  constructor(eventBus, modeling) {
    super(eventBus);
    this.postExecuted('shape.replace', ({ context: { newShape } }) => {
      const node = newShape.businessObject;
      SLOTS.forEach(([lines, end, slots]) => {
        const held = node.get('ioSpecification')?.get(slots) ?? [];
        (node.get(lines) ?? []).forEach((line) => {
          const named = [line.get(end) ?? []].flat();
          const left = named.filter((one) => held.includes(one) || one.$type === 'bpmn:Property');
          if (left.length < named.length) modeling.updateModdleProperties(newShape, line, { [end]: end === 'sourceRef' ? left : left[0] });
        });
      });
    });
  }
}
Loose.$inject = ['eventBus', 'modeling'];

export const LooseModule = { __init__: ['banjieLoose'], banjieLoose: ['type', Loose] };
