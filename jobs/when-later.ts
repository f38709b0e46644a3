import type { StoredQueue } from './bullmq-backend.ts';
import type { StoredJob } from './job-envelope.ts';
import { shiftOf } from './shift-of.ts';

/** Pause of a job whose key is in use, and how much longer it gets with each time that it was so. */
const TURN_MS = 100;
const MAX_TURN_MS = 3_000;

/** Pause of a job that nobody here can run: other processes, or the next version of this one, may. */
const STRANGER_MS = 2_000;

/**
 * In how many ms a job that has just been claimed should be looked at again; null: it can run now.
 *
 * A job gives way whenever another one of its key is claimed. Each is claimed before it looks, so of two only the first
 * can fail to see the other, whatever their clocks say; that both give way is possible, and the pauses differ by id so
 * that it does not go on.
 */
export async function whenLater(job: StoredJob, queue: StoredQueue, isKnown: boolean): Promise<number | null> {
  const { key, shiftMs } = job.data;
  if (shiftMs > 0 && job.attemptsStarted === 1) return shiftMs;
  if (!isKnown) return STRANGER_MS;
  if (key === null) return null;
  const active = await queue.getActive();
  const isInUse = active.some((other) => other !== undefined && other.id !== job.id && other.data.key === key);
  if (!isInUse) return null;
  const turnMs = Math.min(TURN_MS * job.attemptsStarted, MAX_TURN_MS);
  return turnMs + shiftOf(`${job.id}/${job.attemptsStarted}`, turnMs);
}
