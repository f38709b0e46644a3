import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openPostgresStorage } from '../../storage/index.ts';
import { createDatabase } from '../services/postgres.ts';
import { aModel, aModelReview } from '../storage/learning-builders.ts';
import { aFlag, aRollout } from './builders.ts';
import { type Answer, callApi, PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

let server: TestServer;
let drop: () => Promise<void>;
let globexKey: string;
let routes: readonly Route[];

interface Route {
  readonly method: string;
  readonly path: string;
  /** A body that the route takes, made from its schema. */
  readonly body: unknown;
}

beforeAll(async () => {
  const database = await createDatabase(inject('postgresUrl'));
  drop = database.drop;
  server = await startTestServer({ databaseUrl: database.url });
  await server.call('POST', '/api/v1/tenants', { tenant: 'globex' });
  globexKey = (await server.call('POST', '/api/v1/tenants/globex/keys', { name: 'first' })).body.token;
  await server.call('POST', '/api/v1/environments', { environment: 'secret-place' });
  await server.call('PUT', '/api/v1/environments/secret-place/flags/secret-flag', aFlag());
  await server.call('PUT', `${PRODUCTION}/flags/secret-flag`, aFlag());
  await server.call('POST', `${PRODUCTION}/rollouts`, aRollout({ rollout: 'secret-rollout', flag: 'secret-flag' }));
  await addSecrets(database.url);
  const { paths } = (await server.call('GET', '/openapi.json')).body;
  routes = Object.entries(paths as Record<string, Record<string, OpenApiOperation>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      body: requestBody && smallest(requestBody.content['application/json']!.schema),
    })),
  );
});
afterAll(async () => {
  await server.close();
  await drop();
});

/** What is not made over HTTP: a model, a training run, and a source that has reported. */
async function addSecrets(databaseUrl: string): Promise<void> {
  const storage = await openPostgresStorage({ databaseUrl, onError: () => {} });
  const scope = { tenant: 'default', environment: 'production' };
  await storage.models.register('default', aModel({ modelId: 'secret-model' }), 'secret-reason');
  const run = { runId: 'secret-run', kind: 'risk', trigger: 'operator', actor: 'secret-actor', cutOffMs: 1 } as const;
  await storage.trainingRuns.create(scope, run);
  await storage.modelReviews.keep(scope, aModelReview({ modelId: 'secret-model' }));
  await storage.windows.countRefusedReport(scope, 'secret-source');
  await storage.close();
}

const asGlobex = (method: string, path: string, body?: unknown) =>
  callApi(`${server.url}${path}`, method, body, { 'x-api-key': globexKey });

describe('a tenant', () => {
  it('is made once, has an environment and a key of its own, and shows in no other', async () => {
    expect((await server.call('POST', '/api/v1/tenants', { tenant: 'globex' })).status).toBe(409);
    expect((await server.call('POST', '/api/v1/tenants/nobody/keys', { name: 'x' })).status).toBe(404);
    const { tenants } = (await server.call('GET', '/api/v1/tenants')).body;
    expect(tenants.map(({ tenant }: { tenant: string }) => tenant)).toEqual(['default', 'globex']);
    const { environments } = (await asGlobex('GET', '/api/v1/environments')).body;
    expect(environments.map(({ environment }: { environment: string }) => environment)).toEqual(['production']);
    expect((await asGlobex('GET', `${PRODUCTION}/flags`)).body.flags).toEqual([]);
  });

  it('cannot make tenants, nor a key that could', async () => {
    expect((await asGlobex('POST', '/api/v1/tenants', { tenant: 'more' })).status).toBe(403);
    expect((await asGlobex('GET', '/api/v1/tenants')).status).toBe(403);
    expect((await asGlobex('POST', '/api/v1/keys', { name: 'x', scopes: ['platform'] })).status).toBe(403);
    expect((await asGlobex('POST', '/api/v1/keys', { name: 'x', scopes: ['admin', 'platform'] })).status).toBe(403);
  });
});

