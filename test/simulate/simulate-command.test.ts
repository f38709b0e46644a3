import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../server/cli-process.ts';

describe('rampwright simulate', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'simulate-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('plays, tells how far it is, prints the score card and says where it is', async () => {
    const options = ['--scenarios', 'H1', '--seeds', '1..1', '--policies', 'flagger/shipped,oracle', '--timing'];
    const { code, out, error } = await runCli(['simulate', ...options, '--out', folder]);
    expect(error).toMatch(/1 of 1 worlds, [\d.]+ a second, 0 s left\n +[\d.]+ ms a run {2}/);
    expect(code).toBe(0);
    expect(out).toContain(await readFile(join(folder, 'scorecard.txt'), 'utf8'));
    expect(out).toContain(`written to ${folder}`);
  });

  it('ends with 2 and what to do when it is used wrongly', async () => {
    const { code, out, error } = await runCli(['simulate', '--policies', 'flager', '--out', folder]);
    expect(error).toMatch(/^error: no such policy: flager; there are: ours, peers, .*flagger\/tuned/);
    expect([code, out]).toEqual([2, '']);
  });
});
