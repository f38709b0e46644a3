import { afterAll, beforeAll, describe, expect } from 'vitest';
import { openRedisJobQueue } from '../../jobs/index.ts';
import { PATIENCE_MS } from '../services/patience.ts';
import { isRedisMissing, RedisService } from '../services/redis.ts';
import { jobQueueContract } from './job-queue-contract.ts';

describe.skipIf(isRedisMissing())('Redis', () => {
  let redis: RedisService;
  const errors: unknown[] = [];

  beforeAll(async () => {
    redis = await RedisService.create();
  });

  afterAll(async () => {
    await redis.close();
    expect(errors).toEqual([]);
  });

  jobQueueContract(async () =>
    openRedisJobQueue(redis.url, { onError: (error) => errors.push(error), answerMs: PATIENCE_MS }),
  );
});
