import type { JobProgress, JsonValue, TrainingWork } from '../../domain/index.ts';
import { takeLowestPriority } from '../../threads/index.ts';
import type { RunInput } from './train-from-records.ts';

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

// Terminals and init systems tell them to every process; it is the server that says when a run is over.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
// A server that was killed begins the run again, here or elsewhere.
process.on('disconnect', () => process.exit());

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

async function begin(input: RunInput): Promise<void> {
  // Before anything large is loaded, so that this too gives way, and threads of TensorFlow.js have no more.
  if (input.isUrgent !== true) takeLowestPriority();
  const ended: ToParent = await train(input).then(
    (outcome) => ({ kind: 'done', outcome }),
    (error) => ({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) }),
  );
  tell(ended, () => process.exit());
}

async function train(input: RunInput): Promise<JsonValue> {
  const { trainFromRecords } = await import('./train-from-records.ts');
  return trainFromRecords(input, { report, signal: cancel.signal });
}

/** What the server has to say about it: only there is the job. */
const report: TrainingWork['report'] = (progress, dataSetHash) =>
  new Promise((resolve, reject) => {
    reported = { resolve, reject };
    tell({ kind: 'report', progress, dataSetHash });
  });

function tell(message: ToParent, onTold: () => void = () => {}): void {
  process.send!(message, onTold);
}
