import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answers, type CounterSeries, readWindows } from '../../../controller/index.ts';
import type { Rollout } from '../../../domain/index.ts';
import { type Ask, readCounters } from '../../../server/sources/read-counters.ts';
import { aCountedRollout, aSeries, ERRORS } from '../../controller/ingest/prometheus/builders.ts';
import { storedCounters } from './stored-counters.ts';

const WINDOW_MS = 10_000;
const MINUTE_MS = 60_000;

/** What "on" showed in the windows from `fromMs`, asked for `atOnce` at a time. */
async function countThrough(
  ask: Ask,
  rollout: Rollout,
  { fromMs, throughMs, atOnce }: Readonly<Record<string, number>>,
) {
  const reports = [];
  for (let startMs = fromMs!; startMs < throughMs!; startMs += atOnce! * WINDOW_MS) {
    const starts = Array.from({ length: atOnce! }, (_, index) => startMs + index * WINDOW_MS).filter(
      (start) => start < throughMs!,
    );
    const question = {
      startMs,
      endMs: starts.at(-1)! + WINDOW_MS,
      coverageSinceMs: rollout.state.coverageSinceMs,
    };
    const answers: Answers = new Map([
      ['all_total', await readCounters(ask, { selector: 'all_total', ...question })],
      ['bad_total', await readCounters(ask, { selector: 'bad_total', ...question })],
    ]);
    reports.push(...readWindows(rollout, answers, starts).windows.map(({ report }) => report));
  }
  return reports;
}

function sumOf(reports: Awaited<ReturnType<typeof countThrough>>, variant: string) {
  let exposures = 0;
  let events = 0;
  for (const row of reports.flatMap((report) => report?.rows ?? [])) {
    const window = row.metrics['errors'];
    if (row.variant !== variant || window?.kind !== 'rate') continue;
    exposures += window.exposures;
    events += window.events;
  }
  return { exposures, events };
}

describe('counters that were out of sight', () => {
  const rollout = aCountedRollout([ERRORS]);
  const count = (coverageSinceMs: number, ...series: readonly CounterSeries[]) =>
    countThrough(
      storedCounters({ all_total: series }),
      { ...rollout, state: { ...rollout.state, coverageSinceMs } },
      { fromMs: 3_000_000, throughMs: 3_060_000, atOnce: 3 },
    ).then((reports) => sumOf(reports, 'on').exposures);
  const on = (...samples: readonly (readonly [number, number])[]) => aSeries({ variant: 'on' }, ...samples);

  it('for longer than samples are looked back for count what they grew meanwhile', async () => {
    expect(await count(1_000_000, on([2_000, 70], [3_005, 100], [3_015, 101]))).toBe(31);
  });

  it('since before the last change of coverage count from when they are back', async () => {
    expect(await count(2_500_000, on([2_000, 70], [3_005, 100], [3_015, 101]))).toBe(1);
    expect(await count(2_900_000, on([2_000, 70], [3_005, 100], [3_015, 101]))).toBe(1);
  });

  it('and come back with other labels after a restart count in full', async () => {
    const restarted = aSeries({ variant: 'on', version: '2' }, [3_005, 5], [3_015, 6]);
    expect(await count(1_000_000, on([2_000, 70]), restarted)).toBe(6);
  });
});

/** What one process did between two instants. */
const stepArbitrary = fc.record({
  lastsMs: fc.integer({ min: 1, max: 12_000 }),
  good: fc.nat({ max: 50 }),
  bad: fc.nat({ max: 5 }),
  what: fc.oneof({ arbitrary: fc.constant('scrape'), weight: 12 }, fc.constantFrom('restart', 'outage', 'longOutage')),
});

/** A process that is scraped now and then, and what a scrape has seen of it: told apart from how it is counted later. */
function live(instance: string, steps: readonly (typeof stepArbitrary extends fc.Arbitrary<infer T> ? T : never)[]) {
  const samples: Record<'all' | 'bad', [number, number][]> = { all: [], bad: [] };
  const seen = { exposures: 0, events: 0 };
  const now = { atMs: 0, all: 0, bad: 0 };
  let pending = { all: 0, bad: 0 };
  let lastScraped = { all: 0, bad: 0 };
  let wasScraped = false;
  let hasRestarted = false;
  for (const { lastsMs, good, bad, what } of steps) {
    now.atMs += what === 'outage' ? lastsMs * 10 : what === 'longOutage' ? lastsMs * 100 : lastsMs;
    now.all += good + bad;
    now.bad += bad;
    pending = { all: pending.all + good + bad, bad: pending.bad + bad };
    if (what === 'restart') {
      [now.all, now.bad, hasRestarted] = [0, 0, true];
      pending = { all: 0, bad: 0 };
    }
    // A reset shows only in a counter that has fallen; one that has already grown past its old self hides it.
    const isHidden =
      hasRestarted && (now.all >= lastScraped.all || (now.bad >= lastScraped.bad && lastScraped.bad > 0));
    if (what !== 'scrape' || isHidden) continue;
    samples.all.push([now.atMs, now.all]);
    if (now.bad > 0 || samples.bad.length > 0) samples.bad.push([now.atMs, now.bad]);
    if (wasScraped) {
      seen.exposures += pending.all;
      seen.events += pending.bad;
    }
    [wasScraped, hasRestarted] = [true, false];
    lastScraped = { all: now.all, bad: now.bad };
    pending = { all: 0, bad: 0 };
  }
  const labels = { job: 'shop', variant: 'on', instance };
  const series = (pairs: readonly [number, number][]) => ({
    labels,
    samples: pairs.map(([atMs, value]) => ({ atMs, value })),
  });
  return { all: series(samples.all), bad: series(samples.bad), seen, endMs: now.atMs };
}

describe('random histories of processes with resets, irregular scrapes and outages', () => {
  const historyArbitrary = fc.array(fc.array(stepArbitrary, { minLength: 1, maxLength: 120 }), {
    minLength: 1,
    maxLength: 4,
  });

  it('add up to exactly what the scrapes saw, and the reports do not depend on how they are asked for', async () => {
    const rollout = aCountedRollout([ERRORS]);
    await fc.assert(
      fc.asyncProperty(historyArbitrary, fc.integer({ min: 2, max: 30 }), async (histories, atOnce) => {
        const lives = histories.map((steps, index) => live(`p${index}`, steps));
        const ask = storedCounters({
          all_total: lives.map(({ all }) => all),
          bad_total: lives.map(({ bad }) => bad).filter(({ samples }) => samples.length > 0),
        });
        const throughMs = Math.max(...lives.map(({ endMs }) => endMs)) + WINDOW_MS;
        fc.pre(throughMs < 23 * 60 * MINUTE_MS);
        const reports = await countThrough(ask, rollout, { fromMs: 0, throughMs, atOnce });
        expect(sumOf(reports, 'on')).toEqual({
          exposures: lives.reduce((sum, { seen }) => sum + seen.exposures, 0),
          events: lives.reduce((sum, { seen }) => sum + seen.events, 0),
        });
        const oneByOne = await countThrough(ask, rollout, { fromMs: 0, throughMs, atOnce: 1 });
        expect(oneByOne).toEqual(reports);
      }),
      { seed: 20261124, numRuns: 150 },
    );
  });
});
