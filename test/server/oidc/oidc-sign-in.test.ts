import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CLIENT_ID, type Person, type TestOidcProvider } from '../../services/oidc-provider.ts';
import { type Answer, callApi, type TestServer } from '../running-server.ts';
import { aPerson, CALLBACK, startServerWithProvider } from './oidc-support.ts';
import { Visitor } from './oidc-visitor.ts';

const START = '/api/v1/sign-in/oidc';
const FLOW = 'rampwright_sign_in';
const SESSION = 'rampwright_session';

let server: TestServer;
let provider: TestOidcProvider;

beforeAll(async () => {
  ({ server, provider } = await startServerWithProvider());
});
afterAll(async () => {
  await server.close();
  await provider.close();
});
beforeEach(() => {
  Object.assign(provider, { visitor: null, tamper: null, isForged: false, brokenStatus: null });
});

/** What the console is told when somebody has come all the way. */
async function outcomeOf(person: Person | null, visitor = new Visitor()): Promise<string> {
  provider.visitor = person;
  return outcomeIn(await visitor.follow(`${server.url}${START}`, isConsole));
}

const isConsole = (address: string) => new URL(address).pathname === '/console/';
const isCallback = (address: string) => address.startsWith(`${server.url}${CALLBACK}`);

function outcomeIn(address: string): string {
  expect(address).toMatch(new RegExp(`^${server.url}/console/\\?signIn=\\w+$`));
  return new URL(address).searchParams.get('signIn')!;
}

/** As far as the provider's answer, which is not yet told to the server. */
async function answerFor(person: Person, visitor: Visitor): Promise<string> {
  provider.visitor = person;
  return visitor.follow(`${server.url}${START}`, isCallback);
}

function whoIs(visitor: Visitor): Promise<Answer> {
  const cookie = `${SESSION}=${visitor.cookies(server.url).get(SESSION)}`;
  return callApi(`${server.url}/api/v1/session`, 'GET', undefined, { cookie });
}

async function userNamed(name: string) {
  const { users } = (await server.call('GET', '/api/v1/users')).body;
  return users.find(({ user }: { user: string }) => user === name);
}

