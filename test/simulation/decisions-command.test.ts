import { spawnSync } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scenario = join(root, 'simulation/scenarios/H1.json');

describe('the command of the decision benchmark', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'decisions-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const run = (out: string, options: readonly string[]) => {
    const command = ['--import', 'tsx', 'bench/decisions.ts', '--scenarios', scenario, '--out', join(folder, out)];
    const { status, stdout, stderr } = spawnSync(process.execPath, [...command, ...options], {
      cwd: root,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };
  const cardIn = (out: string) => readFile(join(folder, out, 'scorecard.json'), 'utf8');
  const POLICIES = ['--policies', 'flagger/shipped,guardrails,oracle'];

  it('makes the same score card with one worker and with two, and when it goes on where it was cut off', async () => {
    const options = ['--seeds', '1..3', ...POLICIES];
    expect(run('one', [...options, '--workers', '1'])).toMatchObject({ status: 0 });
    expect(run('two', [...options, '--workers', '2'])).toMatchObject({ status: 0 });
    expect(run('cut', ['--seeds', '2..2', ...POLICIES])).toMatchObject({ status: 0 });
    await appendFile(join(folder, 'cut/outcomes.jsonl'), '[{"scenario":"H1","se');
    expect(run('cut', options)).toMatchObject({ status: 0 });
    expect(await cardIn('two')).toBe(await cardIn('one'));
    expect(await cardIn('cut')).toBe(await cardIn('one'));
  });

  it('refuses to mix outcomes of other policies, and names those that there are', () => {
    expect(run('one', ['--policies', 'guardrails']).stderr).toMatch(/holds outcomes of other scenarios or policies/);
    expect(run('x', ['--policies', 'flager']).stderr).toMatch(/no such policy: flager; there are: .*flagger\/shipped/);
    expect(run('x', ['--seeds', '5']).stderr).toMatch(/--seeds 5: write a range such as 1\.\.20/);
  });
});
