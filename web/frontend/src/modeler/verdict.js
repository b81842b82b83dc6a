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

// A sentence is about a field when it names its label, or quotes what it holds.
export function verdictOn(element, { label, text }) {
  if (!text) return undefined;
  const named = [`“${label}”`, `的${label}`, `the ${label}`, `“${text}”`].map((one) => one.toLowerCase());
  return findings.find((one) => one.element === element && named.some((name) => one.text.toLowerCase().includes(name)));
}
