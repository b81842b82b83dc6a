// Bundles the front end: `node build.mjs DIST FORM_CHECK`. Called by web/frontend_build.py, which knows where the output belongs.
import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';

const [dist, formCheck] = process.argv.slice(2);
const common = { bundle: true, minify: true, legalComments: 'eof', logLevel: 'warning', target: 'es2022' };

// Things that libraries do not let one set. What is replaced must be there once, so that another version cannot undo it unseen.
const changed = (filter, changes) => ({
  name: Object.keys(changes)[0],
  setup: (bundler) =>
    void bundler.onLoad({ filter }, async ({ path }) => {
      let contents = await readFile(path, 'utf8');
      for (const [name, [from, to]] of Object.entries(changes)) {
        const parts = contents.split(from);
        if (parts.length !== 2) throw new Error(`${path} no longer reads as expected: ${name}`);
        contents = parts.join(to);
      }
      return { contents, loader: 'js' };
    }),
});

// form-js runs keys in any letters and its editor takes Latin ones only; the words of a form here are Chinese.
const PATHS = ['/^\\w+(\\.\\w+)*$/', '/^[\\p{L}_][\\p{L}\\p{N}_]*(\\.[\\p{L}_][\\p{L}\\p{N}_]*)*$/u'];
const keys = changed(/form-js-editor[\\/]dist[\\/]index\.es\.js$/, { 'keys-in-any-letters': PATHS });

// Fields of the standard panel hand on no translator to their buttons.
const FALLBACK = 'function translateFallback(template, replacements) {\n';
const words = changed(/@bpmn-io[\\/]properties-panel[\\/]dist[\\/]index\.esm\.js$/, {
  'buttons-in-chinese': [FALLBACK, `${FALLBACK}  if (globalThis.banjieTranslate) return globalThis.banjieTranslate(template, replacements);\n`],
});

// Dates are written as on every page of ours, in either language, and not as the browser's own language has them.
const LOCAL = "function getLocaleDateFormat(locale = 'default') {\n";
const DATES = [LOCAL, `${LOCAL}  return 'yyyy-MM-dd';\n`];

const VIEWER = /form-js-viewer(-1)?[\\/]dist[\\/]index\.es\.js$/;

// Every minute can be typed: form-js cuts what is typed down to the step of its list of times.
const STEPS = {
  'minutes-in-the-box': ['const intervalAdjustedTime = time - time % safeTimeInterval;', 'const intervalAdjustedTime = time;'],
  'minutes-as-typed': ['const correctedMinutes = minutes - minutes % safeTimeInterval;', 'const correctedMinutes = minutes;'],
  'list-beside-the-minute': ['if (time) return time / safeTimeInterval;', 'if (time) return Math.floor(time / safeTimeInterval);'],
};

// A date with a time is one on Beijing's wall, as every page says, whatever zone the browser is in.
const WALL = {
  'written-in-beijing': [
    'function serializeDateTime(date, time, timeSerializingFormat) {\n',
    'function serializeDateTime(date, time, timeSerializingFormat) {\n  return DateTime.fromJSDate(date).toISODate() + "T" + serializeTime(time, -480, TIME_SERIALISING_FORMATS.UTC_OFFSET);\n',
  ],
  'read-in-beijing': [
    '          date = new Date(Date.parse(value));\n          time = isValidDate(date) ? 60 * date.getHours() + date.getMinutes() : null;\n',
    '          const wall = DateTime.fromISO(typeof value === "string" ? value : "", { zone: "UTC+8" });\n          date = wall.isValid ? new Date(wall.year, wall.month - 1, wall.day) : new Date(NaN);\n          time = wall.isValid ? 60 * wall.hour + wall.minute : null;\n',
  ],
};

await build({
  ...common,
  plugins: [keys, words, changed(VIEWER, { 'dates-as-on-the-pages': DATES, ...STEPS, ...WALL })],
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
