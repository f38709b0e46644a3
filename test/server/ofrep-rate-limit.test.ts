import { OFREPApi, OFREPApiTooManyRequestsError } from '@openfeature/ofrep-core';
import { describe, expect, it } from 'vitest';
import type { ApiKey, KeyScope } from '../../domain/index.ts';
import { RateLimiter } from '../../server/http/rate-limit.ts';
import { callApi, startTestServer } from './running-server.ts';

const aKey = (keyId: string, ...scopes: readonly KeyScope[]): ApiKey => ({
  keyId,
  tenant: 'default',
  environment: 'production',
  name: keyId,
  scopes,
  createdAtMs: 0,
  expiresAtMs: null,
  isRevoked: false,
});

describe('the limit of a key', () => {
  it('lets two seconds of requests pass at once, and then as many as come in evenly', () => {
    let nowMs = 1_000_000;
    const limiter = new RateLimiter(10, { nowMs: () => nowMs });
    const key = aKey('a', 'evaluate');
    for (let request = 0; request < 20; request++) expect(limiter.take(key)).toBe(0);
    expect(limiter.take(key)).toBeCloseTo(100);
    nowMs += 99;
    expect(limiter.take(key)).toBeGreaterThan(0);
    nowMs += 2;
    expect(limiter.take(key)).toBe(0);
    nowMs += 1_000;
    expect(Array.from({ length: 11 }, () => limiter.take(key)).filter((waitMs) => waitMs === 0)).toHaveLength(10);
  });

  it('is its own, a fifth for client keys, and none at 0', () => {
    const clock = { nowMs: () => 5 };
    const limiter = new RateLimiter(10, clock);
    const passed = (key: ApiKey) =>
      Array.from({ length: 100 }, () => limiter.take(key)).filter((ms) => ms === 0).length;
    expect([passed(aKey('a', 'evaluate')), passed(aKey('b', 'evaluate')), passed(aKey('c', 'client'))]).toEqual([
      20, 20, 4,
    ]);
    expect(new RateLimiter(0, clock).take(aKey('a', 'evaluate'))).toBe(0);
  });

  it('survives a clock that is set back', () => {
    let nowMs = 1_000_000;
    const limiter = new RateLimiter(10, { nowMs: () => nowMs });
    const key = aKey('a', 'evaluate');
    limiter.take(key);
    nowMs -= 500_000;
    expect(limiter.take(key)).toBe(0);
  });
});

it('over HTTP, a key that asks too often is told when to come back, and others are not', async () => {
  const server = await startTestServer({ rateLimit: 5 });
  try {
    const [greedy, modest] = [await server.createKey('evaluate'), await server.createKey('evaluate')];
    const single = (key: string) =>
      callApi(`${server.url}/ofrep/v1/evaluate/flags/x`, 'POST', {}, { authorization: `Bearer ${key}` });
    const answers = await Promise.all(Array.from({ length: 30 }, () => single(greedy)));
    const refused = answers.find(({ status }) => status === 429)!;
    expect(answers.filter(({ status }) => status === 404).length).toBeGreaterThanOrEqual(10);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.body.type).toBe('urn:rampwright:problem:tooManyRequests');
    expect((await single(modest)).status).toBe(404);

    const ofrep = new OFREPApi({ baseUrl: server.url, headers: [['Authorization', `Bearer ${greedy}`]] });
    const flood = Array.from({ length: 20 }, () => ofrep.postBulkEvaluateFlags({ context: {} }));
    const failures = (await Promise.allSettled(flood)).filter(({ status }) => status === 'rejected');
    const { reason } = failures[0] as PromiseRejectedResult;
    expect(reason).toBeInstanceOf(OFREPApiTooManyRequestsError);
    expect(reason.retryAfterDate.getTime()).toBeGreaterThan(Date.now() - 2_000);
  } finally {
    await server.close();
  }
});
