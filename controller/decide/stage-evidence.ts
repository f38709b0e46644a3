import type { RolloutDefinition, RolloutState } from '../../domain/index.ts';
import {
  addNewUnits,
  combineEvidence,
  emptySampleRatioEvidence,
  logSampleRatioOfSources,
  SAMPLE_RATIO_ALPHA,
  type SampleRatioEvidence,
} from '../../models/index.ts';
import type { WindowReading } from './closed-window.ts';
import { guardrailsOf } from './guardrails-of.ts';
import { ownEntry } from './read-window.ts';

/** What was seen since coverage last changed. */
export interface StageEvidence {
  /** 1 for the first coverage of the generation, 2 for the next, and so on. */
  readonly ordinal: number;
  readonly coverage: number;
  readonly sinceMs: number;
  readonly windowCount: number;
  /** Distinct units, by variant; where nothing but requests can be counted, requests. */
  readonly units: Readonly<Record<string, number>>;
  /** By treatment and source. A unit is new once under each coverage, so the test begins again with each. */
  readonly sampleRatio: Readonly<Record<string, Readonly<Record<string, SampleRatioEvidence>>>>;
  /** How often coverage went down in this generation, and whether it did to come here; absent: never. */
  readonly looks?: number;
  readonly isLook?: boolean;
}

/** The state right after a change of coverage. */
export function emptyStageEvidence(
  { control, treatments }: RolloutDefinition,
  { coverage, coverageSinceMs }: RolloutState,
  ordinal: number,
): StageEvidence {
  const variants = [control, ...treatments.map(({ variant }) => variant)];
  return {
    ordinal,
    coverage,
    sinceMs: coverageSinceMs,
    windowCount: 0,
    units: Object.fromEntries(variants.map((variant) => [variant, 0])),
    sampleRatio: Object.fromEntries(treatments.map(({ variant }) => [variant, {}])),
  };
}

/** Adds one closed window of this coverage. */
export function addStageWindow(
  definition: RolloutDefinition,
  stage: StageEvidence,
  { window, strata }: Pick<WindowReading, 'window' | 'strata'>,
): StageEvidence {
  const newUnits = (variant: string) => ownEntry(window.variants, variant)?.newUnits ?? 0;
  const sampleRatio = definition.treatments.map(({ variant }, index) => {
    const sources = new Map(Object.entries(stage.sampleRatio[variant]!));
    for (const { intended, sources: parts } of strata) {
      const share = intended.treatments[index]!;
      const intendedShare = share === 0 ? 0 : share / (share + intended.control);
      for (const part of parts) {
        const newUnitsIn = (name: string) => (ownEntry(part.variants, name)?.newUnits ?? 0) * part.factor;
        const units = { treatment: newUnitsIn(variant), control: newUnitsIn(definition.control), intendedShare };
        sources.set(part.source, addNewUnits(sources.get(part.source) ?? emptySampleRatioEvidence(), units));
      }
    }
    return [variant, Object.fromEntries(sources)] as const;
  });
  const seen = (variant: string) =>
    countsUnits(definition) ? newUnits(variant) : (ownEntry(window.variants, variant)?.units ?? 0);
  const units = Object.entries(stage.units).map(([variant, count]) => [variant, count + seen(variant)] as const);
  return {
    ...stage,
    windowCount: stage.windowCount + 1,
    units: Object.fromEntries(units),
    sampleRatio: Object.fromEntries(sampleRatio),
  };
}

/** Whether any guardrail comes from sources that tell units apart. */
export function countsUnits(definition: RolloutDefinition): boolean {
  return guardrailsOf(definition).some(({ source }) => source.kind === 'reports');
}

/** Evidence against the intended split, and the line that it must not pass; both natural logarithms. */
export interface SampleRatioLevel {
  readonly logE: number;
  readonly logLine: number;
}

/**
 * The average over treatments of the evidence against the intended split at this coverage, without excluded sources.
 *
 * The k-th coverage of a generation may spend α / (k (k + 1)), so that all of them together spend α at most.
 */
export function sampleRatioLevel(
  { ordinal, sampleRatio }: StageEvidence,
  excluded: readonly string[],
): SampleRatioLevel {
  const parts = Object.values(sampleRatio).map((sources) => {
    const counted = Object.entries(sources).filter(([source]) => !excluded.includes(source));
    return { logE: logSampleRatioOfSources(counted.map(([, evidence]) => evidence)), weight: 1 };
  });
  return { logE: combineEvidence(parts), logLine: Math.log((ordinal * (ordinal + 1)) / SAMPLE_RATIO_ALPHA) };
}