describe('a sign-in with a provider', () => {
  it('makes the user with the roles of their groups, and a session as for passwords', async () => {
    const visitor = new Visitor();
    expect(await outcomeOf(aPerson('ada'), visitor)).toBe('done');
    const { body } = await whoIs(visitor);
    expect(body).toMatchObject({ tenant: 'default', user: 'ada@example.com', name: 'The ada' });
    expect(body.scopesByEnvironment).toEqual({ production: ['read', 'edit'] });
    expect([...visitor.cookies(server.url).keys()]).toEqual([SESSION]);
    const { entries } = (await server.call('GET', '/api/v1/audit?kind=user&target=ada@example.com')).body;
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      action: 'userCreated',
      actor: 'server',
      reason: `sign-in over ${provider.issuer}`,
    });
    expect(await userNamed('ada@example.com')).toMatchObject({ issuer: provider.issuer });
  });

  it('asks by the code flow with PKCE, and binds the flow to the browser', async () => {
    const response = await new Visitor().go(`${server.url}${START}?returnTo=https://evil.example`);
    expect(response.status).toBe(302);
    const asked = new URL(response.headers.get('location')!);
    expect(asked.origin).toBe(provider.issuer);
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: CLIENT_ID,
      redirect_uri: `${server.url}${CALLBACK}`,
      code_challenge_method: 'S256',
    });
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(asked.searchParams.get(name)).toMatch(/^[\w-]{43}$/);
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^rampwright_sign_in=\d+(\.[\w-]{43}){3}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/),
    ]);
    expect(JSON.stringify(Object.fromEntries(response.headers))).not.toContain('evil');
  });

  it('brings name and roles up to date at the next one, in sessions that are open as well, and says so once', async () => {
    const [first, second] = [new Visitor(), new Visitor()];
    expect(await outcomeOf(aPerson('bob'), first)).toBe('done');
    expect((await whoIs(first)).body.scopes).toEqual([]);
    const grown = aPerson('bob', { name: 'Bob', groups: ['owners'], email: 'robert@example.com' });
    expect(await outcomeOf(grown, second)).toBe('done');
    expect((await whoIs(first)).body.scopes).toContain('admin');
    expect(await outcomeOf(grown, second)).toBe('done');
    expect(await userNamed('bob@example.com')).toMatchObject({ displayName: 'Bob', roles: { '*': ['admin'] } });
    expect(await userNamed('robert@example.com')).toBeUndefined();
    const { entries } = (await server.call('GET', '/api/v1/audit?kind=user&target=bob@example.com')).body;
    expect(entries.map(({ action }: { action: string }) => action)).toEqual(['userChanged', 'userCreated']);
  });

  it('lets nobody in without a role, and takes the roles of who has lost theirs', async () => {
    expect(await outcomeOf(aPerson('carl', { groups: ['others', 'constructor'] }))).toBe('noRole');
    expect(await userNamed('carl@example.com')).toBeUndefined();
    const visitor = new Visitor();
    expect(await outcomeOf(aPerson('dora'), visitor)).toBe('done');
    expect(await outcomeOf(aPerson('dora', { groups: [] }))).toBe('noRole');
    expect((await whoIs(visitor)).body.scopesByEnvironment).toEqual({ production: [] });
    expect((await userNamed('dora@example.com')).roles).toEqual({});
  });

  it('keeps a disabled user out', async () => {
    expect(await outcomeOf(aPerson('eve'))).toBe('done');
    await server.call('PATCH', '/api/v1/users/eve@example.com', { isDisabled: true });
    const visitor = new Visitor();
    expect(await outcomeOf(aPerson('eve', { groups: ['owners'] }), visitor)).toBe('disabled');
    expect(visitor.cookies(server.url).size).toBe(0);
    expect(await userNamed('eve@example.com')).toMatchObject({ roles: { production: ['editor'] }, isDisabled: true });
  });

  it('takes over neither a user with a password nor one of another subject', async () => {
    await server.call('POST', '/api/v1/users', { user: 'local@example.com', roles: { '*': ['admin'] } });
    expect(await outcomeOf(aPerson('local'))).toBe('nameTaken');
    expect(await userNamed('local@example.com')).toMatchObject({ issuer: null, roles: { '*': ['admin'] } });
    expect(await outcomeOf(aPerson('fay'))).toBe('done');
    expect(await outcomeOf(aPerson('fay', { sub: 'who has the address now' }))).toBe('nameTaken');
    const unverified = aPerson('local', {
      sub: 'mallory',
      email_verified: false,
      preferred_username: 'local@example.com',
    });
    expect(await outcomeOf(unverified)).toBe('done');
    expect(await userNamed('mallory')).toMatchObject({ roles: { production: ['editor'] } });
    expect(await outcomeOf({ sub: 'no name|at all', groups: ['owners'] })).toBe('noName');
  });

  it('makes one user of a person who comes by two tabs at once', async () => {
    const visitors = Array.from({ length: 4 }, () => new Visitor());
    const answers: string[] = [];
    for (const visitor of visitors) answers.push(await answerFor(aPerson('gil'), visitor));
    const ends = await Promise.all(visitors.map((visitor, n) => visitor.follow(answers[n]!, isConsole)));
    expect(ends.map(outcomeIn)).toEqual(Array(4).fill('done'));
    const { entries } = (await server.call('GET', '/api/v1/audit?kind=user&target=gil@example.com')).body;
    expect(entries).toHaveLength(1);
  });

  it('goes on after the provider has exchanged its keys, at once', async () => {
    expect(await outcomeOf(aPerson('hal'))).toBe('done');
    provider.rotateKeys();
    expect(await outcomeOf(aPerson('hal'))).toBe('done');
  });
});

