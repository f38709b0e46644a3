import type { BandErrors, InputDrift } from '../../domain/index.ts';
import {
  type CalibrationDrift,
  calibrationDrift,
  populationStability,
  type StabilityReference,
  TRAFFIC_BANDS,
  type TrafficBand,
} from '../../models/index.ts';

/** One generation under a model: what the model said of it, and what became of it. */
export interface WatchedRun {
  readonly rollout: string;
  /** undefined for one whose traffic is not known. */
  readonly band: TrafficBand | undefined;
  /** null where nobody knows. */
  readonly isHarmful: boolean | null;
  readonly hasAlarmed: boolean;
  /** The newest probability of harm; null where there was no score. */
  readonly probability: number | null;
  /** Model inputs, each with the time of the decision that saw them. */
  readonly vectors: readonly { readonly atMs: number; readonly vector: readonly number[] }[];
}

/** What is shown of a model in use. */
export interface ModelFigures {
  /** Largest index first; empty without a reference, or with too few rollouts to tell. */
  readonly drift: readonly InputDrift[];
  /** null without rollouts whose end is known. */
  readonly calibration:
    | (CalibrationDrift & { readonly rollouts: number; readonly predicted: number; readonly realised: number })
    | null;
  readonly byBand: readonly BandErrors[];
}

/** What inputs are compared with: how each was distributed in training, by name. */
export type InputReference = Readonly<Record<string, StabilityReference>>;

/** An index above this has drifted. */
export const DRIFT_LINE = 0.2;

/** So many daily looks are compared. */
export const MAX_DRIFT_DAYS = 2;

const DAY_MS = 86_400_000;
const WINDOW_MS = 7 * DAY_MS;

/** Minutes of one rollout resemble each other: an index of fewer rollouts is chance. */
const MIN_ROLLOUTS = 20;

/** Figures of a model from the generations that it was asked about. */
export function modelFigures(
  runs: readonly WatchedRun[],
  {
    features,
    reference,
    nowMs,
  }: {
    readonly features: readonly string[];
    readonly reference: InputReference;
    readonly nowMs: number;
  },
): ModelFigures {
  const looks = Array.from({ length: MAX_DRIFT_DAYS }, (_, day) =>
    stabilityAt(runs, features, reference, nowMs - day * DAY_MS),
  );
  const drift = Object.entries(looks[0]!).map(([feature, index]) => {
    const firstBelow = looks.findIndex((look) => !((look[feature] ?? 0) > DRIFT_LINE));
    return { feature, index, days: firstBelow < 0 ? MAX_DRIFT_DAYS : firstBelow };
  });
  return {
    drift: drift.toSorted((a, b) => b.index - a.index),
    calibration: calibrationOf(runs),
    byBand: TRAFFIC_BANDS.flatMap((band) => errorsIn(runs, band)),
  };
}

/** Indices of the week before a moment, by input. */
function stabilityAt(
  runs: readonly WatchedRun[],
  features: readonly string[],
  reference: InputReference,
  atMs: number,
): Readonly<Record<string, number>> {
  const seen = runs.map(({ rollout, vectors }) => ({
    rollout,
    vectors: vectors.filter((one) => one.atMs <= atMs && one.atMs > atMs - WINDOW_MS),
  }));
  const heard = new Set(seen.filter(({ vectors }) => vectors.length > 0).map(({ rollout }) => rollout));
  if (heard.size < MIN_ROLLOUTS) return {};
  const rows = seen.flatMap(({ vectors }) => vectors.map(({ vector }) => vector));
  return Object.fromEntries(
    features.flatMap((feature, place) => {
      const known = reference[feature];
      return known === undefined
        ? []
        : [
            [
              feature,
              populationStability(
                known,
                rows.map((row) => row[place]!),
              ),
            ],
          ];
    }),
  );
}

function calibrationOf(runs: readonly WatchedRun[]): ModelFigures['calibration'] {
  const predictions = runs.flatMap(({ probability, isHarmful }) =>
    probability === null || isHarmful === null ? [] : [{ probability, isHarmful }],
  );
  const rollouts = predictions.length;
  if (rollouts === 0) return null;
  const predicted = predictions.reduce((sum, { probability }) => sum + probability, 0) / rollouts;
  const realised = predictions.filter(({ isHarmful }) => isHarmful).length / rollouts;
  return { ...calibrationDrift(predictions), rollouts, predicted, realised };
}

function errorsIn(runs: readonly WatchedRun[], band: TrafficBand): readonly BandErrors[] {
  const own = runs.filter((run) => run.band === band);
  const benign = own.filter(({ isHarmful }) => isHarmful === false);
  const harmful = own.filter(({ isHarmful }) => isHarmful === true);
  if (benign.length + harmful.length === 0) return [];
  return [
    {
      band,
      benign: benign.length,
      falseAlarms: benign.filter(({ hasAlarmed }) => hasAlarmed).length,
      harmful: harmful.length,
      missed: harmful.filter(({ hasAlarmed }) => !hasAlarmed).length,
    },
  ];
}
