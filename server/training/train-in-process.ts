import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { JsonValue, TrainingWork } from '../../domain/index.ts';
import { spawnProcess } from '../../threads/index.ts';
import type { RunInput } from './train-from-records.ts';
import type { ToParent, ToProcess } from './training-process.ts';

/** How long the process may go on after the signal before it is ended: between two steps it ends by itself. */
const GRACE_MS = 5_000;

/** A fit must not take the memory of the server: what needs more than this fails by itself. */
const MAX_HEAP_MIB = 2_048;

/** Does a training run in a process of its own and resolves to its outcome; rejects when it fails, dies or is cancelled. */
export async function trainInProcess(
  input: RunInput,
  report: TrainingWork['report'],
  signal: AbortSignal,
): Promise<JsonValue> {
  signal.throwIfAborted();
  const child = spawnProcess('./training-process', import.meta.url, MAX_HEAP_MIB);
  let grace: NodeJS.Timeout | undefined;
  const stop = () => {
    tell(child, { kind: 'abort', reason: 'the run is over' });
    grace = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  };
  signal.addEventListener('abort', stop);
  try {
    const outcome = outcomeOf(child, report);
    tell(child, { kind: 'begin', input });
    return await outcome;
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(grace);
    await end(child);
  }
}

function outcomeOf(child: ChildProcess, report: TrainingWork['report']): Promise<JsonValue> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: ToParent) => {
      if (message.kind === 'done') resolve(message.outcome);
      else if (message.kind === 'failed') reject(new Error(message.reason));
      else void answer(child, report, message);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`the training process ended with ${signal ?? `exit code ${code}`}`)),
    );
  });
}

async function answer(
  child: ChildProcess,
  report: TrainingWork['report'],
  { progress, dataSetHash }: Extract<ToParent, { readonly kind: 'report' }>,
): Promise<void> {
  try {
    await report(progress, dataSetHash);
    tell(child, { kind: 'shown' });
  } catch (error) {
    tell(child, { kind: 'refused', reason: error instanceof Error ? error.message : String(error) });
  }
}

/** Who has ended hears nothing any more: that it ended is what counts. */
function tell(child: ChildProcess, message: ToProcess): void {
  child.send(message, () => {});
}

async function end(child: ChildProcess): Promise<void> {
  const isRunning = child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  if (!isRunning) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
