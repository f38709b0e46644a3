import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { decide, shippedModels } from '../../controller/index.ts';
import type { JsonValue, TrainingRun } from '../../domain/index.ts';

/** What the thread is told when it starts. */
export interface ThreadInput {
  readonly run: Pick<TrainingRun, 'runId' | 'kind' | 'cutOffMs'>;
  readonly environment: string;
  readonly codeVersion: string;
  /** About how many simulated worlds ramp policies are compared in; absent: all there are. */
  readonly rampWorldLimit?: number;
}

/** From the thread: a port to be called, or how the run ended. */
export type ToParent =
  | { readonly kind: 'call'; readonly id: number; readonly port: string; readonly args: readonly unknown[] }
  | { readonly kind: 'done'; readonly outcome: JsonValue }
  | { readonly kind: 'failed'; readonly reason: string };

/** To the thread: what a port answered, or that the run is over. */
export type ToThread =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly reason: string }
  | { readonly kind: 'abort'; readonly reason: string };

// The only place that loads TensorFlow.js: a thread of its own, so that no request and no decision waits for a fit.
const { runForecastTraining, runNoveltyTraining, runRampTraining, runTraining, startBackend } = await import(
  '../../training/index.ts'
);

const { run, environment, codeVersion, rampWorldLimit } = workerData as ThreadInput;
const cancel = new AbortController();
const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
let calls = 0;

const tell = (message: ToParent) => parentPort!.postMessage(message);

/** A port whose other end is in the parent. */
const port =
  <Result>(name: string) =>
  (...args: readonly unknown[]): Promise<Result> =>
    new Promise((resolve, reject) => {
      const id = calls++;
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      tell({ kind: 'call', id, port: name, args });
    });

parentPort!.on('message', (message: ToThread) => {
  if (message.kind === 'abort') {
    cancel.abort(new Error(message.reason));
    return;
  }
  const { resolve, reject } = waiting.get(message.id)!;
  waiting.delete(message.id);
  if (message.kind === 'answer') resolve(message.value);
  else reject(new Error(message.reason));
});

const TRAININGS: Readonly<Record<string, typeof runTraining>> = {
  novelty: runNoveltyTraining,
  ramp: runRampTraining,
  forecast: runForecastTraining,
};

/** Ramp policies are played in simulated worlds before one takes another's place; no other kind loads those. */
async function rampTools() {
  const { rampWorlds } = await import('../../simulate/index.ts');
  return { ...rampWorlds(rampWorldLimit), shipped: shippedModels().ramp?.artefact ?? null };
}

try {
  const isRamp = run.kind === 'ramp';
  const backend = isRamp ? undefined : await startBackend();
  const train = TRAININGS[run.kind] ?? runTraining;
  const outcome = await train(
    {
      listRollouts: port('listRollouts'),
      readGenerations: port('readGenerations'),
      readChampion: port('readChampion'),
      readStep: port('readStep'),
      writeStep: port('writeStep'),
      register: port('register'),
      moveToShadow: port('moveToShadow'),
      promote: port('promote'),
      report: port('report'),
    },
    {
      digest: (text) => createHash('sha256').update(text).digest('hex'),
      stopwatchMs: () => performance.now(),
      decide,
      ...(isRamp ? { ramp: await rampTools() } : {}),
    },
    {
      run,
      environment,
      members: 5,
      gate: {},
      codeVersion,
      libraryVersions: backend === undefined ? {} : { 'tfjs-core': backend.version },
      signal: cancel.signal,
    },
  );
  tell({ kind: 'done', outcome: JSON.parse(JSON.stringify(outcome)) });
} catch (error) {
  tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
}
// Nothing else keeps the thread; its port would.
parentPort!.close();
