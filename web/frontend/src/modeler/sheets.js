// Some tools draw a sub-process, or another pool, on a sheet of its own: which sheet is shown.
import { element } from '../dialog.js';
import { say } from '../i18n.js';

export function sheets(modeler, place) {
  const select = element('select', { class: 'form-select form-select-sm', 'aria-label': say('图页', 'Sheet'), hidden: '' });
  select.style.width = 'auto';
  place.prepend(select);

  const drawings = () => modeler.getDefinitions()?.diagrams ?? [];
  const list = () => {
    select.replaceChildren(...drawings().map(({ id, name, plane }) => element('option', { value: id }, name || plane?.bpmnElement?.name || id)));
    select.hidden = drawings().length < 2;
  };
  const open = async (id) => {
    await modeler.open(id);
    select.value = id;
    modeler.get('eventBus').fire('banjie.sheet');
  };
  select.addEventListener('change', () => open(select.value));

  // Opens the sheet that draws an element; false when none does.
  async function find(id) {
    const sheet = drawings().find(({ plane }) => plane?.planeElement?.some((one) => one.bpmnElement?.id === id));
    if (sheet) await open(sheet.id);
    return Boolean(sheet);
  }
  return { list, find };
}
