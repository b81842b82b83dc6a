// Some tools draw a sub-process, or another pool, on a sheet of its own: which sheet is shown.
import { element } from '../dialog.js';
import { draws } from '../drawn.js';
import { say } from '../i18n.js';

// Not every sheet has a name, nor even an id.
export function sheetName({ name, plane }, number) {
  const shown = plane?.bpmnElement;
  if (name || shown?.name) return name || shown.name;
  return shown?.$type === 'bpmn:Process' ? shown.id : say(`第 ${number + 1} 页`, `Sheet ${number + 1}`);
}

export function sheets(modeler, place) {
  const select = element('select', { class: 'form-select form-select-sm', 'aria-label': say('图页', 'Sheet'), hidden: '' });
  select.style.width = 'auto';
  place.prepend(select);

  const drawings = () => modeler.getDefinitions()?.diagrams ?? [];
  const list = () => {
    select.replaceChildren(...drawings().map((one, number) => element('option', { value: number }, sheetName(one, number))));
    select.hidden = drawings().length < 2;
  };
  // By its place: not all of them have an id.
  const open = async (number) => {
    await modeler.open(drawings()[number]);
    select.value = number;
    modeler.get('eventBus').fire('banjie.sheet');
  };
  select.addEventListener('change', () => open(Number(select.value)));

  // Opens the sheet that draws an element; false when none does.
  async function find(id) {
    const number = drawings().findIndex((one) => draws(one, id));
    if (number >= 0) await open(number);
    return number >= 0;
  }
  return { list, find };
}
