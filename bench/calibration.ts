import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shippedModels } from '../controller/index.ts';
import { NO_CALIBRATION } from '../models/index.ts';
import { readScenarios } from '../simulate/index.ts';
import { type Scenario, shareInterval } from '../simulation/index.ts';
import { RunFile } from './run-file.ts';
import { LOW_TRAFFIC } from './shipped/low-traffic.ts';
import { makeRuns } from './shipped/make-runs.ts';
import type { RunMaxima, ScoredModel } from './shipped/maxima-worker.ts';
import { calibrationFrom, realisedRates } from './shipped/realised-rates.ts';
import { SHIFTS, shifted } from './shipped/shifted-scenarios.ts';
import { withCalibration } from './shipped/with-calibration.ts';

// Plays benign worlds with the shipped models while they cannot alarm, calibrates them on some, and counts how often
// they would have alarmed in fresh ones and in shifted ones.
//   npm run bench:calibration -- [--out DIR] [--workers N] [--write]
// DIR keeps the runs: called again, it goes on where it was. --write puts the thresholds into models/shipped.
const ALPHAS = [0.005, 0.01, 0.02, 0.05];
const CALIBRATION = { firstSeed: 20_001, seeds: { others: 56, lowTraffic: 210 } };
const FRESH = { firstSeed: 30_001, seeds: { others: 20, lowTraffic: 40 } };
const SHIFTED = { firstSeed: 31_001, seeds: { others: 8, lowTraffic: 8 } };

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: '.rampwright/calibration' },
    workers: { type: 'string', default: '2' },
    write: { type: 'boolean', default: false },
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
const sets: Readonly<Record<string, readonly RunMaxima[]>> = {
  fresh: await play('fresh', benign, FRESH),
  traffic: await play('traffic', shifted(benign, SHIFTS.traffic), SHIFTED),
  noise: await play('noise', shifted(benign, SHIFTS.noise), SHIFTED),
  baseRates: await play('baseRates', shifted(benign, SHIFTS.baseRates), SHIFTED),
};

for (const model of ['risk', 'novelty', 'one-seed', 'logistic'] as const) {
  console.log(`\n${model}, calibrated on ${calibration.length} benign runs`);
  console.log('| worlds | traffic | runs | promised | realised | 95 % |\n| --- | --- | --- | --- | --- | --- |');
  for (const [name, runs] of Object.entries(sets)) for (const line of linesOf(name, runs, model)) console.log(line);
}
if (values.write) {
  for (const model of ['risk', 'novelty', 'one-seed', 'logistic'] as const) {
    const path = `models/shipped/${model}-model.json`;
    const artefact: unknown = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, `${JSON.stringify(withCalibration(artefact, calibrationFrom(calibration, model)))}\n`);
  }
  console.error('written: the thresholds in models/shipped');
}

function linesOf(name: string, runs: readonly RunMaxima[], model: ScoredModel): readonly string[] {
  return realisedRates(calibrationFrom(calibration, model), runs, model, ALPHAS)
    .filter((rate) => rate.runs > 0)
    .map(({ alpha, band, runs: count, alarms }) => {
      const { share, lower, upper } = shareInterval(alarms, count);
      const percents = [alpha, share, lower, upper].map((part) => (100 * part).toFixed(1));
      return `| ${name} | ${band ?? 'all'} | ${count} | ${percents[0]} % | ${percents[1]} % | ${percents[2]} to ${percents[3]} % |`;
    });
}

function play(
  name: string,
  scenarios: readonly Scenario[],
  { firstSeed, seeds }: typeof CALIBRATION,
): Promise<readonly RunMaxima[]> {
  console.error(`${name} runs`);
  return makeRuns({
    tasks: scenarios.flatMap((scenario) =>
      Array.from({ length: scenario.name === LOW_TRAFFIC ? seeds.lowTraffic : seeds.others }, (_, index) => ({
        scenario,
        seed: firstSeed + index,
      })),
    ),
    file: new RunFile<RunMaxima>(join(out, `${name}.jsonl`), { scenarios, coefficients }),
    inputs: { models },
    workers: Number(values.workers),
    thread: './maxima-worker',
  });
}
