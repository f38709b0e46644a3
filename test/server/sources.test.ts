import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFlag, aRollout, aRow } from './builders.ts';
import { callApi, PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

const SOURCES = `${PRODUCTION}/sources`;

let server: TestServer;
let token: string;
let keyId: string;

beforeAll(async () => {
  server = await startTestServer();
  await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
  await server.call('POST', `${PRODUCTION}/rollouts`, aRollout());
  await server.call('POST', `${PRODUCTION}/rollouts/new-thing/start`);
  const body = { name: 'shop servers', environment: 'production', scopes: ['ingest'] };
  const created = await server.call('POST', '/api/v1/keys', body);
  token = created.body.token;
  keyId = created.body.key.keyId;
});
afterAll(() => server.close());

function report(sequence: number, changes: Readonly<Record<string, unknown>> = {}) {
  const body = { source: 'web-1', epoch: 1, sequence, rows: [aRow()], ...changes };
  return callApi(`${server.url}/api/v1/reports`, 'POST', body, { authorization: `Bearer ${token}` });
}

async function listed() {
  return (await server.call('GET', SOURCES)).body.sources;
}

describe('sources', () => {
  it('are listed by the key that they report with, whatever they call themselves', async () => {
    expect(await listed()).toEqual([]);
    expect((await report(0, { sentAtMs: Date.now() - 1_000 })).status).toBe(200);
    expect((await report(0)).body).toMatchObject({ isDuplicate: true });
    expect((await report(1, { rows: [aRow({ newUnits: 11 })] })).status).toBe(422);
    expect((await report(1, { rows: [aRow({ variant: 'maybe' })] })).status).toBe(422);
    expect(await listed()).toEqual([
      {
        source: keyId,
        keyName: 'shop servers',
        reports: 1,
        lateReports: 0,
        duplicateReports: 1,
        refusedReports: 2,
        lastSeenMs: expect.any(Number),
        quarantine: null,
      },
    ]);
    const { windows } = (await server.call('GET', `${PRODUCTION}/rollouts/new-thing/windows`)).body;
    expect(windows).toMatchObject([{ sources: { [keyId]: { reports: 1, variants: { off: { units: 10 } } } } }]);
    expect(windows[0].sources[keyId].clockSkewMs).toBeGreaterThanOrEqual(1_000);
  });

  it('are put into quarantine with a reason, and released', async () => {
    const path = `${SOURCES}/${keyId}/quarantine`;
    const quarantined = await server.call('PUT', path, { reason: 'wrong clock' });
    expect(quarantined).toMatchObject({
      status: 200,
      body: { source: keyId, quarantine: { sinceMs: expect.any(Number), reason: 'wrong clock' } },
    });
    expect((await listed())[0].quarantine).toEqual(quarantined.body.quarantine);
    const again = await server.call('PUT', path, { reason: 'once more' });
    expect(again.body).toEqual(quarantined.body);
    expect((await report(5)).status).toBe(200);
    const { changes } = (await server.call('GET', `${PRODUCTION}/changes?subject=${keyId}`)).body;
    expect(changes).toMatchObject([{ kind: 'sourceQuarantined', payload: { reason: 'wrong clock' } }]);
    expect(await server.call('DELETE', path)).toMatchObject({ status: 200, body: { source: keyId, quarantine: null } });
    expect((await listed())[0].quarantine).toBeNull();
  });

  it('need no reason', async () => {
    const path = `${SOURCES}/prometheus/quarantine`;
    expect((await server.call('PUT', path)).body).toMatchObject({ quarantine: { reason: null } });
    expect((await server.call('DELETE', path)).status).toBe(200);
  });

  it.each(['nobody', '__proto__', 'Prometheus'])('that do not exist are refused: %s', async (source) => {
    const put = await server.call('PUT', `${SOURCES}/${source}/quarantine`, {});
    expect(put).toMatchObject({ status: 404, body: { type: 'urn:rampwright:problem:sourceNotFound' } });
    expect((await server.call('DELETE', `${SOURCES}/${source}/quarantine`)).status).toBe(404);
  });

  it.each([[], 5, 'x', { reason: 5 }, { because: 'x' }, { reason: 'x'.repeat(1001) }])(
    'are not moved by a body like %j',
    async (body) => {
      const answer = await server.call('PUT', `${SOURCES}/${keyId}/quarantine`, JSON.stringify(body), {
        'content-type': 'application/json',
      });
      expect(answer.status).toBe(400);
      expect((await listed())[0].quarantine).toBeNull();
    },
  );

  it('of an environment that does not exist, or with too long a name, are refused', async () => {
    expect((await server.call('GET', '/api/v1/environments/moon/sources')).status).toBe(404);
    expect((await server.call('PUT', `${SOURCES}/${'x'.repeat(65)}/quarantine`, {})).status).toBe(400);
  });
});
