// Which field of the panel mends a finding, and bringing it into sight: the field whose value the sentence quotes, else the one
// whose label or attribute it names, else what the rule is about.
const panel = () => document.getElementById('panel');
const LISTS = { input: 'Input', output: 'Output', clock: 'Clock' };
const RULES = [
  [/^(nothing-)?executable/, ['isExecutable']],
  [/^(gateway-condition|condition-)/, ['condition']],
  [/^(label|name)-/, ['name']],
  [/^loop-/, ['loopCondition', 'loopMaximum']],
  [/^(count|collection)-/, ['collection', 'loopCardinality']],
  [/^timer-/, ['timerValue']],
  [/^correlation-/, ['correlation']],
  [/^call-/, ['calledElement']],
  [/^(task-)?form-?/, ['form']],
  [/^(task-)?role-?/, ['role']],
  [/^person-/, ['assignee']],
  [/connector/, ['connector']],
  [/^(rule-)?decision-?/, ['decision']],
  [/^(reference|message)-/, ['messageName', 'messageRef', 'message', 'signalName', 'signalRef', 'errorName', 'errorRef', 'escalationName', 'escalationRef']],
  [/^link-/, ['linkName']],
  [/^expression-/, ['condition', 'timerValue', 'script']],
];
const FOREIGN = /^foreign-/;

const entry = (id) => panel().querySelector(`[data-entry-id='${id}']`);
const group = (id) => panel().querySelector(`[data-group-id='group-banjie-${id}']`);

function place({ rule, text, mend }) {
  const quoted = [...panel().querySelectorAll('.feel-field textarea, select:not([name$=Ref])')].find(({ value }) => value.trim() && text.includes(`“${value.trim()}”`));
  if (quoted) return quoted.closest('[data-entry-id]');
  const labels = [...panel().querySelectorAll('[data-entry-id] label, [data-entry-id] .bio-properties-panel-label')];
  for (const [, name] of `${mend} ${text}`.matchAll(/“([^”]+)”/g)) {
    const found = labels.find((one) => one.textContent.trim() === name);
    if (found) return found.closest('[data-entry-id]');
  }
  const said = text.toLowerCase();
  const named = (label) => label && (said.includes(`的${label}`) || said.includes(`the ${label} `));
  const length = ({ textContent }) => textContent.trim().length;
  const told = labels.filter(({ textContent }) => named(textContent.trim().toLowerCase())).sort((a, b) => length(b) - length(a))[0];
  if (told) return told.closest('[data-entry-id]');
  for (const [, name] of `${text} ${mend}`.matchAll(/banjie:(\w+)/g)) {
    const found = LISTS[name] ? group(LISTS[name]) : entry(name);
    if (found) return found;
  }
  const fields = RULES.filter(([pattern]) => pattern.test(rule)).flatMap(([, names]) => names);
  return fields.map(entry).find(Boolean) ?? (FOREIGN.test(rule) ? group('foreign') : null);
}

const drawn = () => new Promise((resolve) => setTimeout(resolve, 60)); // until the panel shows what has been selected

export async function openMend(finding) {
  panel().querySelectorAll('.is-asked').forEach((one) => one.classList.remove('is-asked'));
  await drawn();
  const found = place(finding);
  if (!found) return;
  const head = found.closest('[data-group-id]').querySelector('.bio-properties-panel-group-header');
  if (!head.classList.contains('open')) head.click();
  await drawn();
  found.classList.add('is-asked');
  found.scrollIntoView({ block: 'nearest' });
  found.querySelector('.bio-properties-panel-input')?.focus({ preventScroll: true });
}
