// Bundles the front end: `node build.mjs DIST FORM_CHECK`. Called by web/frontend_build.py, which knows where the output belongs.
import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';

const [dist, formCheck] = process.argv.slice(2);
const common = { bundle: true, minify: true, legalComments: 'eof', logLevel: 'warning', target: 'es2022' };

// form-js runs keys in any letters and its editor takes Latin ones only; the words of a form here are Chinese. What is replaced
// must be there once, so that another version of form-js cannot undo this unseen.
const PATHS = ['/^\\w+(\\.\\w+)*$/', '/^[\\p{L}_][\\p{L}\\p{N}_]*(\\.[\\p{L}_][\\p{L}\\p{N}_]*)*$/u'];
const keys = {
  name: 'keys-in-any-letters',
  setup: (bundler) =>
    void bundler.onLoad({ filter: /form-js-editor[\\/]dist[\\/]index\.es\.js$/ }, async ({ path }) => {
      const parts = (await readFile(path, 'utf8')).split(PATHS[0]);
      if (parts.length !== 2) throw new Error(`${path} no longer checks keys as expected`);
      return { contents: parts.join(PATHS[1]), loader: 'js' };
    }),
};

await build({
  ...common,
  plugins: [keys],
  entryPoints: ['base', 'task', 'diagram', 'modeler', 'tables', 'forms'].map((name) => `src/${name}.js`),
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
