import type { MetricDefinition, RolloutDefinition } from '../../../domain/index.ts';
import { SHARE_TOTAL } from '../../../domain/index.ts';
import {
  EMPTY_SERIES_WATCH,
  FORECAST_STEPS,
  type ForecastBasis,
  forecastBasis,
  forecastInputs,
  forecastResidual,
  HISTORY_STEPS,
  LEAST_KNOWN_STEPS,
  predictStep,
  robustScore,
  type SeriesWatch,
  stepWatch,
} from '../../../models/index.ts';
import type { DecisionModels } from '../learned/decision-models.ts';
import { ownEntry } from '../read-window.ts';
import type { SummedWindow } from '../sum-sources.ts';
import { type FillingStep, fillStep, missingBetween, type RateStep, ratesOf, stepMsOf } from './rate-steps.ts';

/** What is remembered of one rate to tell, without a control, whether it is as usual; plain JSON of bounded size. */
export interface UsualEvidence {
  readonly filling: FillingStep | null;
  /** Control's newest steps, oldest first; they stay as they are at full coverage. */
  readonly history: readonly (number | null)[];
  /** Start of the newest of them; null before the first. */
  readonly historyEndMs: number | null;
  /** What is usual; null until full coverage, and where too little of control is known. */
  readonly basis: ForecastBasis | null;
  /** The newest steps at full coverage on the scale of the history, oldest first. */
  readonly scores: readonly number[];
  /** Steps at full coverage, after burn-in, so far. */
  readonly steps: number;
  /** What the forecaster made of them; `hash` is its own, null before any and once the newest step is out of its reach. */
  readonly watch: { readonly hash: string | null; readonly state: SeriesWatch };
}

/** Before the first window. */
export const NOTHING_USUAL: UsualEvidence = {
  filling: null,
  history: [],
  historyEndMs: null,
  basis: null,
  scores: [],
  steps: 0,
  watch: { hash: null, state: EMPTY_SERIES_WATCH },
};

/** Steps that a robust score is the median of. */
export const SCORED_STEPS = 10;

const DAY_MS = 86_400_000;

/** Whether a rollout ends without a control: only then the past has to stand in for it. */
export function endsWithoutControl({ stages }: RolloutDefinition): boolean {
  return (stages.at(-1)?.coverage ?? 0) >= SHARE_TOTAL;
}

/** Adds a window to what is remembered of each rate. */
export function addUsualWindow(
  definition: RolloutDefinition,
  usual: Readonly<Record<string, UsualEvidence>>,
  read: { readonly window: SummedWindow; readonly isBurnIn: boolean },
  forecaster: DecisionModels['forecast'],
): Readonly<Record<string, UsualEvidence>> {
  return Object.fromEntries(
    ratesOf(definition).map((metric) => [
      metric.metric,
      addToRate(definition, metric, ownEntry(usual, metric.metric) ?? NOTHING_USUAL, { ...read, forecaster }),
    ]),
  );
}

interface Read {
  readonly window: SummedWindow;
  readonly isBurnIn: boolean;
  readonly forecaster: DecisionModels['forecast'];
}

function addToRate(
  definition: RolloutDefinition,
  metric: MetricDefinition,
  evidence: UsualEvidence,
  { forecaster, ...read }: Read,
): UsualEvidence {
  const { filling, closed } = fillStep(definition, metric, evidence.filling, read);
  const filled = { ...evidence, filling };
  if (closed === null) return filled;
  return closed.isFull
    ? withFullStep(filled, closed, { stepMs: stepMsOf(definition), forecaster })
    : withControlStep(filled, closed, definition);
}

/** A history with this many missing steps still says what is usual. */
const MOST_MISSING_STEPS = HISTORY_STEPS - LEAST_KNOWN_STEPS;

/**
 * Who is back at less than full coverage has a control again, and begins anew: what is usual will be that of the hour before full
 * coverage comes again. What was known before fills that hour as far as the return is too short for it; the time without a control does not push it out.
 */
function withControlStep(
  evidence: UsualEvidence,
  { startMs, value }: RateStep,
  definition: RolloutDefinition,
): UsualEvidence {
  const { history, historyEndMs, filling, basis } = evidence;
  const gap = missingBetween(historyEndMs, startMs, definition);
  const missing = basis === null ? gap : gap.slice(0, MOST_MISSING_STEPS);
  return {
    ...NOTHING_USUAL,
    filling,
    history: [...history, ...missing, value].slice(-HISTORY_STEPS),
    historyEndMs: startMs,
  };
}

function withFullStep(
  evidence: UsualEvidence,
  { startMs, value, isBurnIn }: RateStep,
  { stepMs, forecaster }: { readonly stepMs: number; readonly forecaster: DecisionModels['forecast'] },
): UsualEvidence {
  const basis = evidence.basis ?? forecastBasis(evidence.history) ?? null;
  const { historyEndMs, scores, steps, watch } = evidence;
  if (basis === null || historyEndMs === null || isBurnIn || value === null) return { ...evidence, basis };
  const score = robustScore(basis, value);
  const scored = { ...evidence, basis, scores: [...scores, score].slice(-SCORED_STEPS), steps: steps + 1 };
  if (forecaster == null) return scored;
  const { artefact, hash } = forecaster;
  const ahead = (startMs - historyEndMs) / stepMs;
  if (ahead > FORECAST_STEPS) return { ...scored, watch: NOTHING_USUAL.watch };
  const inputs = forecastInputs(basis, { ahead, period: DAY_MS / stepMs, phase: (startMs % DAY_MS) / stepMs });
  const residual = forecastResidual(predictStep(artefact.predictor, inputs, ahead), score);
  // What another forecaster has seen is none of this one's.
  const state = watch.hash === hash ? watch.state : EMPTY_SERIES_WATCH;
  return { ...scored, watch: { hash, state: stepWatch(artefact.watch, state, residual) } };
}
