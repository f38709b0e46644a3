import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const DEMO = fileURLToPath(new URL('../../dist/demo/main.js', import.meta.url));
const run = promisify(execFile);

it('the demo takes the broken change back and brings the sound one to everybody', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rampwright-demo-test-'));
  const file = join(directory, 'summary.json');
  const { stdout } = await run(process.execPath, [DEMO, '--json', file]).catch(({ stdout, stderr }) => {
    throw new Error(`The demo did not end as it should:\n${stdout}\n${stderr}`);
  });
  const summary = JSON.parse(await readFile(file, 'utf8'));
  expect(summary).toMatchObject({ scenario: 'mixed', isAsExpected: true, unanswered: 0 });
  const [broken, sound] = summary.rollouts;
  expect(broken).toMatchObject({ rollout: 'express-checkout', phase: 'rolledBack' });
  expect(sound).toMatchObject({ rollout: 'semantic-search', phase: 'completed' });
  expect(broken.treatmentRequests / broken.requests).toBeLessThan(0.25);
  expect(stdout).toMatch(/express-checkout +ROLLBACK +\S+/);
  expect(stdout).toMatch(/semantic-search +COMPLETE/);
  await rm(directory, { recursive: true, force: true });
}, 660_000);

it('the demo explains its options when it does not know one', async () => {
  await expect(run(process.execPath, [DEMO, '--scenario', 'nonsense'])).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining('mixed|healthy'),
  });
});
