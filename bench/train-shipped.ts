import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readScenarios } from '../simulate/index.ts';
import type { LearningRow } from '../simulation/index.ts';
import { makeRuns } from './shipped/make-runs.ts';
import { RunFile } from './shipped/run-file.ts';

// Fits and calibrates the models that are shipped, and writes models/shipped and docs/model-card.md.
//   npm run train:shipped -- --out DIR [--workers N]
// DIR keeps the simulated runs: called again, it goes on where it was.
const TRAINING = { firstSeed: 10_001, seeds: 24 };

const { values } = parseArgs({ options: { out: { type: 'string' }, workers: { type: 'string', default: '2' } } });
if (values.out === undefined) throw new Error('name a folder for the simulated runs: --out DIR');
const { out } = values;
const workers = Number(values.workers);
mkdirSync(out, { recursive: true });
const scenarios = readScenarios(undefined);

const seeds = Array.from({ length: TRAINING.seeds }, (_, index) => TRAINING.firstSeed + index);
const rows = (
  await makeRuns({
    tasks: seeds.flatMap((seed) => scenarios.map((scenario) => ({ scenario, seed }))),
    file: new RunFile<readonly LearningRow[]>(join(out, 'training.jsonl'), { scenarios }),
    inputs: { models: null },
    workers,
  })
).flat();
console.log(rows.length);
