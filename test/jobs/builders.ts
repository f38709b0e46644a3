import { expect } from 'vitest';
import type { Job, JobQueue, JobRun, JsonValue } from '../../domain/index.ts';

/** How often a condition is looked at. */
const OFTEN = { interval: 10 };

/** Waits until a job is in one of these states. */
export async function until(queue: JobQueue, id: string, ...states: readonly Job['state'][]): Promise<Job> {
  await expect.poll(async () => states.includes((await queue.read(id))?.state ?? 'waiting'), OFTEN).toBe(true);
  return (await queue.read(id))!;
}

/** Waits until a condition holds. */
export async function untilTrue(condition: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(condition, OFTEN).toBe(true);
}

/** A handler that starts runs and ends none until told; a run whose signal is aborted ends by throwing. */
export class Gate {
  readonly runs: JobRun[] = [];
  readonly #endings = new Map<string, (result: JsonValue) => void>();

  readonly handler = (run: JobRun): Promise<JsonValue> => {
    this.runs.push(run);
    return new Promise((resolve, reject) => {
      const stop = () => reject(new Error('stopped'));
      if (run.signal.aborted) stop();
      run.signal.addEventListener('abort', stop);
      this.#endings.set(run.id, resolve);
    });
  };

  /** Ids of the runs that have started, in their order. */
  get started(): readonly string[] {
    return this.runs.map(({ id }) => id);
  }

  /** Lets a run end. */
  end(id: string, result: JsonValue = null): void {
    this.#endings.get(id)!(result);
  }
}
