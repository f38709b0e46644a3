import {
  type DecisionModels,
  decide,
  modelsInUse,
  type Observation,
  planRollout,
  recordOf,
} from '../../controller/index.ts';
import type { ClosedWindow, DecisionRecord, Label, Rollout, VariantWindow } from '../../domain/index.ts';
import type { RolloutInput } from '../../domain/schema/index.ts';
import type { RecordedGeneration } from '../../training/index.ts';
import { A_FLAG } from '../controller/builders.ts';
import { seededDraws } from '../models/seeded-draws.ts';

const MINUTE_MS = 60_000;

/** When the first minute of every recorded rollout begins. */
export const STARTED_AT_MS = 29_000_000 * MINUTE_MS;

/** When everything is over and every label is known. */
export const CUT_OFF_MS = STARTED_AT_MS + 24 * 3_600_000;

/** What a recorded world looks like. */
export interface WorldOptions {
  readonly rollouts: number;
  readonly minutes: number;
  readonly seed: number;
  /** By the number of the rollout; every second one by default. */
  readonly isHarmful?: (index: number) => boolean;
  /** Models that are asked; none by default. */
  readonly models?: DecisionModels;
  /** What the plan says beside. */
  readonly plan?: Partial<RolloutInput>;
  /** From this minute on everybody has the treatment, and events are so many times as frequent. */
  readonly full?: { readonly fromMinute: number; readonly factor: number };
}

/** Rollouts at a tenth of the traffic as the real `decide` recorded them, with an operator's label on each. */
export function recordedWorld(options: WorldOptions): readonly RecordedGeneration[] {
  const { isHarmful = (index) => index % 2 === 1 } = options;
  return Array.from({ length: options.rollouts }, (_, index) => recordedRollout(index, isHarmful(index), options));
}

/** A label of a generation; by an operator, certain, and stored an hour after the start unless told otherwise. */
export function aKnownLabel(rollout: string, changes: Partial<Label> = {}): Label {
  return {
    labelId: `label-${rollout}`,
    rollout,
    generation: 1,
    verdict: 'healthy',
    source: 'operator',
    confidence: 1,
    author: 'key:tester',
    note: '',
    atMs: STARTED_AT_MS + 3_600_000,
    ingestedAtMs: STARTED_AT_MS + 3_600_000,
    ...changes,
  };
}

function recordedRollout(
  index: number,
  isHarmful: boolean,
  { minutes, seed, models, plan, full }: WorldOptions,
): RecordedGeneration {
  const draws = seededDraws(seed * 7_919 + index);
  const name = `rollout-${index}`;
  const input = {
    rollout: name,
    flag: 'f',
    control: 'off',
    treatments: [{ variant: 'on' }],
    windowMs: MINUTE_MS,
    ...plan,
  };
  const definition = planRollout(input, A_FLAG);
  const state = { phase: 'running', generation: 1, revision: 1, coverage: 20_000, isArchived: false } as const;
  const start: Rollout = {
    definition,
    state: { ...state, coverageSinceMs: STARTED_AT_MS, startedAtMs: STARTED_AT_MS },
  };
  const rolloutAt = (minute: number): Rollout => {
    if (full === undefined || minute < full.fromMinute) return start;
    const coverageSinceMs = STARTED_AT_MS + full.fromMinute * MINUTE_MS;
    return { definition, state: { ...start.state, coverage: 100_000, coverageSinceMs } };
  };
  const units = 600 + 2_000 * draws.uniform();
  // Either more errors or slower answers: neither alone tells all.
  const [factor, slowdown] = isHarmful ? (index % 4 < 2 ? [2 + draws.uniform(), 0] : [1, 8]) : [1, 0];
  const side = (n: number, harm: number, slow: number): VariantWindow => {
    const counted = draws.poisson(n);
    const bins = Object.fromEntries([0, 1, 2, 3].map((k) => [String(200 + 10 * k + slow), draws.poisson(counted / 4)]));
    const exposures = Object.values(bins).reduce((sum, count) => sum + count, 0);
    const events = Math.min(exposures, draws.poisson(exposures * 0.02 * harm));
    return {
      units: exposures,
      newUnits: exposures,
      requests: exposures,
      metrics: { errors: { kind: 'rate', exposures, events }, latency: { kind: 'duration', exposures, bins } },
    };
  };
  const records: DecisionRecord[] = [];
  let evidence: Observation['evidence'] = null;
  for (let minute = 0; minute < minutes; minute += 1) {
    const startMs = STARTED_AT_MS + minute * MINUTE_MS;
    const rollout = rolloutAt(minute);
    const { coverage } = rollout.state;
    const share = coverage / 100_000;
    const worse = share === 1 ? factor * full!.factor : factor;
    const off = side(0.8 * units, 1, 0);
    const on = side(share * units, worse, slowdown);
    const variants = share === 1 ? { on } : { off, on };
    const window: ClosedWindow = {
      startMs,
      endMs: startMs + MINUTE_MS,
      coverage,
      sources: { app: { reports: 1, clockSkewMs: null, variants } },
    };
    const observation: Observation = {
      nowMs: window.endMs + 5_000,
      rollout,
      evidence,
      closedThroughMs: window.endMs,
      windows: [window],
      quarantinedSources: [],
      lateShare: 0,
      ...(models === undefined ? {} : { models: modelsInUse(models) }),
    };
    const outcome = decide(observation, models);
    evidence = outcome.evidence;
    records.push(recordOf(observation, outcome));
  }
  return {
    definition,
    generation: 1,
    records,
    labels: [aKnownLabel(name, { verdict: isHarmful ? 'regressed' : 'healthy' })],
    endedAtMs: records.at(-1)!.decidedAtMs,
  };
}
