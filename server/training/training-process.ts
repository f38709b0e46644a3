import { createHash } from 'node:crypto';
import { decide, shippedModels } from '../../controller/index.ts';
import type { JobProgress, JsonValue, Scope, TrainingRun, TrainingWork } from '../../domain/index.ts';
import { connectStorage, type StorageConnection } from '../../storage/index.ts';
import { takeLowestPriority } from '../../threads/index.ts';
import { stepsInFolder } from './kept-steps.ts';
import { RAMP_KIND, storedPorts } from './stored-ports.ts';

/** What the process is told when it begins. */
export interface RunInput {
  readonly run: Pick<TrainingRun, 'runId' | 'kind' | 'cutOffMs'>;
  readonly scope: Scope;
  /** It reads and registers by itself: records are large, and whoever parses them does nothing else meanwhile. */
  readonly connection: StorageConnection;
  /** Where steps that were finished are kept; null: nowhere. */
  readonly stepsFolder: string | null;
  readonly codeVersion: string;
  /** About how many simulated worlds ramp policies are compared in; absent: all there are. */
  readonly rampWorldLimit?: number;
  /** Whether it takes the processor as others do: for who does nothing else meanwhile, and has it busy. */
  readonly isUrgent?: boolean;
}

/** From the process: how far the run is, or how it ended. */
export type ToParent =
  | { readonly kind: 'report'; readonly progress: JobProgress; readonly dataSetHash?: string | undefined }
  | { readonly kind: 'done'; readonly outcome: JsonValue }
  | { readonly kind: 'failed'; readonly reason: string };

/** To the process: what to do, whether its report was taken, or that the run is over. */
export type ToProcess =
  | { readonly kind: 'begin'; readonly input: RunInput }
  | { readonly kind: 'shown' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'abort'; readonly reason: string };

const cancel = new AbortController();
/** A run waits until its report is taken before it goes on, so there is one at a time. */
let reported: { resolve(): void; reject(error: Error): void } | undefined;

process.on('message', (message: ToProcess) => {
  switch (message.kind) {
    case 'begin':
      return void begin(message.input);
    case 'shown':
      return reported?.resolve();
    case 'refused':
      return reported?.reject(new Error(message.reason));
    case 'abort':
      return cancel.abort(new Error(message.reason));
  }
});
// A server that was killed begins the run again, here or elsewhere.
process.on('disconnect', () => process.exit());
// Terminals and init systems tell them to every process; it is the server that says when a run is over.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
async function begin(input: RunInput): Promise<void> {
  // Before TensorFlow.js is loaded, so that threads of its own have no more.
  if (input.isUrgent !== true) takeLowestPriority();
  const ended: ToParent = await train(input).then(
    (outcome) => ({ kind: 'done', outcome }),
    (error) => ({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) }),
  );
  tell(ended, () => process.exit());
}

/** The only place that loads TensorFlow.js: a process of its own, so that no request and no decision waits for a fit. */
async function train({ run, scope, connection, stepsFolder, codeVersion, rampWorldLimit }: RunInput) {
  const storage = await connectStorage(connection);
  try {
    const { runForecastTraining, runNoveltyTraining, runRampTraining, runTraining, startBackend } = await import(
      '../../training/index.ts'
    );
    const trainings: Readonly<Record<string, typeof runTraining>> = {
      novelty: runNoveltyTraining,
      [RAMP_KIND]: runRampTraining,
      forecast: runForecastTraining,
    };
    const isRamp = run.kind === RAMP_KIND;
    const backend = isRamp ? undefined : await startBackend();
    const outcome = await (trainings[run.kind] ?? runTraining)(
      { ...storedPorts(storage, stepsInFolder(stepsFolder), scope, run), report },
      {
        digest: (text) => createHash('sha256').update(text).digest('hex'),
        stopwatchMs: () => performance.now(),
        decide,
        ...(isRamp ? { ramp: await rampTools(rampWorldLimit) } : {}),
      },
      {
        run,
        environment: scope.environment,
        members: 5,
        gate: {},
        codeVersion,
        libraryVersions: backend === undefined ? {} : { 'tfjs-core': backend.version },
        signal: cancel.signal,
      },
    );
    return outcome as unknown as JsonValue;
  } finally {
    await storage.close();
  }
}

/** What the server has to say about it: only there is the job. */
const report: TrainingWork['report'] = (progress, dataSetHash) =>
  new Promise((resolve, reject) => {
    reported = { resolve, reject };
    tell({ kind: 'report', progress, dataSetHash });
  });

/** Ramp policies are played in simulated worlds before one takes another's place; no other kind loads those. */
async function rampTools(limit: number | undefined) {
  const { rampWorlds } = await import('../../simulate/index.ts');
  return { ...rampWorlds(limit), shipped: shippedModels().ramp?.artefact ?? null };
}

function tell(message: ToParent, onTold: () => void = () => {}): void {
  process.send!(message, onTold);
}
