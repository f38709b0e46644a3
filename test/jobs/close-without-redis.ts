// Closes a queue whose Redis was killed while its worker waited for jobs, and says so.
import { openRedisJobQueue } from '../../jobs/index.ts';
import { PATIENCE_MS } from '../services/patience.ts';
import { RedisService } from '../services/redis.ts';

const redis = await RedisService.create();
const queue = openRedisJobQueue(redis.url, { onError: () => {}, answerMs: PATIENCE_MS });
await queue.work({}, 1);
await queue.add({ name: 'later', data: null, delayMs: 3_600_000 });
await redis.close();
await queue.close();
console.log('closed');
