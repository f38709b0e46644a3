import type { JobQueue } from '../domain/index.ts';
import { type JobDatabase, openPostgresJobQueue, openRedisJobQueue } from '../jobs/index.ts';
import type { Configuration } from './configuration.ts';
import { repeat } from './timers.ts';

/** How often the queue is asked whether it is there. */
const LOOK_MS = 5_000;

/** The queue that the configuration asks for; on the embedded database, `embedded` says where that is. */
export function openJobs(
  { redisUrl, databaseUrl }: Configuration,
  embedded: JobDatabase | undefined,
  onError: (error: unknown) => void,
): JobQueue {
  if (redisUrl !== undefined) return openRedisJobQueue(redisUrl, { onError });
  const database = databaseUrl === null ? embedded : { connectionString: databaseUrl };
  if (database === undefined) throw new Error('jobs need a database');
  return openPostgresJobQueue(database, { onError });
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
