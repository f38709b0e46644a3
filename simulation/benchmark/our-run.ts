import {
  addWindows,
  type DecisionModels,
  decide,
  modelsInUse,
  NO_MODELS,
  type Observation,
  type Outcome,
} from '../../controller/index.ts';
import type { ClosedWindow, PaceName, RolloutDefinition, RolloutState } from '../../domain/index.ts';
import type { PolicyView } from '../policies/policy.ts';
import { closedWindowOf } from './closed-window-of.ts';
import { type Intake, openIntake } from './ingest-windows.ts';

/** When every simulated rollout starts, ms since 1970. */
export const ORIGIN_MS = 1_760_000_000_000;

/** A rollout of the product in progress. */
export interface OurRun {
  readonly definition: RolloutDefinition;
  readonly models: DecisionModels | undefined;
  readonly intake: Intake;
  /** The pace that it keeps whatever a policy would choose. */
  readonly pace: PaceName | undefined;
  state: RolloutState;
  evidence: Observation['evidence'];
}

/** What one pass came to. */
export interface OurPass {
  readonly observation: Observation;
  readonly outcome: Outcome;
  /** Between windows only a rollback takes effect. */
  readonly isNews: boolean;
}

/** A rollout that begins; without models none is asked, and without a pace it is chosen where the plan says so. */
export function openOurRun(
  definition: RolloutDefinition,
  { coverage, coverageSinceMs }: PolicyView,
  { models, pace }: { readonly models?: DecisionModels | undefined; readonly pace?: PaceName | undefined },
): OurRun {
  return {
    definition,
    models,
    pace,
    intake: openIntake(definition),
    evidence: null,
    state: {
      phase: 'running',
      generation: 1,
      revision: 1,
      coverage,
      coverageSinceMs: ORIGIN_MS + coverageSinceMs,
      startedAtMs: ORIGIN_MS,
      isArchived: false,
    },
  };
}

/** One pass: closes the windows that are due, and decides. */
export function passOf(ours: OurRun, view: PolicyView): OurPass {
  const { windows, ...others } = observed(ours, view);
  return decided(ours, { ...others, windows });
}

/** The same pass with the windows of one start at a time, so that no minute's score is passed over; the last one is the pass's. */
export function passByWindow(ours: OurRun, view: PolicyView, listen: (outcome: Outcome) => void): OurPass {
  const { windows, ...others } = observed(ours, view);
  const starts = byStart(windows);
  for (const some of starts.slice(0, -1)) listen(decided(ours, { ...others, windows: some }).outcome);
  const last = decided(ours, { ...others, windows: starts.at(-1) ?? [] });
  listen(last.outcome);
  return last;
}

/** The evidence of a pass that decides nothing, after the windows of each start. */
export function noteByWindow(ours: OurRun, view: PolicyView, listen: (noted: Pick<Outcome, 'evidence'>) => void): void {
  const { windows, ...others } = observed(ours, view);
  for (const some of byStart(windows)) {
    const evidence = addWindows({ ...others, evidence: ours.evidence, windows: some }, ours.models ?? NO_MODELS);
    ours.evidence = evidence;
    listen({ evidence });
  }
}

/** Windows of several coverages may share a start, and belong to one pass. */
function byStart(windows: readonly ClosedWindow[]): readonly (readonly ClosedWindow[])[] {
  const starts = [...new Set(windows.map(({ startMs }) => startMs))];
  return starts.map((startMs) => windows.filter((window) => window.startMs === startMs));
}

function observed({ definition, intake, state, models }: OurRun, { windows, nowMs }: PolicyView) {
  for (const window of windows) intake.accept(window, nowMs);
  const closed = intake.close(nowMs);
  return {
    nowMs: ORIGIN_MS + nowMs,
    rollout: { definition, state },
    closedThroughMs: ORIGIN_MS + closed.closedThroughMs,
    windows: closed.windows.map((window) => closedWindowOf(window, definition, ORIGIN_MS)),
    quarantinedSources: [],
    lateShare: closed.lateShare,
    ...(models === undefined ? {} : { models: modelsInUse(models) }),
  };
}

function decided(ours: OurRun, observation: Omit<Observation, 'evidence'>): OurPass {
  const complete = { ...observation, evidence: ours.evidence };
  const outcome = decide(complete, ours.models ?? NO_MODELS);
  const { pace } = ours;
  ours.evidence =
    pace === undefined ? outcome.evidence : { ...outcome.evidence, pace: { pace, policy: null, sinceMs: ORIGIN_MS } };
  return {
    observation: complete,
    outcome,
    isNews: observation.windows.length > 0 || outcome.decision.action === 'rollback',
  };
}

/** The rollout's state at another coverage. */
export function raisedTo(state: RolloutState, coverage: number, nowMs: number): RolloutState {
  return { ...state, revision: state.revision + 1, coverage, coverageSinceMs: ORIGIN_MS + nowMs };
}
