import { expect, it } from 'vitest';
import { nextCronTime } from '../../jobs/next-cron-time.ts';

const at = (text: string) => Date.parse(text);

it.each([
  ['0 3 * * *', 'UTC', '2026-11-29T02:59:59Z', '2026-11-29T03:00:00Z'],
  ['0 3 * * *', 'UTC', '2026-11-29T03:00:00Z', '2026-11-30T03:00:00Z'],
  ['*/15 * * * *', 'UTC', '2026-11-29T03:16:00Z', '2026-11-29T03:30:00Z'],
  ['*/20 30 4 * * *', 'UTC', '2026-11-29T04:30:21Z', '2026-11-29T04:30:40Z'],
  ['5/20 * * * *', 'UTC', '2026-11-29T03:26:00Z', '2026-11-29T03:45:00Z'],
  ['0 9-17/4 * * *', 'UTC', '2026-11-29T13:00:00Z', '2026-11-29T17:00:00Z'],
  // The week begins with Sunday, by either of its numbers; 29 November 2026 is one.
  ['0 0 * * 0', 'UTC', '2026-11-29T00:00:00Z', '2026-12-06T00:00:00Z'],
  ['0 0 * * 7', 'UTC', '2026-11-29T00:00:00Z', '2026-12-06T00:00:00Z'],
  ['0 0 * * 1-5', 'UTC', '2026-11-27T12:00:00Z', '2026-11-30T00:00:00Z'],
  // Both days restricted: either will do.
  ['0 0 13 * 5', 'UTC', '2026-12-01T00:00:00Z', '2026-12-04T00:00:00Z'],
  ['0 0 1 1,7 *', 'UTC', '2026-11-27T23:50:00Z', '2027-01-01T00:00:00Z'],
  ['0 0 29 2 *', 'UTC', '2026-11-29T00:00:00Z', '2028-02-29T00:00:00Z'],
  ['0 12 * * *', 'Asia/Kolkata', '2026-11-29T00:00:00Z', '2026-11-29T06:30:00Z'],
  ['0 0 1 * *', 'America/New_York', '2026-10-31T23:00:00Z', '2026-11-01T04:00:00Z'],
  // Clocks in Berlin skip from 2 to 3 on 28 March 2027, and show 2 to 3 twice on 25 October 2026.
  ['30 2 * * *', 'Europe/Berlin', '2027-03-27T12:00:00Z', '2027-03-29T00:30:00Z'],
  ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00Z'],
  ['0 5 * * *', 'Europe/Berlin', '2027-03-27T12:00:00Z', '2027-03-28T03:00:00Z'],
])('%s in %s after %s is %s', (pattern, zone, after, expected) => {
  expect(new Date(nextCronTime(pattern, zone, at(after))!).toISOString()).toBe(expected.replace('Z', '.000Z'));
});

it.each([
  '',
  '* * * *',
  '60 * * * *',
  '* 24 * * *',
  '* * 0 * *',
  '* * * 13 *',
  '* * * * 8',
  '5-3 * * * *',
  '*/0 * * * *',
])('does not understand "%s"', (pattern) => {
  expect(nextCronTime(pattern, 'UTC', 0)).toBeUndefined();
});

it('finds no 31 February, and no time in a zone that does not exist', () => {
  expect(nextCronTime('0 0 31 2 *', 'UTC', at('2026-11-29T00:00:00Z'))).toBeUndefined();
  expect(nextCronTime('0 0 * * *', 'Mars/Olympus', 0)).toBeUndefined();
});
