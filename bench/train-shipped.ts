import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RISK_ALPHA } from '../controller/index.ts';
import type { NoveltyModelArtefact, RiskModelArtefact } from '../models/index.ts';
import { readScenarios } from '../simulate/index.ts';
import type { CalibrationRun, LearningRow } from '../simulation/index.ts';
import { fitNoveltyModels, fitRiskModel, NOVELTY_FIT, RISK_FIT } from '../training/index.ts';
import { RunFile } from './run-file.ts';
import { calibratedNovelty, calibratedRisk } from './shipped/calibrate-shipped.ts';
import type { LearningTask } from './shipped/learning-worker.ts';
import { LOW_TRAFFIC } from './shipped/low-traffic.ts';
import { makeRuns } from './shipped/make-runs.ts';
import { modelCard } from './shipped/model-card.ts';

// Fits and calibrates the models that are shipped, and writes models/shipped and docs/model-card.md.
//   npm run train:shipped -- [--out DIR] [--workers N]
// DIR keeps the simulated runs: called again, it goes on where it was.
const VERSION = 'shipped-5';
const SCHEMA = { name: 'risk', version: 2 };
const FIT_SEED = 1;
/** Twice as many as the recipe has; thirty are no better on runs that were held out. */
const EPOCHS = { risk: 12, novelty: 12 };
const TRAINING = { firstSeed: 10_001, seeds: 160 };
/** Each band needs 49 runs for a threshold of its own, and several times as many for one that is not its largest score. */
const CALIBRATION = { firstSeed: 20_001, seeds: { benign: 60, lowTraffic: 120, harmful: 3 } };

const { values } = parseArgs({
  options: { out: { type: 'string', default: '.rampwright/train-shipped' }, workers: { type: 'string', default: '2' } },
});
const { out } = values;
const workers = Number(values.workers);
mkdirSync(out, { recursive: true });
const scenarios = readScenarios(undefined);

console.error('training runs');
const training = await makeRuns({
  tasks: tasksOf(TRAINING.firstSeed, () => TRAINING.seeds),
  file: new RunFile<readonly LearningRow[]>(join(out, 'training.jsonl'), { scenarios }),
  inputs: { models: null },
  workers,
});
const rows = training.flat();

console.error(`fitting on ${rows.length} rows`);
const options = { version: `risk-${VERSION}`, schema: SCHEMA, seed: FIT_SEED };
const risk = await fitRiskModel(rows, { ...options, settings: { ...RISK_FIT, epochs: EPOCHS.risk } });
if (risk.kind === 'refused') throw new Error(risk.reason);
console.error(JSON.stringify({ ...risk.report, epochLosses: risk.report.epochLosses.map((losses) => losses.at(-1)) }));
const novelty = await fitNoveltyModels(rows, {
  ...options,
  version: `novelty-${VERSION}`,
  settings: { ...NOVELTY_FIT, epochs: EPOCHS.novelty },
});
if (novelty.kind === 'refused') throw new Error(novelty.reason);
const uncalibrated = {
  risk: rounded(risk.model),
  'one-seed': rounded({ ...risk.model, version: `one-seed-${VERSION}`, ensemble: risk.model.ensemble.slice(0, 1) }),
  logistic: rounded({ ...risk.logistic, version: `logistic-${VERSION}` }),
};
const autoencoder = rounded(novelty.autoencoder);

console.error('calibration runs');
const hash = createHash('sha256').update(JSON.stringify(uncalibrated.risk)).digest('hex');
const served = { id: uncalibrated.risk.version, hash, fittedAtMs: null, artefact: uncalibrated.risk };
const runs = await makeRuns({
  tasks: tasksOf(CALIBRATION.firstSeed, calibrationSeeds),
  file: new RunFile<CalibrationRun>(join(out, 'calibration.jsonl'), { scenarios, hash }),
  inputs: { models: { risk: served, novelty: null, alpha: RISK_ALPHA } },
  workers,
});
const models: Readonly<Record<string, RiskModelArtefact>> = Object.fromEntries(
  Object.entries(uncalibrated).map(([name, model]) => [name, rounded(calibratedRisk(model, runs, scenarios))]),
);
const noveltyModel: NoveltyModelArtefact = rounded(calibratedNovelty(autoencoder, runs, scenarios));
const components = calibratedNovelty(rounded(novelty.components), runs, scenarios);

// npm runs scripts in the folder of the package.
const shipped = 'models/shipped';
for (const [name, artefact] of Object.entries({ ...models, novelty: noveltyModel })) {
  writeFileSync(join(shipped, `${name}-model.json`), `${JSON.stringify(artefact)}\n`);
}
const card = modelCard({
  risk: models['risk']!,
  logistic: models['logistic']!,
  novelty: noveltyModel,
  components,
  report: risk.report,
  runs,
  scenarios,
  seeds: { training: TRAINING, calibration: CALIBRATION, fit: FIT_SEED },
  epochs: EPOCHS,
  codeVersion: execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8' }).trim(),
});
writeFileSync('docs/model-card.md', card);
console.error('written: models/shipped and docs/model-card.md');

function tasksOf(firstSeed: number, seedsOf: (scenario: LearningTask['scenario']) => number): readonly LearningTask[] {
  return scenarios.flatMap((scenario) =>
    Array.from({ length: seedsOf(scenario) }, (_, index) => ({ scenario, seed: firstSeed + index })),
  );
}

function calibrationSeeds({ name, kind }: LearningTask['scenario']): number {
  const { benign, lowTraffic, harmful } = CALIBRATION.seeds;
  if (kind === 'dataFault') return 0;
  return kind === 'harmful' ? harmful : name === LOW_TRAFFIC ? lowTraffic : benign;
}

/** Seven digits are what single precision has, and all that a model is calibrated with. */
function rounded<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_, part) => (typeof part === 'number' ? Number(part.toPrecision(7)) : part)),
  ) as T;
}
