// A text field that offers the names that are known already; any other may be typed.
import { Fragment, jsx, jsxs } from '@bpmn-io/properties-panel/preact/jsx-runtime';
import { useEffect } from '@bpmn-io/properties-panel/preact/hooks';

function Known({ field, options, ...props }) {
  const list = `known-${props.id}`;
  useEffect(() => document.getElementById(`bio-properties-panel-${props.id}`)?.setAttribute('list', list));
  return jsxs(Fragment, {
    children: [
      jsx(field, props),
      jsx('datalist', { id: list, children: options.map(({ value, label }) => jsx('option', { value, label, key: value })) }),
    ],
  });
}

export const known = (entry, options) => ({ ...entry, component: Known, field: entry.component, options });
