import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiReference } from '../../scripts/api-reference.ts';
import { startTestServer, type TestServer } from './running-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

describe('docs/api.md', () => {
  it('is what the server says of itself: npm run docs:api', async () => {
    const { body } = await server.call('GET', '/openapi.json');
    expect(readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')).toBe(apiReference(body));
  });

  it('names the scopes that open a path', async () => {
    const { paths } = (await server.call('GET', '/openapi.json')).body;
    expect(paths['/api/v1/keys'].get.security).toEqual([{ key: ['admin'] }]);
    expect(paths['/api/v1/judge'].post.security).toEqual([{ key: expect.arrayContaining(['admin', 'ingest']) }]);
    expect(paths['/livez'].get.security).toEqual([]);
  });
});