describe('an answer of the provider', () => {
  it('is refused in another browser, to another question, a second time, and when it took too long', async () => {
    const visitor = new Visitor();
    const answer = await answerFor(aPerson('ian'), visitor);
    expect(outcomeIn(await new Visitor().follow(answer, isConsole))).toBe('expired');
    const other = new Visitor();
    await other.go(`${server.url}${START}`);
    expect(outcomeIn(await other.follow(answer, isConsole))).toBe('mixedUp');
    expect(other.cookies(server.url).has(SESSION)).toBe(false);

    const cookies = visitor.cookies(server.url);
    const flow = cookies.get(FLOW)!;
    cookies.set(
      FLOW,
      flow.replace(/^\d+/, (startedAt) => `${Number(startedAt) - 11 * 60_000}`),
    );
    expect(outcomeIn(await visitor.follow(answer, isConsole))).toBe('expired');
    cookies.set(FLOW, flow);
    expect(outcomeIn(await visitor.follow(answer, isConsole))).toBe('done');
    expect(outcomeIn(await visitor.follow(answer, isConsole))).toBe('expired');
    cookies.clear();
    cookies.set(FLOW, flow);
    expect(outcomeIn(await visitor.follow(answer, isConsole))).toBe('notVerified');
    expect(cookies.has(SESSION)).toBe(false);
  });

  it('is refused without the verifier that belongs to its code', async () => {
    const visitor = new Visitor();
    const answer = await answerFor(aPerson('joe'), visitor);
    const cookies = visitor.cookies(server.url);
    cookies.set(FLOW, cookies.get(FLOW)!.replace(/[\w-]{43}$/, 'A'.repeat(43)));
    expect(outcomeIn(await visitor.follow(answer, isConsole))).toBe('notVerified');
  });

  it.each([
    ['another nonce', { nonce: 'A'.repeat(43) }],
    ['no nonce', { nonce: undefined }],
    ['another issuer', { iss: 'https://evil.example' }],
    ['another audience', { aud: 'somebody-else' }],
    ['an end that is past', { exp: 1_700_000_000 }],
    ['another subject', { sub: 'ada' }],
  ])('is refused with %s in its token', async (_what, changes) => {
    provider.tamper = (claims) => ({ ...claims, ...changes });
    const visitor = new Visitor();
    expect(await outcomeOf(aPerson('kim'), visitor)).toBe('notVerified');
    expect(visitor.cookies(server.url).size).toBe(0);
  });

  it('is believed when it is only signed anew, so that the refusals above are for what was changed', async () => {
    provider.tamper = (claims) => claims;
    expect(await outcomeOf(aPerson('leo'))).toBe('done');
  });

  it('is refused when its token is signed by somebody else', async () => {
    provider.isForged = true;
    expect(await outcomeOf(aPerson('leo'))).toBe('notVerified');
  });

  it('may be a no', async () => {
    expect(await outcomeOf(null)).toBe('denied');
  });
});

describe('without the provider', () => {
  it('the console is told that it is away, and passwords go on working', async () => {
    const visitor = new Visitor();
    const answer = await answerFor(aPerson('max'), visitor);
    provider.brokenStatus = 503;
    expect(outcomeIn(await visitor.follow(answer, isConsole))).toBe('providerAway');
    expect(await outcomeOf(null)).toBe('providerAway');
    await provider.close();
    expect(await outcomeOf(null)).toBe('providerAway');
    const { body } = await server.call('POST', '/api/v1/users', { user: 'ned', roles: { '*': ['viewer'] } });
    const credentials = { user: 'ned', password: body.password };
    expect((await callApi(`${server.url}/api/v1/session`, 'POST', credentials, {})).status).toBe(204);
  });

  it('the console still learns that there is one, and where a sign-in begins', async () => {
    expect((await callApi(`${server.url}/api/v1/sign-in`, 'GET', undefined, {})).body).toEqual({
      oidc: { name: 'Example', startUrl: `${server.url}${START}` },
    });
  });

  it('nobody has it asked again and again', async () => {
    const cookie = `${FLOW}=${Date.now()}${`.${'A'.repeat(43)}`.repeat(3)}`;
    const ask = () =>
      fetch(`${server.url}${CALLBACK}?state=${'A'.repeat(43)}&code=guess`, { redirect: 'manual', headers: { cookie } });
    const answers = await Promise.all(Array.from({ length: 200 }, ask));
    const outcomes = answers.map(({ headers }) => outcomeIn(headers.get('location')!));
    expect([...new Set(outcomes)].sort()).toEqual(['providerAway', 'tooMany']);
  });
});
