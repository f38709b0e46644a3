import type { Worker } from 'node:worker_threads';
import type { JsonValue } from '../../domain/index.ts';
import { spawnWorker } from '../../threads/index.ts';
import type { ThreadInput, ToParent, ToThread } from './training-thread.ts';

/** How long a thread may go on after the signal before it is ended: between two steps it ends by itself. */
const GRACE_MS = 5_000;

/** A fit must not take the memory of the server: what needs more than this fails by itself. */
const MAX_OLD_GENERATION_MB = 2_048;

/** What the thread may ask for, by name. */
export type ThreadPorts = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;

/** Does a training run in a thread of its own and resolves to its outcome; rejects when it fails, dies or is cancelled. */
export async function trainInThread(input: ThreadInput, ports: ThreadPorts, signal: AbortSignal): Promise<JsonValue> {
  signal.throwIfAborted();
  const thread = spawnWorker('./training-thread', import.meta.url, {
    workerData: input,
    resourceLimits: { maxOldGenerationSizeMb: MAX_OLD_GENERATION_MB },
  });
  let grace: NodeJS.Timeout | undefined;
  const stop = () => {
    tell(thread, { kind: 'abort', reason: 'the run is over' });
    grace = setTimeout(() => void thread.terminate(), GRACE_MS);
  };
  signal.addEventListener('abort', stop);
  try {
    return await outcomeOf(thread, ports);
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(grace);
    await thread.terminate();
  }
}

function outcomeOf(thread: Worker, ports: ThreadPorts): Promise<JsonValue> {
  return new Promise((resolve, reject) => {
    thread.on('message', (message: ToParent) => {
      if (message.kind === 'done') resolve(message.outcome);
      else if (message.kind === 'failed') reject(new Error(message.reason));
      else void answer(thread, ports, message);
    });
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`the training thread ended with exit code ${code}`)));
  });
}

async function answer(
  thread: Worker,
  ports: ThreadPorts,
  { id, port, args }: Extract<ToParent, { readonly kind: 'call' }>,
): Promise<void> {
  try {
    const call = ports[port];
    if (call === undefined) throw new Error(`there is no port "${port}"`);
    tell(thread, { kind: 'answer', id, value: await call(...(args as never[])) });
  } catch (error) {
    tell(thread, { kind: 'refusal', id, reason: error instanceof Error ? error.message : String(error) });
  }
}

function tell(thread: Worker, message: ToThread): void {
  thread.postMessage(message);
}
