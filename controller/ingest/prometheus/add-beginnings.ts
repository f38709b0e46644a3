import { type CounterSample, type CounterSeries, labelOf } from './counter-series.ts';

/** Labels by which Prometheus names what it scraped; series without them count as of one target. */
const TARGET_LABELS = ['job', 'instance'];

/** Series by the selector that was asked for. */
export type Answers = ReadonlyMap<string, readonly CounterSeries[]>;

/**
 * The same series, where each that appeared in plain sight begins at 0: at the last time its target was looked at before.
 *
 * Libraries make a counter with its first event, so that event has to count. Of a target that was never seen before,
 * nobody knows how long it has been counting: its first samples stay what they are, a mark from which to count.
 */
export function addBeginnings(answers: Answers): Answers {
  const looks = looksByTarget(answers);
  const begun = (series: CounterSeries): CounterSeries => {
    const beginning = beginningOf(series, looks.get(targetOf(series))!);
    return beginning === undefined ? series : { ...series, samples: [beginning, ...series.samples] };
  };
  return new Map([...answers].map(([selector, series]) => [selector, series.map(begun)]));
}

/** Times at which any series of a target was looked at, oldest first. */
function looksByTarget(answers: Answers): ReadonlyMap<string, readonly number[]> {
  const looks = new Map<string, Set<number>>();
  for (const series of [...answers.values()].flat()) {
    const target = targetOf(series);
    const times = looks.get(target) ?? new Set<number>();
    looks.set(target, times);
    for (const { atMs } of series.samples) times.add(atMs);
  }
  return new Map([...looks].map(([target, times]) => [target, [...times].sort((a, b) => a - b)]));
}

function beginningOf({ samples: [first] }: CounterSeries, looks: readonly number[]): CounterSample | undefined {
  const atMs = first && looks.findLast((look) => look < first.atMs);
  return atMs === undefined ? undefined : { atMs, value: 0 };
}

function targetOf(series: CounterSeries): string {
  return JSON.stringify(TARGET_LABELS.map((label) => labelOf(series, label) ?? ''));
}
