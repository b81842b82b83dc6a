// Values at a path of names and row numbers; JSON only, and never a name that is not the object's own.
export function has(data, path) {
  let node = data;
  for (const step of path) {
    if (node === null || typeof node !== 'object' || !Object.hasOwn(node, step)) return false;
    node = node[step];
  }
  return true;
}

export const get = (data, path) => (has(data, path) ? path.reduce((node, step) => node[step], data) : undefined);

export function set(data, path, value) {
  let node = data;
  path.slice(0, -1).forEach((step, place) => {
    if (!Object.hasOwn(node, step) || node[step] === null || typeof node[step] !== 'object') {
      node[step] = typeof path[place + 1] === 'number' ? [] : {};
    }
    node = node[step];
  });
  node[path.at(-1)] = value;
}

const plain = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

// `over` laid on `under`: objects key by key, anything else (rows as well) replaced.
export function merge(under, over) {
  const result = { ...under };
  for (const [key, value] of Object.entries(over)) {
    result[key] = plain(value) && plain(result[key]) ? merge(result[key], value) : value;
  }
  return result;
}
