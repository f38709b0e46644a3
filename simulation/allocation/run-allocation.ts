import { decide, moveFor, type Observation } from '../../controller/index.ts';
import type { AdmissionTree, RolloutState } from '../../domain/index.ts';
import { seededDraws } from '../draws.ts';
import { START_MS } from '../rollouts.ts';
import type { AllocationWorld } from './allocation-world.ts';
import { brokenLimits } from './broken-limits.ts';
import { mostUnlike, switchedBetween } from './panel.ts';
import { type AllocationMode, plannedRollout } from './planned-rollout.ts';
import { trafficOf } from './traffic.ts';

/** One run of a world. */
export interface AllocationRun {
  readonly world: AllocationWorld;
  readonly seed: number;
  readonly mode: AllocationMode;
  readonly unitsPerMinute: number;
  readonly minutes: number;
}

/** What became of a run. */
export interface AllocationOutcome {
  /** The treatment that was called the best, and after how many minutes; null: none. */
  readonly called: { readonly variant: string; readonly minute: number } | null;
  readonly end: 'completed' | 'rolledBack' | 'running';
  /** Treatments that were taken out. */
  readonly withdrawn: readonly string[];
  /** Purchases lost beside the best treatment, and the units that were in some treatment. */
  readonly lost: number;
  readonly treated: number;
  /** Units of the panel that changed from one treatment to another. */
  readonly switched: number;
  /** Splits, in their order, and what they broke: below a floor, moved too far, or risen where a segment speaks of harm. */
  readonly splits: readonly (readonly number[])[];
  readonly broken: readonly string[];
  /** The tree at the end, and when it had its first leaves; null: it never had any. */
  readonly grown: (AdmissionTree & { readonly minute: number }) | null;
  /** Largest share of the panel's treated units that would have another treatment, were their country another one. */
  readonly unlike: number;
}

/** Plays a run to its last minute: what is over stays as it is, and goes on serving. */
export function runAllocation({ world, seed, mode, unitsPerMinute, minutes }: AllocationRun): AllocationOutcome {
  const draws = seededDraws(seed, 1);
  const planned = plannedRollout(world, mode);
  const { definition } = planned;
  const { coverage, admission } = moveFor('start', planned, { actor: 'simulation' });
  let state: RolloutState = {
    ...planned.state,
    phase: 'running',
    startedAtMs: START_MS,
    coverage: coverage!,
    ...(admission === undefined ? {} : { admission }),
  };
  let evidence: Observation['evidence'] = null;
  const traffic = trafficOf(world);
  const told: { lost: number; treated: number; switched: number; splits: number[][]; broken: string[] } = {
    lost: 0,
    treated: 0,
    switched: 0,
    splits: [],
    broken: [],
  };
  let called: AllocationOutcome['called'] = null;
  let panels = traffic.panels({ definition, state });
  let grownAt: number | null = null;
  for (let minute = 0; minute < minutes; minute += 1) {
    const startMs = START_MS + minute * 60_000;
    const closed = traffic.draw({ definition, state }, { startMs, minute, unitsPerMinute }, draws);
    const { treated, lost } = traffic.lossIn(closed);
    told.treated += treated;
    told.lost += lost;
    if (state.phase !== 'running') continue;
    const { decision, ...outcome } = decide({
      nowMs: closed.endMs,
      rollout: { definition, state },
      evidence,
      closedThroughMs: closed.endMs,
      windows: [closed],
      quarantinedSources: [],
      lateShare: 0,
    });
    evidence = outcome.evidence;
    const best = outcome.assessment.allocation?.best ?? null;
    if (best !== null && called === null) called = { variant: best.variant, minute };
    if (decision.allocation !== undefined && decision.action === 'ramp') {
      const after = decision.allocation.treatments.map(({ share }) => share);
      told.splits.push(after);
      told.broken.push(...brokenLimits(decision.allocation, best?.variant, definition.allocation!));
    }
    const before = state;
    state = {
      ...state,
      phase: decision.action === 'complete' ? 'completed' : decision.action === 'rollback' ? 'rolledBack' : 'running',
      ...(decision.coverage === state.coverage && decision.allocation === undefined
        ? {}
        : { coverage: decision.coverage, coverageSinceMs: closed.endMs }),
      ...(decision.allocation === undefined ? {} : { admission: decision.allocation.admission }),
    };
    if (state.coverage === before.coverage && state.admission === before.admission) continue;
    if (state.admission?.tree !== undefined) grownAt ??= minute;
    const served = traffic.panels({ definition, state });
    told.switched += served.reduce((sum, panel, index) => sum + switchedBetween(panels[index]!, panel), 0);
    panels = served;
  }
  const tree = state.admission?.tree;
  const grown = tree === undefined ? null : { ...tree, minute: grownAt! };
  const end = state.phase === 'completed' || state.phase === 'rolledBack' ? state.phase : 'running';
  return { called, end, withdrawn: state.admission?.withdrawn ?? [], grown, unlike: mostUnlike(panels), ...told };
}
