import { parseArgs } from 'node:util';
import { openProgress } from '../simulate/index.ts';
import { type Alarms, type Finding, findingsOf } from '../simulation/index.ts';
import { playOnThreads } from '../threads/index.ts';
import { EXPERIMENTS } from './evidence-experiments.ts';
import type { RunnerInputs, RunTask } from './evidence-runner.ts';
import { RunFile } from './run-file.ts';

// Whether the evidence holds what it promises: seeded runs of the real controller on simulated or real traffic.
//   npm run bench:evidence -- type-one|power|forged|shared-data [--runs N] [--seed N] [--cell PART] [--data DIR] [--file FILE]
// Runs are kept in FILE, so that what was interrupted goes on where it was.
const WORKERS = 2;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    cell: { type: 'string', default: '' },
    data: { type: 'string' },
    file: { type: 'string', default: '/dev/null' },
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
  const workerData: RunnerInputs = { name, dataFolder: values.data, seed: Number(values.seed) };
  const file = new RunFile<Alarms>(values.file, workerData);
  // Cell after cell within a run, so that an interruption leaves as many runs of each.
  const tasks = Array.from({ length: runs }, (_, run) => cells.map((cell): RunTask => ({ cell, run }))).flat();
  const left = tasks.filter((task) => file.of(keyOf(task)) === undefined);
  const progress = openProgress({ all: left.length, what: 'runs' }, performance.now(), (line) => console.error(line));
  const threads = { tasks: left, path: './evidence-runner', from: import.meta.url, workerData, workers: WORKERS };
  await playOnThreads<RunTask, Alarms>(threads, (task, alarms) => {
    file.add(keyOf(task), alarms);
    progress.add(performance.now());
  });
  console.log(`${experiment.title}: ${runs} runs of each, seed ${values.seed}`);
  for (const cell of cells) {
    const alarms = Array.from({ length: runs }, (_, run) => file.of(keyOf({ cell, run }))!);
    for (const finding of findingsOf(experiment, cell, alarms)) show(finding);
  }
  const { user, system } = process.cpuUsage();
  console.log(`${((user + system) / 60e6).toFixed(1)} minutes of CPU for ${left.length} runs`);
}

function keyOf({ cell, run }: RunTask): string {
  return `${cell} ${run}`;
}

function show({ cell, alarm, hits, runs: of, share, lower, upper, medianMinute, verdict }: Finding): void {
  const percent = (value: number) => (100 * value).toFixed(2);
  const when = medianMinute === null ? '' : `, median minute ${medianMinute}`;
  const interval = `${percent(share)} % [${percent(lower)}, ${percent(upper)}]`;
  console.log(
    `  ${cell} | ${alarm} | ${hits}/${of} = ${interval}${when}${verdict === 'not promised' ? '' : ` | ${verdict}`}`,
  );
}
