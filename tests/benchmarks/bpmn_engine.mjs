// A fleet of cases on npm's bpmn-engine: complete a user task, save the engine's state to PostgreSQL, then the next.
// The engines stay in memory and the diagram is parsed once; eight cases are on their way at a time.
// Reads {diagram, variables, steps, number, database} from its input, prints {rate, cpu_ms, completions}.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const installed = createRequire(`${process.cwd()}/`);
const load = async (name) => import(pathToFileURL(installed.resolve(name)));
const { Engine } = installed('bpmn-engine');
const elements = installed('bpmn-elements');
const { default: BpmnModdle } = await load('bpmn-moddle').then((m) => (m.default ? m : { default: m.BpmnModdle }));
const { default: serializer, TypeResolver } = await load('moddle-context-serializer');
const pg = installed('pg');

const AT_A_TIME = 8;
const { diagram, variables, steps, number, database } = JSON.parse(readFileSync(0, 'utf8'));
const services = { large: () => variables.amount > 100 };
const moddle = await new BpmnModdle().fromXML(diagram);
const sourceContext = serializer(moddle, TypeResolver(elements));
const pool = new pg.Pool({ ...database, max: AT_A_TIME });
await pool.query('CREATE TABLE engine (id integer PRIMARY KEY, state text)');
await pool.query('CREATE TABLE engine_history (id integer, element text, at timestamptz)');

const execution = {};

async function save(id, element) {
  const state = JSON.stringify(await execution[id].engine.getState());
  const client = await pool.connect();
  await Promise.all([
    client.query('BEGIN'),
    client.query({ name: 'save', text: 'UPDATE engine SET state = $2 WHERE id = $1', values: [id, state] }),
    client.query({ name: 'note', text: 'INSERT INTO engine_history VALUES ($1, $2, now())', values: [id, element] }),
    client.query('COMMIT'),
  ]);
  client.release();
}

async function begin(id) {
  const engine = new Engine({ name: `case ${id}`, sourceContext, variables, services });
  execution[id] = { engine, run: await engine.execute() };
  await pool.query('INSERT INTO engine VALUES ($1, $2)', [id, JSON.stringify(await engine.getState())]);
}

async function step(id, [element, values]) {
  const { run } = execution[id];
  let task;
  while (!(task = run.getPostponed().find((waiting) => waiting.id === element))) await new Promise(setImmediate);
  task.signal(values);
  await save(id, element);
}

async function forAll(work) {
  let next = 0;
  const worker = async () => {
    while (next < number) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

await forAll(begin);
const [begun, cpu] = [performance.now(), process.cpuUsage()];
for (const each of steps) await forAll((id) => step(id, each));
const seconds = (performance.now() - begun) / 1000;
const { user, system } = process.cpuUsage(cpu);
const ended = Object.values(execution).filter(({ run }) => run.state === "idle").length;
if (ended !== number) throw new Error(`${ended} of ${number} cases have ended`);
const completions = number * steps.length;
console.log(JSON.stringify({ rate: completions / seconds, cpu_ms: (user + system) / 1000 / completions, completions }));
await pool.end();
