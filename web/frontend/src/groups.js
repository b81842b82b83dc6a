// form-js draws a question with several answers as loose boxes. Said as one group, a screen reader reads the question with its answers.
const QUESTIONS = { '.fjs-form-field-radio': 'radiogroup', '.fjs-form-field-checklist': 'group' };

let number = 0;

function group(root) {
  Object.entries(QUESTIONS).forEach(([selector, role]) =>
    root.querySelectorAll(`${selector}:not([role])`).forEach((question) => {
      const label = question.querySelector(':scope > .fjs-form-field-label');
      if (!label) return;
      label.id ||= `question-${(number += 1)}`;
      question.setAttribute('role', role);
      question.setAttribute('aria-labelledby', label.id);
    }),
  );
}

export function nameGroups(root) {
  group(root);
  new MutationObserver(() => group(root)).observe(root, { childList: true, subtree: true });
}
