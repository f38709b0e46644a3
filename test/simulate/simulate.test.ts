import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readScenarios, type SimulateOptions, simulate } from '../../simulate/index.ts';
import { sweepsOf } from '../../simulate/policies-by-name.ts';
import { writeSeries } from './series-folder.ts';

describe('a simulation', () => {
  let folder: string;
  const told: string[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'simulate-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const run = (out: string, change: Partial<SimulateOptions> = {}) => {
    told.length = 0;
    return simulate({
      scenarios: 'H1',
      seeds: '1..2',
      policies: 'flagger/shipped,guardrails,oracle',
      workers: 1,
      out: join(folder, out),
      isPareto: false,
      date: '2026-01-31',
      tell: (line) => told.push(line),
      ...change,
    });
  };
  const cardIn = (out: string) => readFile(join(folder, out, 'scorecard.json'), 'utf8');

  it('makes the same score card with one worker and with two, and when it goes on where it was cut off', async () => {
    await run('one');
    await run('two', { workers: 2 });
    await run('cut', { seeds: '2..2' });
    await appendFile(join(folder, 'cut/outcomes.jsonl'), '[{"scenario":"H1","se');
    await run('cut');
    expect(told.at(-1)).toMatch(/^1 of 1 worlds?, /);
    expect(await cardIn('two')).toBe(await cardIn('one'));
    expect(await cardIn('cut')).toBe(await cardIn('one'));
    await expect(run('one', { policies: 'oracle' })).rejects.toThrow('outcomes of other scenarios, policies or traces');
  });

  it('follows real series, says which, and does not mix them with synthetic ones', async () => {
    const traces = join(folder, 'series');
    await writeSeries(traces);
    const change = { seeds: '1..1', policies: 'big-bang/shipped,flagger/shipped' };
    const { text } = await run('real', { ...change, traces });
    expect(text).toContain('real series: load mongo-01; errors app2-09; latency outbound-03, outbound-07');
    await expect(run('real', change)).rejects.toThrow('outcomes of other scenarios, policies or traces');
  });

  it('plays every rule at other speeds when harm is compared against hours', async () => {
    const { text } = await run('pareto', { seeds: '1..1', policies: 'flagger/shipped', isPareto: true });
    expect(text).toContain('Harm against hours to 95 %');
    const { fronts } = JSON.parse(await cardIn('pareto')) as {
      fronts: readonly { sweep: string; settings: readonly { policy: string }[] }[];
    };
    expect(fronts.map(({ sweep, settings }) => [sweep, settings.length])).toEqual([['flagger', 5]]);
    expect(sweepsOf(['guardrails/tuned', 'guardrails+model/hold']).map(({ name }) => name)).toEqual([
      'guardrails',
      'guardrails+model',
    ]);
  });

  it('plays the unseen set by its name, which no training, calibration or tuning ever reads', async () => {
    const { text } = await run('unseen', { seeds: '1..1', policies: 'big-bang/shipped', scenarios: 'unseen' });
    expect(text).toContain('14 scenario(s), seeds 1..1');
    const [unseen, seen] = ['unseen', undefined].map((place) => readScenarios(place).map(({ name }) => name));
    expect(seen).toHaveLength(24);
    expect(unseen!.filter((name) => seen!.includes(name))).toEqual([]);
  });

  it.each([
    [{ policies: 'flager' }, /no such policy: flager; there are: .*flagger\/shipped/],
    [{ seeds: '5' }, /--seeds 5: write a range such as 1\.\.20/],
    [{ seeds: '20..1' }, /write a range such as 1\.\.20/],
    [{ seeds: '1..999999999' }, /at most 100000 seeds/],
    [{ scenarios: 'H99' }, /no file, folder or public scenario H99; the public ones are B1, B2, .*H11/],
    [{ traces: 'nowhere' }, /--traces nowhere cannot be read/],
  ])('says what to do about %j', async (change, message) => {
    await expect(run('bad', change)).rejects.toThrow(message);
  });

  it('tells every mistake of a scenario by its place, and refuses two of one name', async () => {
    const scenarios = join(folder, 'broken.json');
    const broken = { name: 'X', title: 'broken', kind: 'harmful', effects: [{ metric: 'errors' }] };
    await writeFile(scenarios, JSON.stringify(broken));
    await expect(run('bad', { scenarios })).rejects.toThrow(/broken\.json is no scenario: .*\n {2}\/effects\/0: write/);
    await writeFile(scenarios, '{');
    await expect(run('bad', { scenarios })).rejects.toThrow(/broken\.json is no scenario: .*JSON/);
  });
});
