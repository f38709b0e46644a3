import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFreezes, freezesAt } from '../../controller/index.ts';
import type { Freeze, WeeklyTime } from '../../domain/index.ts';

const HOUR_MS = 3_600_000;
const rollout = { rollout: 'r', flag: 'f' };
const at = (text: string) => Date.parse(text);
const once: Freeze = { name: 'once', reason: 'x', from: '2026-12-24T00:00:00Z', until: '2026-12-27T00:00:00Z' };
const weekly = (time: Partial<WeeklyTime>): Freeze => ({
  name: 'weekly',
  reason: 'x',
  weekly: { days: ['friday'], from: '16:00', to: '08:00', timeZone: 'Europe/Berlin', ...time },
});
const endAt = (freeze: Freeze, text: string) => {
  const [found] = freezesAt([freeze], rollout, at(text));
  return found === undefined ? null : new Date(found.untilMs).toISOString();
};

describe('a freeze', () => {
  it('between two instants holds from the first to before the second', () => {
    expect(endAt(once, '2026-12-23T23:59:59.999Z')).toBeNull();
    expect(endAt(once, '2026-12-24T00:00:00Z')).toBe('2026-12-27T00:00:00.000Z');
    expect(endAt(once, '2026-12-27T00:00:00Z')).toBeNull();
  });

  it('is for all rollouts, or for those whose name or flag it lists', () => {
    const holds = (scope: Partial<Freeze>) => freezesAt([{ ...once, ...scope }], rollout, at(once.from!)).length === 1;
    expect(holds({})).toBe(true);
    expect(holds({ flags: ['f'] })).toBe(true);
    expect(holds({ rollouts: ['r'] })).toBe(true);
    expect(holds({ flags: ['other'], rollouts: ['r'] })).toBe(true);
    expect(holds({ flags: ['r'], rollouts: ['f'] })).toBe(false);
    expect(holds({ rollouts: [] })).toBe(false);
  });

  it.each([
    ['before it', weekly({}), '2026-07-03T13:59:59Z', null],
    ['at its beginning, by summer time', weekly({}), '2026-07-03T14:00:00Z', '2026-07-04T06:00:00.000Z'],
    ['on the next morning', weekly({}), '2026-07-04T05:59:59Z', '2026-07-04T06:00:00.000Z'],
    ['at its end', weekly({}), '2026-07-04T06:00:00Z', null],
    ['by winter time', weekly({}), '2026-12-04T15:00:00Z', '2026-12-05T07:00:00.000Z'],
    ['through midnight', weekly({ to: '24:00' }), '2026-07-03T21:59:59Z', '2026-07-03T22:00:00.000Z'],
    [
      'on the other side of the date line',
      weekly({ timeZone: 'Pacific/Kiritimati' }),
      '2026-07-03T02:00:00Z',
      '2026-07-03T18:00:00.000Z',
    ],
    [
      'from a time that clocks skip',
      weekly({ days: ['sunday'], from: '02:30', to: '04:00' }),
      '2026-03-29T01:00:00Z',
      '2026-03-29T02:00:00.000Z',
    ],
    [
      'not before clocks skip it',
      weekly({ days: ['sunday'], from: '02:30', to: '04:00' }),
      '2026-03-29T00:59:59Z',
      null,
    ],
    [
      'to a time that clocks skip',
      weekly({ days: ['sunday'], from: '01:00', to: '02:30' }),
      '2026-03-29T00:59:59Z',
      '2026-03-29T01:00:00.000Z',
    ],
    [
      'over an hour that comes twice',
      weekly({ days: ['sunday'], from: '01:30', to: '02:30' }),
      '2026-10-25T00:45:00Z',
      '2026-10-25T01:30:00.000Z',
    ],
    [
      'where clocks move by half an hour',
      weekly({ days: ['sunday'], from: '01:45', to: '03:00', timeZone: 'Australia/Lord_Howe' }),
      '2026-04-04T14:50:00Z',
      '2026-04-04T16:30:00.000Z',
    ],
  ])('every week holds by local clocks: %s', (_, freeze, now, end) => {
    expect(endAt(freeze, now)).toBe(end);
  });

  it.each([
    ['Europe/Berlin', '2026-03-29T01:00:00Z', -1],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', 1],
    ['America/New_York', '2026-03-08T07:00:00Z', -1],
    ['America/New_York', '2026-11-01T06:00:00Z', 1],
  ])(
    'around a change of clocks in %s at %s is one piece, an hour longer or shorter if it spans it',
    (timeZone, change, hours) => {
      const changeMs = at(change);
      const shownBefore = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' });
      const hourOf = (atMs: number) => Number(shownBefore.format(atMs));
      const minutes = fc.integer({ min: 0, max: 1439 });
      const text = (minute: number) =>
        `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
      fc.assert(
        fc.property(minutes, minutes, (from, to) => {
          const freeze = weekly({ days: ['sunday'], from: text(from), to: text(to), timeZone });
          const ends: number[] = [];
          let heldMs = 0;
          const STEP_MS = 900_000;
          for (let now = changeMs - 30 * HOUR_MS; now < changeMs + 54 * HOUR_MS; now += STEP_MS) {
            const [found] = freezesAt([freeze], rollout, now);
            if (found === undefined) continue;
            heldMs += STEP_MS;
            if (!ends.includes(found.untilMs)) ends.push(found.untilMs);
          }
          const plannedMs = ((to > from ? to - from : to - from + 1440) % 1441) * 60_000;
          expect(ends.length).toBeLessThanOrEqual(1);
          const extraMs = heldMs - plannedMs;
          const bound = hours > 0 ? [0, HOUR_MS] : [-HOUR_MS, 0];
          expect(extraMs).toBeGreaterThanOrEqual(bound[0]! - STEP_MS);
          expect(extraMs).toBeLessThanOrEqual(bound[1]! + STEP_MS);
          // Far from the change nothing is different.
          const changeHour = hourOf(changeMs);
          if (from > (changeHour + 2) * 60) expect(Math.abs(extraMs)).toBeLessThanOrEqual(STEP_MS);
        }),
        { seed: 20261130, numRuns: 12 },
      );
    },
  );

  it('needs times and a zone that exist, and a name of its own', () => {
    expect(checkFreezes([once, weekly({})])).toEqual([]);
    const wrong = [
      once,
      { ...once, until: once.from! },
      { name: 'a', reason: 'x' },
      { ...weekly({ timeZone: 'Mars/Base' }), name: 'b' },
      { ...weekly({}), name: 'c', from: once.from! },
    ];
    expect(checkFreezes(wrong).map(({ path }) => path)).toEqual([
      '/freezes/1/name',
      '/freezes/1/until',
      '/freezes/2',
      '/freezes/3/weekly/timeZone',
      '/freezes/4',
    ]);
  });
});
