// CodeMirror writes <style> elements, which the pages' policy refuses; sheets that a script constructs are allowed.
import { StyleModule } from 'style-mod';

const mounted = new WeakMap();

StyleModule.mount = (root, modules) => {
  if (!mounted.has(root)) mounted.set(root, new Set());
  const known = mounted.get(root);
  [modules].flat().forEach((one) => {
    if (known.has(one)) return;
    known.add(one);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(one.getRules());
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  });
};
