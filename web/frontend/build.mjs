// Bundles the front end: `node build.mjs DIST FORM_CHECK`. Called by web/frontend_build.py, which knows where the output belongs.
import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';

const [dist, formCheck] = process.argv.slice(2);
const common = { bundle: true, minify: true, legalComments: 'eof', logLevel: 'warning', target: 'es2022' };

// Three things that libraries do not let one set. What is replaced must be there once, so that another version cannot undo it unseen.
const replaced = (name, filter, from, to) => ({
  name,
  setup: (bundler) =>
    void bundler.onLoad({ filter }, async ({ path }) => {
      const parts = (await readFile(path, 'utf8')).split(from);
      if (parts.length !== 2) throw new Error(`${path} no longer reads as expected: ${name}`);
      return { contents: parts.join(to), loader: 'js' };
    }),
});

// form-js runs keys in any letters and its editor takes Latin ones only; the words of a form here are Chinese.
const PATHS = ['/^\\w+(\\.\\w+)*$/', '/^[\\p{L}_][\\p{L}\\p{N}_]*(\\.[\\p{L}_][\\p{L}\\p{N}_]*)*$/u'];
const keys = replaced('keys-in-any-letters', /form-js-editor[\\/]dist[\\/]index\.es\.js$/, ...PATHS);

// Fields of the standard panel hand on no translator to their buttons.
const FALLBACK = 'function translateFallback(template, replacements) {\n';
const words = replaced(
  'buttons-in-chinese', /@bpmn-io[\\/]properties-panel[\\/]dist[\\/]index\.esm\.js$/,
  FALLBACK, `${FALLBACK}  if (globalThis.banjieTranslate) return globalThis.banjieTranslate(template, replacements);\n`,
);

// Dates are written as on every page of ours, in either language, and not as the browser's own language has them.
const LOCAL = "function getLocaleDateFormat(locale = 'default') {\n";
const dates = replaced('dates-as-on-the-pages', /form-js-viewer(-1)?[\\/]dist[\\/]index\.es\.js$/, LOCAL, `${LOCAL}  return 'yyyy-MM-dd';\n`);

await build({
  ...common,
  plugins: [keys, words, dates],
  entryPoints: ['base', 'task', 'diagram', 'modeler', 'tables', 'forms', 'source'].map((name) => `src/${name}.js`),
  outdir: dist,
  format: 'esm',
  splitting: true,
  chunkNames: 'chunk-[hash]',
  assetNames: 'font-[hash]',
  // The icon fonts of bpmn.io: browsers of this century take woff2.
  loader: { '.woff2': 'file', '.woff': 'empty', '.ttf': 'empty', '.eot': 'empty', '.svg': 'empty' },
});

// One self-contained script for QuickJS: no modules, no DOM.
await build({ ...common, entryPoints: ['src/form_check.js'], outfile: formCheck, format: 'iife' });
