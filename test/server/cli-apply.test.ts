import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aFlag } from './builders.ts';
import { runCli } from './cli-process.ts';
import { PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

const FLAGS = `type: flag
flag: checkout
state: ENABLED
variants: { express: true, usual: false }
defaultVariant: usual
targeting: { if: [{ $ref: staff }, express] }
---
type: rules
rules:
  staff: { ends_with: [{ var: email }, "@example.com"] }
`;
const ROLLOUT = `type: rollout
rollout: express
flag: checkout
control: usual
treatments: [{ variant: express }]
start: true
`;

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await startTestServer();
  folder = await mkdtemp(join(tmpdir(), 'rampwright-apply-'));
  await writeFile(join(folder, 'flags.yaml'), FLAGS);
  await writeFile(join(folder, 'rollout.yml'), ROLLOUT);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const apply = (...args: readonly string[]) =>
  runCli(['apply', folder, ...args], { env: { RAMPWRIGHT_URL: server.url, RAMPWRIGHT_KEY: server.adminKey } });

it('apply shows what would change, does it, and then finds nothing left to do', async () => {
  const dry = await apply('--dry-run');
  expect(dry).toEqual({
    code: 0,
    out: 'To do in production: 4; unchanged: 0.\n  + create rule "staff"\n  + create flag "checkout"\n  + create rollout "express"\n  > start rollout "express"\n',
    error: '',
  });
  expect((await server.call('GET', `${PRODUCTION}/flags/checkout`)).status).toBe(404);
  expect(await apply()).toMatchObject({ code: 0, out: expect.stringMatching(/Done: 4 of 4\.\n$/), error: '' });
  const { body } = await server.call('GET', `${PRODUCTION}/rollouts/express`);
  expect(body).toMatchObject({ state: { phase: 'running', coverage: 1_000 } });
  expect(await apply('--check')).toMatchObject({ code: 0, out: 'production is what the files say: 3 unchanged.\n' });
});

it('apply finds what somebody has changed on the server, and puts it right', async () => {
  const { body } = await server.call('GET', `${PRODUCTION}/flags/checkout`);
  const { definition } = body as { readonly definition: object };
  await server.call('PUT', `${PRODUCTION}/flags/checkout`, { ...definition, state: 'DISABLED' });
  await server.call('PUT', `${PRODUCTION}/flags/by-hand`, aFlag());
  const found = await apply('--check');
  expect(found).toMatchObject({ code: 1, error: 'error: production is not what the files say.\n' });
  expect(found.out).toBe(
    'To do in production: 1; unchanged: 2.\n  ~ change flag "checkout"\n      /state: "DISABLED" → "ENABLED"\nOn the server and in no file, left alone: flag "by-hand".\n',
  );
  expect(JSON.parse((await apply('--json')).out)).toMatchObject({ applied: true, unmanaged: ['flag "by-hand"'] });
  expect((await apply('--check')).code).toBe(0);
});

it('apply changes nothing where anything is wrong, and says where', async () => {
  await writeFile(join(folder, 'rollout.yml'), `${ROLLOUT}bakeMs: 60000\n`);
  expect(await apply()).toEqual({
    code: 1,
    out: '',
    error: expect.stringMatching(
      /^error: Nothing was changed:\n {2}\S*rollout\.yml:1: rollout "express": it is running, /,
    ),
  });
  await writeFile(join(folder, 'rollout.yml'), `${ROLLOUT}bakeMs: soon\n`);
  expect(await apply()).toEqual({
    code: 2,
    out: '',
    error: expect.stringMatching(/rollout\.yml:7: rollout \/bakeMs: must be integer\n$/),
  });
  const missing = await runCli(['apply', join(folder, 'nowhere')]);
  expect(missing).toMatchObject({ code: 2, error: expect.stringContaining('nowhere cannot be read') });
});
