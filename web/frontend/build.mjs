// Bundles the front end: `node build.mjs DIST FORM_CHECK`. Called by web/frontend_build.py, which knows where the output belongs.
import { build } from 'esbuild';

const [dist, formCheck] = process.argv.slice(2);
const common = { bundle: true, minify: true, legalComments: 'eof', logLevel: 'warning', target: 'es2022' };

await build({
  ...common,
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
