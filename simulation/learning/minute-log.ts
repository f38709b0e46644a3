import { type DecisionModels, type Outcome, RISK_ALPHA } from '../../controller/index.ts';
import { ORIGIN_MS } from '../benchmark/our-run.ts';

/** One minute of a run: what a model would be shown of it. */
export interface LoggedMinute {
  /** Ms since the rollout's start. */
  readonly startMs: number;
  readonly vector: readonly number[];
}

/** The minutes of one run, as `decide` made them. */
export interface MinuteLog {
  hear(noted: Pick<Outcome, 'evidence'>): void;
  readonly minutes: readonly LoggedMinute[];
  /** Units of its first minutes. */
  unitsPerMinute(): readonly number[];
}

/** No model is at hand, but one is missed: so vectors are made, and nothing scores them. */
export const VECTORS_ONLY: DecisionModels = { risk: null, novelty: null, alpha: RISK_ALPHA };

/** A log before the first minute. */
export function openMinuteLog(): MinuteLog {
  const minutes: LoggedMinute[] = [];
  let units: readonly number[] = [];
  return {
    minutes,
    unitsPerMinute: () => units,
    hear: ({ evidence }) => {
      const [learned] = Object.values(evidence.learned ?? {});
      if (learned === undefined) return;
      units = learned.unitsPerMinute;
      const { newest } = learned;
      if (newest === null || newest.startMs - ORIGIN_MS === minutes.at(-1)?.startMs) return;
      minutes.push({ startMs: newest.startMs - ORIGIN_MS, vector: newest.vector });
    },
  };
}
