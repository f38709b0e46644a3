import { parentPort, workerData } from 'node:worker_threads';
import { type DecisionModels, shippedBaseline } from '../../controller/index.ts';
import type { TrafficBand } from '../../models/index.ts';
import { calibrationRun } from '../../simulation/index.ts';
import { maximumOf } from './calibrate-shipped.ts';
import type { LearningTask } from './learning-worker.ts';

/** What a calibration keeps of one run: its traffic, and the largest smoothed score that each shipped model gave it. */
export interface RunMaxima {
  readonly band: TrafficBand | null;
  readonly maxima: Readonly<Record<ScoredModel, number | null>>;
}

/** The models whose thresholds come from the same runs. */
export type ScoredModel = 'risk' | 'novelty' | 'one-seed' | 'logistic';

const { models } = workerData as { readonly models: DecisionModels };
const scored = {
  risk: models.risk!.artefact,
  novelty: models.novelty!.artefact,
  'one-seed': shippedBaseline('one-seed')!.artefact,
  logistic: shippedBaseline('logistic')!.artefact,
};

parentPort!.on('message', ({ scenario, seed }: LearningTask) => {
  // The novelty model would hold the rollouts that it knows least, so it only looks on.
  const run = calibrationRun(scenario, seed, { ...models, novelty: null });
  const maxima = Object.entries(scored).map(([name, model]) => [name, maximumOf(model, run)]);
  parentPort!.postMessage({ band: run.band, maxima: Object.fromEntries(maxima) } satisfies RunMaxima);
});
