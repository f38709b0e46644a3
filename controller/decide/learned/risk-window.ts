import { type MetricDefinition, type RolloutDefinition, SHARE_TOTAL } from '../../../domain/index.ts';
import {
  addSums,
  type BusinessSides,
  mergeSketches,
  NO_VALUES,
  type RateSides,
  type RiskStratum,
  type ValueSides,
} from '../../../models/index.ts';
import type { WindowReading } from '../closed-window.ts';
import { type GuardrailWindow, representative } from '../guardrail-evidence.ts';
import { countsOf, valueSumsOf } from '../guardrail-monitors.ts';
import { ownEntry, type Sides } from '../read-window.ts';

/** What the risk model's strata take from one closed window of one treatment. */
export interface RiskWindow {
  readonly startMs: number;
  readonly coverage: number;
  /** Units of all variants. */
  readonly units: number;
  /** The window as a stratum of its own; what is known of its minute only is not in it yet. */
  readonly counted: RiskCounts;
}

/** The part of a stratum that adds up over its windows, or is the same in all of them. */
export type RiskCounts = Omit<RiskStratum, 'minutesAtCoverage' | 'minutesSinceStart' | 'windows'>;

/** One window as the risk model sees it, by the groups of the plan: the same counts that the guardrails take. */
export function riskWindowOf(
  definition: RolloutDefinition,
  treatment: string,
  { window, isBurnIn, intended, guardrailWindow }: WindowReading,
): RiskWindow {
  const part = (name: string | null | undefined) => {
    const metric = definition.metrics.find((candidate) => candidate.metric === name);
    return metric && { metric, ...guardrailWindow(treatment, metric) };
  };
  const [errors, slow, business] = [
    part(definition.riskGroups?.errors),
    part(definition.riskGroups?.slow),
    part(definition.riskGroups?.business),
  ];
  const share = intended.treatments[definition.treatments.findIndex(({ variant }) => variant === treatment)]!;
  const newUnits = (variant: string) => ownEntry(window.variants, variant)?.newUnits ?? 0;
  const both = share + intended.control;
  return {
    startMs: window.startMs,
    coverage: window.coverage,
    units: Object.values(window.variants).reduce((sum, { units }) => sum + units, 0),
    counted: {
      errors: errors === undefined ? NO_RATE : rateOf(errors),
      ...(slow === undefined ? {} : { slow: rateOf(slow) }),
      ...(business === undefined ? {} : { business: businessOf(business) }),
      ...(errors === undefined || definition.segments.length === 0 ? {} : { segments: segmentsOf(errors) }),
      ...(slow?.metric.kind === 'duration' ? { durations: durationsOf(slow) } : {}),
      ...(share === 0 || intended.control === 0
        ? {}
        : {
            newUnits: {
              treatment: newUnits(treatment),
              control: newUnits(definition.control),
              intendedShare: share / both,
            },
          }),
      treatmentShare: share / SHARE_TOTAL,
      isBurnIn,
    },
  };
}

/** A rate of which nothing is known. */
export const NO_RATE: RateSides = { kind: 'rate', treatment: { n: 0, x: 0 }, control: { n: 0, x: 0 } };

/** Two rates of the same sides as one. */
export function addRates(left: RateSides, right: RateSides): RateSides {
  return {
    kind: 'rate',
    treatment: { n: left.treatment.n + right.treatment.n, x: left.treatment.x + right.treatment.x },
    control: { n: left.control.n + right.control.n, x: left.control.x + right.control.x },
  };
}

/** Two values of the same sides as one. */
export function addValues(left: ValueSides, right: ValueSides): ValueSides {
  return {
    kind: 'value',
    treatment: addSums(left.treatment, right.treatment),
    control: addSums(left.control, right.control),
  };
}

type Part = GuardrailWindow & { readonly metric: MetricDefinition };

/** Counts of all sources; of durations, those slower than control's p95. */
function rateOf({ metric, bySource }: Part): RateSides {
  return bySource.reduce((sum, source) => {
    const counts = countsOf(source, source.thresholds)?.[representative(metric)];
    return counts === undefined ? sum : addRates(sum, ratesIn(counts));
  }, NO_RATE);
}

function ratesIn({ nT, xT, nC, xC }: { nT: number; xT: number; nC: number; xC: number }): RateSides {
  return { kind: 'rate', treatment: { n: nT, x: xT }, control: { n: nC, x: xC } };
}

function businessOf(part: Part): BusinessSides {
  const { goodDirection, kind } = part.metric;
  if (kind !== 'value') return { ...rateOf(part), goodDirection };
  const none: ValueSides = { kind: 'value', treatment: NO_VALUES, control: NO_VALUES };
  const sides = part.bySource.reduce((sum, source) => {
    const [treatment, control] = [valueSumsOf(source.treatment, part.metric), valueSumsOf(source.control, part.metric)];
    return treatment && control ? addValues(sum, { kind: 'value', treatment, control }) : sum;
  }, none);
  return { ...sides, goodDirection };
}

function segmentsOf({ bySource }: Part): Readonly<Record<string, RateSides>> {
  const sums = new Map<string, RateSides>();
  for (const { segments } of bySource) {
    for (const [segment, sides] of Object.entries(segments)) {
      const [counts] = countsOf(sides, undefined) ?? [];
      if (counts !== undefined) sums.set(segment, addRates(sums.get(segment) ?? NO_RATE, ratesIn(counts)));
    }
  }
  return Object.fromEntries(sums);
}

function durationsOf({ bySource }: Part): NonNullable<RiskStratum['durations']> {
  const sketch = (side: keyof Sides) =>
    bySource
      .map((source) => source[side])
      .reduce((sum, shown) => (shown?.kind === 'duration' ? mergeSketches(sum, shown.bins) : sum), {});
  return { treatment: sketch('treatment'), control: sketch('control') };
}
