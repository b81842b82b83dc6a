// The server's errors, shown where the browser's own would stand.
const nested = (target, path, value) => {
  const last = path.pop();
  path.reduce((node, step) => (node[step] ??= {}), target)[last] = value;
};

// Returns the sentences that belong to no visible field.
export function showErrors(root, form, errors) {
  const instances = form.get('formFieldInstanceRegistry').getAllKeyed();
  const shown = {};
  const rest = [];
  for (const [key, sentences] of Object.entries(errors)) {
    const instance = instances.find((one) => one.valuePath.join('.') === key);
    if (instance) nested(shown, [instance.id, ...Object.values(instance.indexes ?? {})], sentences);
    else rest.push(...sentences);
  }
  form._setState({ errors: shown });
  // form-js announces its error texts politely; these came late, so they interrupt.
  requestAnimationFrame(() => {
    root.querySelectorAll('.fjs-form-field-error').forEach((one) => one.setAttribute('role', 'alert'));
    root.querySelector('[aria-invalid="true"]')?.focus();
  });
  return rest;
}
