// Adds jobs to the queue of the first argument (the URL of a Redis, or the directory of an embedded database), starts one
// that never ends, and says so; then waits to be killed.
import { openPostgresJobQueue, openRedisJobQueue } from '../../jobs/index.ts';
import { openEmbeddedStorage } from '../../storage/index.ts';
import { PATIENCE_MS } from '../services/patience.ts';

const [where] = process.argv.slice(2);
const options = { onError: console.error, leaseMs: 1_000, answerMs: PATIENCE_MS };

const queue = where!.startsWith('redis:')
  ? openRedisJobQueue(where!, options)
  : openPostgresJobQueue((await openEmbeddedStorage({ directory: where!, ...options })).connection, options);

for (let n = 0; n < 5; n++) await queue.add({ name: 'later', data: n, id: `later-${n}`, delayMs: 3_600_000 });
await queue.schedule({
  id: 'nightly',
  timing: { kind: 'cron', pattern: '0 3 * * *', timeZone: 'UTC' },
  job: { name: 'later', data: 'nightly' },
});
await queue.add({ name: 'cut-off', data: 'precious', id: 'cut-off', key: 'production' });
const neverEnds = () => {
  console.log('started');
  return new Promise<null>(() => {});
};
await queue.work({ 'cut-off': neverEnds }, 1);
