import type { JobQueue } from '../domain/index.ts';
import { type JobDatabase, openPostgresJobQueue, openRedisJobQueue } from '../jobs/index.ts';
import type { Configuration } from './configuration.ts';
import { repeat } from './timers.ts';

/** How often the queue is asked whether it is there. */
const LOOK_MS = 5_000;

/** The queue that the configuration asks for: in Redis, or in the database of the storage. */
export function openJobs(
  { redisUrl }: Configuration,
  database: JobDatabase,
  onError: (error: unknown) => void,
): JobQueue {
  return redisUrl === undefined
    ? openPostgresJobQueue(database, { onError })
    : openRedisJobQueue(redisUrl, { onError });
}

/** Looks after a queue in the background, so that who asks about it need not wait for it. */
export function watchJobs(
  jobs: JobQueue,
  onLook: (isUp: boolean) => void,
): { readonly whyAway: () => string | null; readonly stop: () => void } {
  let because: string | null = null;
  const stop = repeat(LOOK_MS, async () => {
    because = await jobs.whyAway();
    onLook(because === null);
  });
  return { whyAway: () => because, stop };
}
