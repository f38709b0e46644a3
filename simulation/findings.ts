import type { Experiment } from './experiment.ts';
import type { Alarms } from './run-rollout.ts';
import { type ShareInterval, shareInterval } from './share-interval.ts';

/** How often one alarm rang in the runs of one cell. */
export interface Finding extends ShareInterval {
  readonly cell: string;
  readonly alarm: string;
  readonly hits: number;
  readonly runs: number;
  /** Of the runs in which it rang; null where it never did. */
  readonly medianMinute: number | null;
  /** `refuted` when the whole interval is on the wrong side of what was promised. */
  readonly verdict: 'kept' | 'refuted' | 'not promised';
}

/** Sums up the runs of one cell, alarm by alarm in the order of their names in the runs. */
export function findingsOf(
  { promise }: Pick<Experiment, 'promise'>,
  cell: string,
  runs: readonly Alarms[],
): readonly Finding[] {
  const alarms = [...new Set(runs.flatMap(Object.keys))];
  return alarms.map((alarm) => {
    const minutes = runs.flatMap((run) => run[alarm] ?? []).sort((a, b) => a - b);
    const interval = shareInterval(minutes.length, runs.length);
    const { atMost = 1, atLeast = 0 } = promise(cell, alarm) ?? {};
    const isRefuted = interval.lower > atMost || interval.upper < atLeast;
    const isPromised = atMost < 1 || atLeast > 0;
    return {
      ...interval,
      cell,
      alarm,
      hits: minutes.length,
      runs: runs.length,
      medianMinute: minutes[Math.floor((minutes.length - 1) / 2)] ?? null,
      verdict: isRefuted ? 'refuted' : isPromised ? 'kept' : 'not promised',
    };
  });
}
