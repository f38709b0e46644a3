import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { flowOf, keepFlow } from '../../../server/http/flow-cookie.ts';
import { FLOW_MS, type OidcFlow, readFlow, writeFlow } from '../../../server/oidc/oidc-flow.ts';

const FLOW: OidcFlow = {
  startedAtMs: 1_800_000_000_000,
  state: 's'.repeat(43),
  nonce: 'n'.repeat(43),
  codeVerifier: 'v'.repeat(43),
};

describe('the flow of a sign-in', () => {
  it('is read as it was written, for ten minutes', () => {
    const { startedAtMs } = FLOW;
    expect(readFlow(writeFlow(FLOW), startedAtMs + FLOW_MS)).toEqual(FLOW);
    expect(readFlow(writeFlow(FLOW), startedAtMs + FLOW_MS + 1)).toBeUndefined();
    expect(readFlow(writeFlow({ ...FLOW, startedAtMs: startedAtMs * 2 }), startedAtMs)).toBeUndefined();
  });

  it.each(['', '1', '1.2.3.4', `${writeFlow(FLOW)}.x`, writeFlow({ ...FLOW, state: 'short' }), `x${writeFlow(FLOW)}`])(
    'is not read from %s',
    (cookie) => {
      expect(readFlow(cookie, FLOW.startedAtMs)).toBeUndefined();
    },
  );

  it('is taken behind https only from a cookie that no neighbour of the domain can plant', async () => {
    const app = Fastify()
      .get('/keep', async (_request, reply) => {
        keepFlow(reply, FLOW, true);
        return {};
      })
      .get('/read', async (request) => ({ flow: flowOf(request, true, FLOW.startedAtMs) ?? null }));
    const kept = (await app.inject('/keep')).headers['set-cookie'] as string;
    expect(kept).toMatch(/^__Host-rampwright_sign_in=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600; Secure$/);
    const read = async (cookie: string) => (await app.inject({ url: '/read', headers: { cookie } })).json().flow;
    expect(await read(kept.split(';')[0]!)).toEqual(FLOW);
    expect(await read(`rampwright_sign_in=${writeFlow(FLOW)}`)).toBeNull();
    await app.close();
  });
});
