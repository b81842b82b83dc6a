// Confirmation in a <dialog>: the browser keeps the focus inside and Escape closes it.
import { say } from './i18n.js';

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  made.append(...children);
  return made;
}

// Resolves to true when the person agrees.
export function ask(question, { yes = say('确定', 'Yes'), danger = false } = {}) {
  const agree = element('button', { value: 'yes', class: `btn ${danger ? 'btn-danger' : 'btn-primary'}` }, yes);
  const refuse = element('button', { value: 'no', class: 'btn btn-outline-secondary', autofocus: '' }, say('返回', 'Back'));
  const dialog = element(
    'dialog',
    { class: 'dialog', 'aria-labelledby': 'ask-question' },
    element(
      'form',
      { method: 'dialog' },
      element('p', { id: 'ask-question', class: 'dialog-question' }, question),
      element('div', { class: 'dialog-actions' }, refuse, agree),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
  });
}

export function startConfirmations() {
  document.addEventListener(
    'submit',
    async (event) => {
      const form = event.target;
      const asking = event.submitter?.dataset.confirm ? event.submitter : form;
      if (!asking.dataset.confirm || form.dataset.confirmed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const submitter = event.submitter;
      const agreed = await ask(asking.dataset.confirm, {
        yes: asking.dataset.confirmYes,
        danger: 'confirmDanger' in asking.dataset,
      });
      if (!agreed) return;
      form.dataset.confirmed = 'yes';
      form.requestSubmit(submitter);
      delete form.dataset.confirmed;
    },
    true,
  );
  document.body.addEventListener('htmx:confirm', (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    const { confirmYes, confirmDanger } = event.detail.elt.dataset;
    ask(event.detail.question, { yes: confirmYes, danger: confirmDanger !== undefined }).then((agreed) => {
      if (agreed) event.detail.issueRequest(true);
    });
  });
}
