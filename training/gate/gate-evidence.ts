/** A measured number with its 95 % interval. */
export interface Measured {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/** How far errors differ between groups of runs; null where no two groups have enough runs. */
export interface MeasuredGap {
  readonly value: number;
  readonly blocksPromotion: boolean;
}

/** What a model in the shadow has shown; null before it was there. */
export interface ShadowEvidence {
  readonly days: number;
  readonly rollouts: number;
  /** Population stability of its scores against those on held-out rows. */
  readonly scoreStability: number;
}

/** What a model in the canary has shown; null before it was there. */
export interface CanaryEvidence {
  readonly rollouts: number;
  /** True when the anytime test says that it is worse than the champion. */
  readonly isWorse: boolean;
}

/** Everything that the gate looks at; plain JSON. null means that nobody has measured it. */
export interface GateEvidence {
  /** Schema of the artefact, and the one that this build makes; null where it makes none of that name. */
  readonly schemaHash: string;
  readonly knownSchemaHash: string | null;
  /** Largest difference between features in records and made anew; null: records hold none. */
  readonly parityError: number | null;
  /** Why the artefact cannot be served, in words; null for a usable one. */
  readonly artefactFault: string | null;
  readonly artefactBytes: number;
  readonly inferenceMs: number | null;
  /** Observations of held-out records on which `decide` failed or gave no decision, with this model. */
  readonly replayFailures: number | null;
  readonly averagePrecision: Measured | null;
  /** null without a champion. */
  readonly championAveragePrecision: number | null;
  readonly falseRollback: Measured | null;
  readonly calibrationError: number | null;
  /** Benign rollouts that thresholds come from, and how many α needs: with fewer the model never alarms. */
  readonly calibrationRuns: { readonly found: number; readonly needed: number };
  readonly bandGap: MeasuredGap | null;
  readonly segmentGap: MeasuredGap | null;
  /** Difference of benchmark cost to the champion, in paired worlds; null: it was not played. */
  readonly benchmarkCost: Measured | null;
  readonly shadow: ShadowEvidence | null;
  readonly canary: CanaryEvidence | null;
}
