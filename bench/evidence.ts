import { once } from 'node:events';
import { parseArgs } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { type Alarms, type Finding, findingsOf } from '../simulation/index.ts';
import { spawnWorker } from '../threads/index.ts';
import { EXPERIMENTS } from './evidence-experiments.ts';
import type { Share } from './evidence-runner.ts';

// Whether the evidence holds what it promises: seeded runs of the real controller on simulated or real traffic.
//   node --import tsx bench/evidence.ts type-one|power|forged|shared-data [--runs N] [--seed N] [--cell PART] [--data DIR]
const WORKERS = 2;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    cell: { type: 'string', default: '' },
    data: { type: 'string' },
  },
});
const [name = ''] = positionals;
const experimentOf = EXPERIMENTS[name];
if (experimentOf === undefined) throw new Error(`name an experiment: ${Object.keys(EXPERIMENTS).join(', ')}`);
const experiment = experimentOf(values.data);
const runs = Number(values.runs ?? experiment.runs);
const cells = experiment.cells.filter((cell) => cell.startsWith(values.cell) || cell.endsWith(values.cell));
if (cells.length === 0) console.log(`${experiment.title}: skipped, no such cell (real data needs --data DIR)`);
else await play();

async function play(): Promise<void> {
  const started = performance.now();
  const played = new Map(cells.map((cell) => [cell, [] as Alarms[]]));
  const share = { name, cells, dataFolder: values.data, seed: Number(values.seed), runs, count: WORKERS };
  const workers = Array.from({ length: WORKERS }, (_, first): Worker => {
    const workerData: Share = { ...share, first };
    const worker = spawnWorker('./evidence-runner', import.meta.url, { workerData });
    worker.on('message', (message: { cell: string; run: number; alarms: Alarms }) => {
      played.get(message.cell)![message.run] = message.alarms;
    });
    return worker;
  });
  await Promise.all(workers.map((worker) => once(worker, 'exit')));
  console.log(`${experiment.title}: ${runs} runs of each, seed ${values.seed}`);
  for (const [cell, alarms] of played) for (const finding of findingsOf(experiment, cell, alarms)) show(finding);
  console.log(`${((performance.now() - started) / 60_000).toFixed(1)} minutes`);
}

function show({ cell, alarm, hits, runs: of, share, lower, upper, medianMinute, verdict }: Finding): void {
  const percent = (value: number) => (100 * value).toFixed(2);
  const when = medianMinute === null ? '' : `, median minute ${medianMinute}`;
  const interval = `${percent(share)} % [${percent(lower)}, ${percent(upper)}]`;
  console.log(
    `  ${cell} | ${alarm} | ${hits}/${of} = ${interval}${when}${verdict === 'not promised' ? '' : ` | ${verdict}`}`,
  );
}
