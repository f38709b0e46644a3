import type { KnownSchema } from '../features/feature-sets.ts';

/** The raw numbers behind a group of features: those of a metric's contrast, or one feature as it is. */
export type GroupNumbers =
  | { readonly kind: 'contrast'; readonly z: number; readonly relativeEffect: number }
  | { readonly kind: 'value'; readonly value: number; readonly unit: string };

/** Reads a group's numbers out of a vector. */
export function numbersOf({ features }: KnownSchema, vector: readonly number[], group: string): GroupNumbers {
  const indexOf = (name: string) => features.findIndex((feature) => feature.name === `${group}.${name}`);
  const [z, effect] = [indexOf('z'), indexOf('effect')];
  if (z >= 0 && effect >= 0) {
    const logged = vector[effect]!;
    return { kind: 'contrast', z: vector[z]!, relativeEffect: Math.sign(logged) * Math.expm1(Math.abs(logged)) };
  }
  const only = features.findIndex((feature) => feature.group === group);
  return { kind: 'value', value: vector[only]!, unit: features[only]!.unit };
}

/** The numbers as a phrase: "slow requests 2.3 × control, z = 6.1". */
export function describeGroup(group: string, numbers: GroupNumbers): string {
  if (numbers.kind === 'value') return `${CONTEXT_WORDS[group] ?? group} ${numbers.value.toFixed(2)} (${numbers.unit})`;
  const { relativeEffect: e, z } = numbers;
  // Of a rate that should be high, "worse" has no factor that could not be misread.
  const size =
    group === 'business'
      ? `${Math.abs(100 * e).toFixed(1)} % ${e < 0 ? 'better' : 'worse'} than control`
      : `${(1 + e).toFixed(1)} × control`;
  return `${METRIC_WORDS[group] ?? group} ${size}, z = ${z.toFixed(1)}`;
}

const METRIC_WORDS: Readonly<Record<string, string>> = {
  errors: 'errors',
  slow: 'slow requests',
  business: 'business metric',
  worstSegment: 'errors in the worst segment',
};

const CONTEXT_WORDS: Readonly<Record<string, string>> = {
  traffic: 'traffic',
  share: 'coverage',
  atCoverage: 'time at this coverage',
  sinceStart: 'time since the start',
  sharedShock: 'shock to control',
  sampleRatio: 'sample ratio',
  missingWindows: 'missing windows',
  watermarkLag: 'lag of the data',
};
