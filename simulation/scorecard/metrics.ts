import type { RunOutcome, ScenarioKind } from './run-outcome.ts';
import { cappedHours, delayMinutes, isFaultHandled, isMissed, runCost } from './run-verdict.ts';

/** The figures of a score card, in the order in which it shows them. */
export const METRIC_NAMES = [
  'loss',
  'falseRollbacks',
  'misses',
  'harm',
  'segmentHarm',
  'hoursTo95',
  'delayMedian',
  'delayP90',
  'steps',
  'reversals',
  'faultsHandled',
] as const;

/** The name of a figure. */
export type MetricName = (typeof METRIC_NAMES)[number];

/** How the runs of a part are summed up; a share's runs are 0 or 1, and its interval is exact. */
export type Summary = 'mean' | 'share' | 'median' | 'p90';

/** Runs of some kinds, and what is taken from each of them; null leaves a run out. */
export interface MetricPart {
  readonly kinds: readonly ScenarioKind[];
  readonly weight: number;
  readonly take: (run: RunOutcome) => number | null;
}

/** One figure of a policy: the weighted sum of what its parts come to. */
export interface Metric {
  readonly summary: Summary;
  readonly parts: readonly MetricPart[];
}

/** Weights of harmful and benign scenarios in the composite loss, learning.md §16.4. */
const WEIGHTS = { harmful: 0.25, benign: 0.75 } as const;

/** How each figure is made from runs. */
export const METRICS: Readonly<Record<MetricName, Metric>> = {
  loss: { summary: 'mean', parts: byKind(runCost) },
  falseRollbacks: share('benign', ({ end }) => end === 'rolledBack'),
  misses: share('harmful', isMissed),
  harm: one('mean', ['harmful'], ({ harm }) => harm),
  segmentHarm: one('mean', ['harmful'], ({ segmentHarm }) => segmentHarm),
  hoursTo95: one('median', ['benign'], cappedHours),
  delayMedian: one('median', ['harmful'], delayMinutes),
  delayP90: one('p90', ['harmful'], delayMinutes),
  steps: one('mean', ['harmful', 'benign'], ({ steps }) => steps),
  reversals: one('mean', ['harmful', 'benign'], ({ reversals }) => reversals),
  faultsHandled: share('dataFault', isFaultHandled),
};

/** The metric on the runs of one kind of scenario; undefined where it says nothing about them. */
export function metricOfKind({ summary, parts }: Metric, kind: ScenarioKind): Metric | undefined {
  const part = parts.find(({ kinds }) => kinds.includes(kind));
  return part && { summary, parts: [{ ...part, weight: 1 }] };
}

function byKind(take: MetricPart['take']): readonly MetricPart[] {
  return (['harmful', 'benign'] as const).map((kind) => ({ kinds: [kind], weight: WEIGHTS[kind], take }));
}

function one(summary: Summary, kinds: readonly ScenarioKind[], take: MetricPart['take']): Metric {
  return { summary, parts: [{ kinds, weight: 1, take }] };
}

function share(kind: ScenarioKind, isHit: (run: RunOutcome) => boolean | null): Metric {
  return one('share', [kind], (run) => {
    const hit = isHit(run);
    return hit === null ? null : Number(hit);
  });
}
