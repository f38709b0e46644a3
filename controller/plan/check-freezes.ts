import type { Freeze, Violation } from '../../domain/index.ts';
import { localClock } from './local-time.ts';

/** What is wrong with a calendar of freezes, beyond its form: names twice, time zones and times that do not exist. */
export function checkFreezes(calendar: readonly Freeze[]): readonly Violation[] {
  return calendar.flatMap((freeze, index) => {
    const path = `/freezes/${index}`;
    const isTwice = calendar.findIndex(({ name }) => name === freeze.name) !== index;
    return [
      ...(isTwice ? [{ path: `${path}/name`, message: `"${freeze.name}" is the name of another freeze` }] : []),
      ...checkTime(freeze, path),
    ];
  });
}

function checkTime({ from, until, weekly }: Freeze, path: string): readonly Violation[] {
  if (weekly !== undefined) {
    if (from !== undefined || until !== undefined)
      return [{ path, message: 'give "from" and "until", or "weekly", not both' }];
    return isZone(weekly.timeZone)
      ? []
      : [
          {
            path: `${path}/weekly/timeZone`,
            message: `"${weekly.timeZone}" is no time zone; write one such as Europe/Berlin`,
          },
        ];
  }
  if (from === undefined || until === undefined)
    return [{ path, message: 'give "from" and "until" (instants such as 2026-12-24T00:00:00Z), or "weekly"' }];
  const [fromMs, untilMs] = [Date.parse(from), Date.parse(until)];
  if (Number.isNaN(fromMs)) return [{ path: `${path}/from`, message: `${from} is no instant` }];
  return untilMs > fromMs ? [] : [{ path: `${path}/until`, message: `must be an instant after ${from}` }];
}

function isZone(timeZone: string): boolean {
  try {
    localClock(timeZone);
    return true;
  } catch {
    return false;
  }
}
