// What the gate says of the elements, for the fields of the panel: a field shows the first sentence that is about its expression.
let findings = [];
const listeners = new Set();

export function tellVerdict(found) {
  findings = found;
  listeners.forEach((listener) => listener());
}

export function onVerdict(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// A sentence is about a field when it names its attribute or quotes what it holds.
export function verdictOn(element, attribute, text) {
  if (!text) return undefined;
  return findings.find((one) => one.element === element && (new RegExp(`banjie:${attribute}(?!\\w)`).test(one.text) || one.text.includes(`“${text}”`)));
}
