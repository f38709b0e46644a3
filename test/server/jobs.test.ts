import { expect, it } from 'vitest';
import { readConfiguration } from '../../server/index.ts';
import { freePort } from '../services/free-port.ts';
import { startTestServer } from './running-server.ts';

it('is ready without its Redis, and says what does not work', async () => {
  const server = await startTestServer({ redisUrl: `redis://:secret@127.0.0.1:${await freePort()}` });
  const readyz = async () => (await server.call('GET', '/readyz')).body;
  await expect
    .poll(readyz, { interval: 100 })
    .toEqual({ status: 'ready', degraded: expect.stringContaining('The job queue cannot be reached') });
  expect(JSON.stringify(await readyz())).not.toContain('secret');
  expect((await server.call('GET', '/api/v1/environments')).status).toBe(200);
  await server.close();
});

it.each([
  ['redis://127.0.0.1:6379', true],
  ['rediss://:secret@redis.internal/2', true],
  ['http://127.0.0.1:6379', false],
  ['redis://', false],
  ['127.0.0.1:6379', false],
])('takes %s for a Redis: %s', (url, isTaken) => {
  const read = () => readConfiguration({ REDIS_URL: url }).redisUrl;
  if (isTaken) expect(read()).toBe(url);
  else expect(read).toThrow('REDIS_URL: must begin with redis:// or rediss://');
});

it('keeps jobs in the database unless it is told of a Redis', () => {
  expect(readConfiguration({}).redisUrl).toBeUndefined();
});
