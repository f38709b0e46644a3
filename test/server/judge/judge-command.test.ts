import { describe, expect, it } from 'vitest';
import { windowsOf } from '../../controller/judge/builders.ts';
import { runCli } from '../cli-process.ts';
import { argoBody, DOCUMENTED_REPORT, DOCUMENTED_WINDOWS } from './documented.ts';

const judge = (input: unknown, ...options: readonly string[]) =>
  runCli(['judge', '-', ...options], { input: typeof input === 'string' ? input : JSON.stringify(input) });

const HEALTHY = { control: 'stable', windows: windowsOf({ windows: 40, stable: 0.01, canary: 0.01 }) };
const EARLY = { control: 'stable', windows: HEALTHY.windows.slice(0, 2) };

describe('rampwright judge', () => {
  it('prints for the documented windows what is documented', async () => {
    expect(await judge(DOCUMENTED_WINDOWS)).toEqual({
      code: 1,
      out: DOCUMENTED_REPORT,
      error: 'error: The verdict is fail.\n',
    });
  });

  it('ends with a code for each verdict', async () => {
    expect((await judge(HEALTHY)).code).toBe(0);
    const early = await judge(EARLY);
    expect(early).toMatchObject({ code: 3, error: 'error: The verdict is inconclusive.\n' });
    expect(early.out).toMatch(/^INCONCLUSIVE from 2 window\(s\).*\n {2}notYetNonInferior: .* \(until: about/);
    expect((await judge(EARLY, '--fail-on', 'fail')).code).toBe(0);
    expect((await judge(EARLY, '--fail-on', 'inconclusive')).code).toBe(1);
  });

  it('prints the judgement as JSON', async () => {
    const { out, code } = await judge(HEALTHY, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ summary: { verdict: 'pass' }, windows: { count: 40 }, reasons: [] });
  });

  it('says what is wrong with a file, and where', async () => {
    expect(await judge('{')).toMatchObject({ code: 2, error: expect.stringContaining('is not JSON') });
    expect(await judge({ ...EARLY, alpha: 2 })).toMatchObject({
      code: 2,
      error: expect.stringContaining('  /alpha: '),
    });
    const twice = await judge({ ...EARLY, windows: [...EARLY.windows, EARLY.windows[0]] });
    expect(twice).toMatchObject({ code: 2, error: expect.stringContaining('/windows/2: [0, 60000) repeats window 0') });
    const pulled = await judge(argoBody({ 'stable-hash': 'a', 'latest-hash': 'b' }));
    expect(pulled).toMatchObject({ code: 2, error: expect.stringContaining('which only a server does') });
  });
});