describe('what belongs to another tenant', () => {
  it('is answered like what does not exist, on every route of an environment', async () => {
    const ofEnvironments = routes.filter(({ path }) => path.includes('{environment}'));
    expect(ofEnvironments.length).toBeGreaterThan(20);
    const others: string[] = [];
    for (const { method, path, body } of ofEnvironments) {
      const filled = (environment: string) => fill(path, { environment });
      const foreign = await asGlobex(method, filled('secret-place'), body);
      const unknown = await asGlobex(method, filled('nowhere'), body);
      expect(comparable(foreign, 'secret-place'), `${method} ${path}`).toEqual(comparable(unknown, 'nowhere'));
      if (foreign.status !== 404) others.push(`${foreign.status} ${method} ${path}`);
      expect(JSON.stringify(foreign.body)).not.toContain('secret-flag');
    }
    expect(others).toEqual([]);
  });

  it('is answered like what does not exist, on every route of a thing in an environment that both have', async () => {
    const ofThings = routes.filter(
      ({ path }) => path.includes('{environment}') && /\{(flag|key|rollout|model|run|source)\}/.test(path),
    );
    expect(ofThings.length).toBeGreaterThan(20);
    const others: string[] = [];
    for (const { method, path, body } of ofThings.filter((route) => route.method !== 'PUT')) {
      const named = (prefix: string) =>
        fill(path, {
          environment: 'production',
          flag: `${prefix}-flag`,
          key: `${prefix}-flag`,
          rollout: `${prefix}-rollout`,
          model: `${prefix}-model`,
          run: `${prefix}-run`,
          source: `${prefix}-source`,
        });
      const foreign = await asGlobex(method, named('secret'), body);
      const unknown = await asGlobex(method, named('absent'), body);
      expect(comparable(foreign, 'secret'), `${method} ${path}`).toEqual(comparable(unknown, 'absent'));
      if (foreign.status !== 404) others.push(`${foreign.status} ${method} ${path}`);
    }
    // One judges a definition that is sent along; the other has an empty list for every name without labels.
    expect(others).toEqual([
      '200 POST /api/v1/environments/{environment}/flags/{flag}/check',
      '200 GET /api/v1/environments/{environment}/rollouts/{rollout}/labels',
    ]);
  });

  it('is not in lists, changes, the audit or exports of it', async () => {
    const lists = ['flags', 'rollouts', 'changes', 'decisions', 'sources', 'models', 'model-reviews', 'training-runs'];
    const ofEnvironment = [...lists, 'audit', 'audit/export', 'audit/verify'].map((path) => `${PRODUCTION}/${path}`);
    const ofTenant = ['/api/v1/audit', '/api/v1/audit/export', '/api/v1/audit/verify', '/api/v1/keys'];
    for (const path of [...ofEnvironment, ...ofTenant]) {
      const response = await fetch(`${server.url}${path}`, { headers: { 'x-api-key': globexKey } });
      expect(response.status, path).toBe(200);
      expect(await response.text(), path).not.toContain('secret-');
    }
    const { entries } = (await asGlobex('GET', '/api/v1/audit')).body;
    expect(new Set(entries.map(({ tenant }: { tenant: string }) => tenant))).toEqual(new Set(['globex']));
    expect(JSON.stringify((await asGlobex('GET', '/api/v1/keys')).body)).not.toContain('first admin key');
  });

  it('is not in the snapshots, evaluations, streams and tickets of a key of the same environment name', async () => {
    const made = await asGlobex('POST', '/api/v1/keys', { name: 'x', environment: 'production', scopes: ['evaluate'] });
    const key: string = made.body.token;
    const call = (method: string, path: string, body?: unknown) =>
      callApi(`${server.url}${path}`, method, body, { 'x-api-key': key });
    for (const path of ['/api/v1/snapshot', '/api/v1/flagd/flags.json'])
      expect(JSON.stringify((await call('GET', path)).body), path).not.toContain('secret-');
    expect((await call('POST', '/ofrep/v1/evaluate/flags/secret-flag', {})).status).toBe(404);
    const own = (await call('POST', '/ofrep/v1/evaluate/flags', { context: { targetingKey: 'a' } })).body;
    expect(own.flags).toEqual([]);
    const theirs = await callApi(
      `${server.url}/ofrep/v1/evaluate/flags`,
      'POST',
      { context: { targetingKey: 'a' } },
      { 'x-api-key': await server.createKey('evaluate') },
    );
    // A ticket names its key and is signed with the secret of the environment: neither part fits another one.
    const [ownId, ...ownRest] = ticketIn(own).split('.');
    const [theirId, ...theirRest] = ticketIn(theirs.body).split('.');
    for (const forged of [
      [theirId, ...ownRest],
      [ownId, ...theirRest],
    ])
      expect((await call('GET', `/ofrep/v1/events?ticket=${forged.join('.')}`)).status).toBe(401);
  });

  it('cannot be revoked or given a new secret', async () => {
    const keyId = (await server.createKey('evaluate')).split('_')[2]!;
    for (const id of [keyId, 'AAAAAAAAAAAA']) {
      expect((await asGlobex('DELETE', `/api/v1/keys/${id}`)).status).toBe(404);
      expect((await asGlobex('POST', `/api/v1/keys/${id}/rotate`, {})).status).toBe(404);
    }
  });
});

