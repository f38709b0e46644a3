import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shippedBaseline, shippedModels } from '../controller/index.ts';
import { type CalibrationTable, NO_CALIBRATION } from '../models/index.ts';
import { readScenarios } from '../simulate/index.ts';
import { type Scenario, shareInterval } from '../simulation/index.ts';
import { RunFile } from './run-file.ts';
import type { LearningTask } from './shipped/learning-worker.ts';
import { LOW_TRAFFIC } from './shipped/low-traffic.ts';
import { makeRuns } from './shipped/make-runs.ts';
import type { RunMaxima, ScoredModel } from './shipped/maxima-worker.ts';
import { realisedRates } from './shipped/realised-rates.ts';
import { SHIFTS, shifted } from './shipped/shifted-scenarios.ts';

// Plays benign worlds that nothing was calibrated on while the shipped models cannot alarm, and counts how often they would
// have, by the thresholds that are shipped; the same in shifted worlds.
//   npm run bench:calibration -- [--out DIR] [--workers N]
// DIR keeps the runs: called again, it goes on where it was.
const ALPHAS = [0.005, 0.01, 0.02, 0.05];
const FRESH = { firstSeed: 25_001, seeds: { others: 24, lowTraffic: 40 } };
const SHIFTED = { firstSeed: 31_001, seeds: { others: 2, lowTraffic: 2 } };

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: '.rampwright/calibration' },
    workers: { type: 'string', default: '2' },
  },
});
const { out } = values;
mkdirSync(out, { recursive: true });
const shipped = shippedModels();
const risk = { ...shipped.risk!, artefact: { ...shipped.risk!.artefact, calibration: NO_CALIBRATION } };
const models = { ...shipped, risk };
// Thresholds are what is looked for, so the runs do not hang on those that are there.
const coefficients = createHash('sha256').update(JSON.stringify(risk.artefact)).digest('hex');
const benign = readScenarios(undefined).filter(({ kind }) => kind === 'benign');

const worlds: Readonly<Record<string, readonly RunMaxima[]>> = {
  fresh: await play('fresh', benign, FRESH),
  traffic: await play('traffic', shifted(benign, SHIFTS.traffic), SHIFTED),
  noise: await play('noise', shifted(benign, SHIFTS.noise), SHIFTED),
  baseRates: await play('baseRates', shifted(benign, SHIFTS.baseRates), SHIFTED),
};
const tables: Readonly<Record<ScoredModel, CalibrationTable | undefined>> = {
  risk: shipped.risk!.artefact.calibration,
  novelty: shipped.novelty?.artefact.calibration,
  'one-seed': shippedBaseline('one-seed')?.artefact.calibration,
  logistic: shippedBaseline('logistic')?.artefact.calibration,
};
for (const [model, table] of Object.entries(tables)) {
  console.log(`\n${model}, with the thresholds that are shipped`);
  if (table !== undefined) showRates(table, model as ScoredModel);
}

function showRates(table: CalibrationTable, model: ScoredModel): void {
  console.log('| worlds | traffic | runs | promised | realised | 95 % |\n| --- | --- | --- | --- | --- | --- |');
  for (const [name, runs] of Object.entries(worlds))
    for (const { alpha, band, runs: count, alarms } of realisedRates(table, runs, model, ALPHAS)) {
      if (count === 0) continue;
      const { share, lower, upper } = shareInterval(alarms, count);
      const [promised, realised, from, to] = [alpha, share, lower, upper].map((part) => (100 * part).toFixed(1));
      console.log(`| ${name} | ${band ?? 'all'} | ${count} | ${promised} % | ${realised} % | ${from} to ${to} % |`);
    }
}

function tasksOf(scenarios: readonly Scenario[], { firstSeed, seeds }: typeof FRESH): readonly LearningTask[] {
  return scenarios.flatMap((scenario) =>
    Array.from({ length: scenario.name === LOW_TRAFFIC ? seeds.lowTraffic : seeds.others }, (_, index) => ({
      scenario,
      seed: firstSeed + index,
    })),
  );
}

function play(name: string, scenarios: readonly Scenario[], asked: typeof FRESH): Promise<readonly RunMaxima[]> {
  console.error(`${name} runs`);
  return makeRuns({
    tasks: tasksOf(scenarios, asked),
    file: new RunFile<RunMaxima>(join(out, `${name}.jsonl`), { scenarios, coefficients }),
    inputs: { models },
    workers: Number(values.workers),
    thread: './maxima-worker',
  });
}
