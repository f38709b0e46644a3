import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFlag, aRollout } from './builders.ts';
import { type Answer, callApi, PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

const STAGING = '/api/v1/environments/staging';
let server: TestServer;
let passwords: Record<string, string>;

beforeAll(async () => {
  server = await startTestServer();
  await server.call('POST', '/api/v1/environments', { environment: 'staging' });
  await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
  await server.call('POST', `${PRODUCTION}/rollouts`, aRollout());
  const roles = {
    vera: { '*': ['viewer'] },
    ed: { production: ['editor'], staging: ['viewer'] },
    rela: { production: ['releaser'] },
    ada: { '*': ['admin'] },
    sue: { staging: ['admin'] },
    nobody: {},
  };
  passwords = {};
  for (const [user, own] of Object.entries(roles)) {
    const made = await server.call('POST', '/api/v1/users', { user, displayName: `The ${user}`, roles: own });
    expect(made.status).toBe(201);
    passwords[user] = made.body.password;
  }
});
afterAll(() => server.close());

const trySignIn = (user: string, password: string, headers: Readonly<Record<string, string>> = {}) =>
  callApi(`${server.url}/api/v1/session`, 'POST', { user, password }, headers);

/** What a page of this server would send: the cookie, and where it comes from. */
interface Visitor {
  readonly cookie: string;
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

async function signIn(user: string, password = passwords[user]!): Promise<Visitor> {
  const { status, headers } = await trySignIn(user, password, { origin: server.url });
  expect(status).toBe(204);
  const cookie = headers.get('set-cookie')!.split(';')[0]!;
  return {
    cookie,
    call: (method, path, body, more = { origin: server.url }) =>
      callApi(`${server.url}${path}`, method, body, { cookie, ...more }),
  };
}

describe('a session', () => {
  it('is a cookie that scripts cannot read and other sites cannot use, and proves who somebody is', async () => {
    const { headers } = await trySignIn('ed', passwords['ed']!, { origin: server.url });
    expect(headers.get('set-cookie')).toMatch(
      /^rampwright_session=[\w-]{16}\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=604800$/,
    );
    const behindTls = await trySignIn('ed', passwords['ed']!, { 'x-forwarded-proto': 'https' });
    expect(behindTls.headers.get('set-cookie')).toMatch(/; Secure$/);
    const { body } = await (await signIn('ed')).call('GET', '/api/v1/session');
    expect(body).toEqual({
      tenant: 'default',
      user: 'ed',
      name: 'The ed',
      scopes: [],
      scopesByEnvironment: { production: ['read', 'edit'], staging: ['read'] },
    });
  });

  it('is refused with another password, for nobody, and for another tenant, all in the same words', async () => {
    const answers = [
      await trySignIn('ed', 'another password'),
      await trySignIn('no-one', passwords['ed']!),
      await callApi(
        `${server.url}/api/v1/session`,
        'POST',
        { tenant: 'globex', user: 'ed', password: passwords['ed'] },
        {},
      ),
    ];
    expect(answers.map(({ status, body }) => [status, body.detail])).toEqual(
      Array(3).fill([401, 'there is no such user with this password']),
    );
    for (const { headers } of answers) expect(headers.has('set-cookie')).toBe(false);
    const forged = (await signIn('ed')).cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    const { status } = await callApi(`${server.url}/api/v1/session`, 'GET', undefined, { cookie: forged });
    expect(status).toBe(401);
  });

  it('changes nothing for pages of other sites, nor for requests that do not say where they come from', async () => {
    const { call } = await signIn('ada');
    const change = (headers: Readonly<Record<string, string>>) =>
      call('PUT', `${PRODUCTION}/flags/by-page`, aFlag(), headers);
    for (const headers of [
      {},
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ])
      expect((await change(headers)).status, JSON.stringify(headers)).toBe(403);
    expect((await change({ origin: server.url })).status).toBe(201);
    expect((await change({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await trySignIn('ada', passwords['ada']!, { origin: 'https://evil.example' })).status).toBe(403);
  });

  it('ends with signing out, here or everywhere, and its open streams with it', async () => {
    const [here, there] = [await signIn('vera'), await signIn('vera')];
    const stream = await fetch(`${server.url}${PRODUCTION}/events`, { headers: { cookie: here.cookie } });
    expect(stream.status).toBe(200);
    const read = stream.text();
    const out = await here.call('DELETE', '/api/v1/session');
    expect(out.status).toBe(204);
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
    expect(await read).toContain('event: published');
    expect((await here.call('GET', '/api/v1/session')).status).toBe(401);
    const again = await signIn('vera');
    expect((await again.call('DELETE', '/api/v1/session?everywhere=true')).status).toBe(204);
    for (const { call } of [again, there]) expect((await call('GET', '/api/v1/session')).status).toBe(401);
  });

  it('ends when the person has a new password or is disabled', async () => {
    const made = await server.call('POST', '/api/v1/users', { user: 'temp', roles: { '*': ['viewer'] } });
    const first = await signIn('temp', made.body.password);
    const chosen = 'correct horse battery staple';
    const choose = (current: string, password: string) =>
      first.call('POST', '/api/v1/session/password', { current, password });
    expect((await choose('another', chosen)).status).toBe(403);
    expect((await choose(made.body.password, 'short')).status).toBe(400);
    expect((await choose(made.body.password, chosen)).status).toBe(204);
    expect((await first.call('GET', '/api/v1/session')).status).toBe(401);
    expect((await trySignIn('temp', made.body.password)).status).toBe(401);
    const second = await signIn('temp', chosen);
    expect((await server.call('PATCH', '/api/v1/users/temp', { isDisabled: true })).status).toBe(200);
    expect((await second.call('GET', '/api/v1/session')).status).toBe(401);
    expect((await trySignIn('temp', chosen)).status).toBe(401);
    await server.call('PATCH', '/api/v1/users/temp', { isDisabled: false });
    const reset = await server.call('POST', '/api/v1/users/temp/password', {});
    expect((await signIn('temp', reset.body.password)).cookie).not.toBe(second.cookie);
  });
});

describe('roles', () => {
  it('allow what they say, in the environments that they say, and nothing else', async () => {
    const environments = '/api/v1/environments';
    const start = `${PRODUCTION}/rollouts/new-thing/start`;
    const asked = [
      ['GET', `${PRODUCTION}/flags`],
      ['GET', `${STAGING}/flags`],
      ['PUT', `${PRODUCTION}/flags/made`, aFlag()],
      ['PUT', `${STAGING}/flags/made`, aFlag()],
      ['POST', start, {}],
      ['PUT', `${STAGING}/settings`, {}],
      ['GET', '/api/v1/users'],
      ['POST', '/api/v1/keys', {}],
      ['GET', '/api/v1/tenants'],
      ['GET', '/api/v1/snapshot'],
    ] as const;
    const allowed: Record<string, string> = {};
    for (const user of ['nobody', 'vera', 'ed', 'rela', 'sue', 'ada']) {
      const { call } = await signIn(user);
      const statuses: boolean[] = [];
      for (const [method, path, body] of asked) statuses.push((await call(method, path, body)).status !== 403);
      const { body } = await call('GET', environments);
      const seen = body.environments?.map(({ environment }: { environment: string }) => environment[0]).join('') ?? '';
      allowed[user] = `${statuses.map((isAllowed) => (isAllowed ? 'x' : '.')).join('')} ${seen}`;
    }
    expect(allowed).toEqual({
      nobody: '.......... ',
      vera: 'xx........ ps',
      ed: 'xxx....... ps',
      rela: 'x.x.x..... p',
      sue: '.x.x.x.... s',
      ada: 'xxxxxxxx.. ps',
    });
  });

  it('are in force at once when they change', async () => {
    const { call } = await signIn('vera');
    expect((await call('PUT', `${PRODUCTION}/flags/veras`, aFlag())).status).toBe(403);
    await server.call('PATCH', '/api/v1/users/vera', { roles: { production: ['editor'] } });
    expect((await call('PUT', `${PRODUCTION}/flags/veras`, aFlag())).status).toBe(201);
    expect((await call('GET', `${STAGING}/flags`)).status).toBe(403);
  });

  it('are scopes of keys as well', async () => {
    const { token } = (await server.call('POST', '/api/v1/keys', { name: 'ci', scopes: ['read', 'release'] })).body;
    const call = (method: string, path: string, body?: unknown) =>
      callApi(`${server.url}${path}`, method, body, { 'x-api-key': token });
    expect((await call('GET', `${PRODUCTION}/flags`)).status).toBe(200);
    expect((await call('PUT', `${PRODUCTION}/flags/by-ci`, aFlag())).status).toBe(403);
    expect((await call('POST', `${PRODUCTION}/rollouts/new-thing/pause`, {})).status).toBe(200);
    expect((await call('POST', '/api/v1/keys', { name: 'more', scopes: ['admin'] })).status).toBe(403);
    expect((await call('DELETE', '/api/v1/session')).status).toBe(400);
  });

  it('show in the audit who it was', async () => {
    const { entries } = (await server.call('GET', `${PRODUCTION}/audit?target=made`)).body;
    expect(entries.map(({ actor, actorName }: Record<string, string>) => [actor, actorName])).toContainEqual([
      'user:ed',
      'The ed',
    ]);
    const people = (await server.call('GET', '/api/v1/audit?kind=user&target=vera')).body.entries;
    expect(people.map(({ action }: { action: string }) => action)).toEqual(['userChanged', 'userCreated']);
    expect(JSON.stringify(people)).not.toMatch(/scrypt|password"/);
  });
});

describe('a server without a provider', () => {
  it('says that there is none, and has no way to one', async () => {
    expect((await callApi(`${server.url}/api/v1/sign-in`, 'GET', undefined, {})).body).toEqual({ oidc: null });
    for (const path of ['/api/v1/sign-in/oidc', '/api/v1/sign-in/oidc/callback?state=x&code=y'])
      expect((await callApi(`${server.url}${path}`, 'GET', undefined, {})).status, path).toBe(404);
  });
});

describe('users', () => {
  it('belong to their tenant', async () => {
    await server.call('POST', '/api/v1/tenants', { tenant: 'globex' });
    const { token } = (await server.call('POST', '/api/v1/tenants/globex/keys', { name: 'first' })).body;
    const asGlobex = (method: string, path: string, body?: unknown) =>
      callApi(`${server.url}${path}`, method, body, { 'x-api-key': token });
    expect((await asGlobex('GET', '/api/v1/users')).body).toEqual({ users: [] });
    for (const user of ['ada', 'absent']) {
      expect((await asGlobex('PATCH', `/api/v1/users/${user}`, { isDisabled: true })).status).toBe(404);
      expect((await asGlobex('POST', `/api/v1/users/${user}/password`, {})).status).toBe(404);
    }
    expect((await asGlobex('POST', '/api/v1/users', { user: 'ada', roles: {} })).status).toBe(201);
    expect((await server.call('POST', '/api/v1/users', { user: 'ada', roles: {} })).status).toBe(409);
  });

  it('who guess are made to wait, even with the right password, and others are not', async () => {
    const attempts = await Promise.all(Array.from({ length: 8 }, (_, n) => trySignIn('rela', `guess number ${n}`)));
    expect(attempts.filter(({ status }) => status === 401)).toHaveLength(5);
    const refused = await trySignIn('rela', passwords['rela']!);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).not.toBeNull();
    expect((await trySignIn('ada', passwords['ada']!)).status).toBe(204);
  });
});