describe('a key', () => {
  it('has two good secrets while it is rotated, and one when there is no overlap', async () => {
    const old = await server.createKey('evaluate');
    const keyId = old.split('_')[2];
    const statusOf = async (token: string) =>
      (await callApi(`${server.url}/api/v1/snapshot`, 'GET', undefined, { 'x-api-key': token })).status;
    const next = (await server.call('POST', `/api/v1/keys/${keyId}/rotate`, { overlapMs: 60_000 })).body.token;
    expect([await statusOf(old), await statusOf(next)]).toEqual([200, 200]);
    const last = (await server.call('POST', `/api/v1/keys/${keyId}/rotate`, { overlapMs: 0 })).body.token;
    expect([await statusOf(old), await statusOf(next), await statusOf(last)]).toEqual([401, 401, 200]);
  });

  it('that is revoked ends its open streams', async () => {
    const key = await server.createKey('evaluate');
    const response = await fetch(`${server.url}/api/v1/snapshot/stream`, { headers: { 'x-api-key': key } });
    expect(response.status).toBe(200);
    const read = response.text();
    await server.call('DELETE', `/api/v1/keys/${key.split('_')[2]}`);
    expect(await read).toContain('event: snapshot');
  });

  it('cannot be made to be expired', async () => {
    const body = { name: 'x', environment: 'production', scopes: ['evaluate'], expiresAtMs: 1 };
    expect((await server.call('POST', '/api/v1/keys', body)).status).toBe(400);
  });
});

/** The ticket for the event stream in a bulk answer. */
function ticketIn({ eventStreams: [stream] }: BulkAnswer): string {
  return new URL(stream!.endpoint.requestUri, server.url).searchParams.get('ticket')!;
}

interface BulkAnswer {
  readonly eventStreams: readonly { readonly endpoint: { readonly requestUri: string } }[];
}

interface OpenApiOperation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
}

interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly minimum?: number;
}

/** A small value that a schema allows. */
function smallest({ type, enum: allowed, anyOf, required = [], properties = {}, ...rest }: JsonSchema): unknown {
  if (rest.const !== undefined) return rest.const;
  if (allowed !== undefined) return allowed[0];
  if (anyOf !== undefined) return smallest(anyOf[0]!);
  if (type === 'array') return Array.from({ length: rest.minItems ?? 0 }, () => smallest(rest.items ?? {}));
  if (type === 'integer' || type === 'number') return rest.minimum ?? 0;
  if (type === 'string') return 'some';
  if (type === 'boolean') return false;
  return Object.fromEntries(required.map((name) => [name, smallest(properties[name] ?? {})]));
}

function fill(path: string, names: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => names[name] ?? 'absent');
}

/** The answer without the name that was asked for and the id of the request. */
function comparable({ status, body }: Answer, name: string): unknown {
  const { instance: _, ...rest } = body;
  return { status, text: JSON.stringify(rest).replaceAll(name, '<name>') };
}
