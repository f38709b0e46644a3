import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shippedModels } from '../controller/index.ts';
import { type CalibrationTable, NO_CALIBRATION } from '../models/index.ts';
import { readScenarios } from '../simulate/index.ts';
import { type Scenario, shareInterval } from '../simulation/index.ts';
import { RunFile } from './run-file.ts';
import type { LearningTask } from './shipped/learning-worker.ts';
import { LOW_TRAFFIC } from './shipped/low-traffic.ts';
import { makeRuns } from './shipped/make-runs.ts';
import type { RunMaxima, ScoredModel } from './shipped/maxima-worker.ts';
import { calibrationFrom, realisedRates } from './shipped/realised-rates.ts';
import { SHIFTS, shifted } from './shipped/shifted-scenarios.ts';

// Plays benign worlds with the shipped models while they cannot alarm, calibrates them on some, and counts how often they
// would have alarmed in others and in shifted ones; the same for the thresholds that are shipped.
//   npm run bench:calibration -- [--out DIR] [--workers N]
// DIR keeps the runs: called again, it goes on where it was.
const MODELS = ['risk', 'novelty', 'one-seed', 'logistic'] as const;
/** Seeds from 20001 on that the shipped thresholds come from. */
const SHIPPED_SEEDS = { benign: 16, lowTraffic: 60 };
const ALPHAS = [0.005, 0.01, 0.02, 0.05];
const CALIBRATION = { firstSeed: 20_001, seeds: { others: 36, lowTraffic: 120 } };
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

const calibration = await play('calibration', benign, CALIBRATION);
const shiftedRuns: Readonly<Record<string, readonly RunMaxima[]>> = {
  traffic: await play('traffic', shifted(benign, SHIFTS.traffic), SHIFTED),
  noise: await play('noise', shifted(benign, SHIFTS.noise), SHIFTED),
  baseRates: await play('baseRates', shifted(benign, SHIFTS.baseRates), SHIFTED),
};

const [even, odd] = [0, 1].map((rest) => calibration.filter((_, index) => index % 2 === rest));
for (const model of MODELS) {
  console.log(
    `\n${model}: fresh runs are every other one, with thresholds from the rest; shifted ones with those from all ${calibration.length}`,
  );
  showRates(calibrationFrom(odd!, model), { fresh: even! }, model);
  showRates(calibrationFrom(calibration, model), shiftedRuns, model);
}
const unseen = calibration.filter((_, index) => isUnseen(tasksOf(benign, CALIBRATION)[index]!));
console.log('\nrisk, with the thresholds that are shipped: fresh runs are those that they were not made with');
showRates(shipped.risk!.artefact.calibration, { fresh: unseen, ...shiftedRuns }, 'risk');
function showRates(
  table: CalibrationTable,
  worlds: Readonly<Record<string, readonly RunMaxima[]>>,
  model: ScoredModel,
): void {
  console.log('| worlds | traffic | runs | promised | realised | 95 % |\n| --- | --- | --- | --- | --- | --- |');
  for (const [name, runs] of Object.entries(worlds))
    for (const { alpha, band, runs: count, alarms } of realisedRates(table, runs, model, ALPHAS)) {
      if (count === 0) continue;
      const { share, lower, upper } = shareInterval(alarms, count);
      const [promised, realised, from, to] = [alpha, share, lower, upper].map((part) => (100 * part).toFixed(1));
      console.log(`| ${name} | ${band ?? 'all'} | ${count} | ${promised} % | ${realised} % | ${from} to ${to} % |`);
    }
}

/** Whether what is shipped was not calibrated on this run. */
function isUnseen({ scenario, seed }: LearningTask): boolean {
  const { benign: others, lowTraffic } = SHIPPED_SEEDS;
  return seed >= CALIBRATION.firstSeed + (scenario.name === LOW_TRAFFIC ? lowTraffic : others);
}

function tasksOf(scenarios: readonly Scenario[], { firstSeed, seeds }: typeof CALIBRATION): readonly LearningTask[] {
  return scenarios.flatMap((scenario) =>
    Array.from({ length: scenario.name === LOW_TRAFFIC ? seeds.lowTraffic : seeds.others }, (_, index) => ({
      scenario,
      seed: firstSeed + index,
    })),
  );
}

function play(name: string, scenarios: readonly Scenario[], worlds: typeof CALIBRATION): Promise<readonly RunMaxima[]> {
  console.error(`${name} runs`);
  return makeRuns({
    tasks: tasksOf(scenarios, worlds),
    file: new RunFile<RunMaxima>(join(out, `${name}.jsonl`), { scenarios, coefficients }),
    inputs: { models },
    workers: Number(values.workers),
    thread: './maxima-worker',
  });
}
