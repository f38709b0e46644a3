import { decide, moveFor, type Observation, planRollout } from '../../controller/index.ts';
import {
  type Admission,
  allocationAt,
  type FlagDefinition,
  intendedShares,
  type Rollout,
  type RolloutState,
  SHARE_TOTAL,
  slotsOf,
} from '../../domain/index.ts';
import { seededDraws } from '../draws.ts';
import { START_MS } from '../rollouts.ts';
import { ALLOCATION_BASE, type AllocationWorld, bestOf, mostPurchases } from './allocation-world.ts';
import { drawWindow } from './draw-window.ts';

/** How new units are divided in a run. */
export type AllocationMode = 'adaptive' | 'uniform';

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
}

/** Twelve stages of half an hour: shares adapt only as units are admitted. */
const COVERAGES = [2, 5, 10, 18, 26, 34, 42, 50, 60, 70, 80, 90];

/** Every hundredth bucket is watched. */
const PANEL = Array.from({ length: 1_000 }, (_, index) => index * 100);

/** The plan of a run. */
export function plannedRollout({ treatments }: AllocationWorld, mode: AllocationMode): Rollout {
  const names = ['control', ...treatments.map(({ variant }) => variant)];
  const flag: FlagDefinition = {
    state: 'ENABLED',
    variants: Object.fromEntries(names.map((name) => [name, name])),
    defaultVariant: 'control',
  };
  const definition = planRollout(
    {
      rollout: 'allocation',
      flag: 'flag',
      control: 'control',
      treatments: treatments.map(({ variant }) => ({ variant })),
      stages: COVERAGES.map((percent) => ({ coverage: percent * 1_000, dwellMs: 1_800_000 })),
      holdback: 10_000,
      windowMs: 60_000,
      attributionMs: 0,
      segments: ['country'],
      metrics: [{ metric: 'errors' }, { metric: 'purchases', role: 'objective' }],
      allocation: { policy: 'adaptive' },
    },
    flag,
  );
  if (mode === 'adaptive') return { definition, state: DRAFT };
  // Equal shares are judged by the same objectives, so that what differs is where new units go.
  const allocation = { ...definition.allocation!, maxMove: 0, onBest: 'advise' } as const;
  return { definition: { ...definition, allocation }, state: DRAFT };
}

const DRAFT: RolloutState = {
  phase: 'draft',
  generation: 1,
  revision: 1,
  coverage: 0,
  coverageSinceMs: START_MS,
  startedAtMs: null,
  isArchived: false,
};

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
  const most = mostPurchases(world);
  const told: { lost: number; treated: number; switched: number; splits: number[][]; broken: string[] } = {
    lost: 0,
    treated: 0,
    switched: 0,
    splits: [],
    broken: [],
  };
  let called: AllocationOutcome['called'] = null;
  let panel = servedIn(planned.definition, state);
  for (let minute = 0; minute < minutes; minute += 1) {
    const startMs = START_MS + minute * 60_000;
    const intended = intendedShares(allocationAt(definition, state.coverage, state.admission));
    const closed = drawWindow(world, { startMs, minute, unitsPerMinute, coverage: state.coverage, intended }, draws);
    for (const { variant, purchases } of world.treatments) {
      const units = closed.sources['app']!.variants[variant]!.units;
      told.treated += units;
      told.lost += units * ALLOCATION_BASE.purchases * Math.max(0, most - purchases);
    }
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
      told.broken.push(...brokenBy(decision.allocation.treatments, best?.variant, definition.allocation!));
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
    const served = servedIn(definition, state);
    told.switched += PANEL.filter((_, unit) => isSwitched(panel[unit]!, served[unit]!)).length;
    panel = served;
  }
  const end = state.phase === 'completed' || state.phase === 'rolledBack' ? state.phase : 'running';
  return { called, end, withdrawn: state.admission?.withdrawn ?? [], ...told };
}

/** What a test of equal shares over all of full coverage loses, that ships the winner to everybody after so many minutes. */
export function runFixedTest(run: Omit<AllocationRun, 'mode'> & { readonly testMinutes: number }) {
  const { world, seed, unitsPerMinute, minutes, testMinutes } = run;
  const draws = seededDraws(seed, 2);
  const count = world.treatments.length;
  const treatments = world.treatments.map(() => Math.floor(90_000 / count));
  const intended = { treatments, control: SHARE_TOTAL - treatments.reduce((sum, share) => sum + share, 0) };
  const most = mostPurchases(world);
  const bought = world.treatments.map(() => ({ n: 0, x: 0 }));
  let [lost, treated] = [0, 0];
  for (let minute = 0; minute < minutes; minute += 1) {
    const winner = bought.reduce((best, { x, n }, k) => (x / n > bought[best]!.x / bought[best]!.n ? k : best), 0);
    const shares =
      minute < testMinutes
        ? intended
        : { treatments: treatments.map((_, k) => (k === winner ? 90_000 : 0)), control: 10_000 };
    const at = { startMs: START_MS + minute * 60_000, minute, unitsPerMinute, coverage: 90_000, intended: shares };
    const { variants } = drawWindow(world, at, draws).sources['app']!;
    for (const [k, { variant, purchases }] of world.treatments.entries()) {
      const shown = variants[variant]!;
      const purchased = shown.metrics['purchases']!;
      bought[k] = {
        n: bought[k]!.n + shown.units,
        x: bought[k]!.x + (purchased.kind === 'rate' ? purchased.events : 0),
      };
      treated += shown.units;
      lost += shown.units * ALLOCATION_BASE.purchases * Math.max(0, most - purchases);
    }
  }
  const winner = bought.reduce((best, { x, n }, k) => (x / n > bought[best]!.x / bought[best]!.n ? k : best), 0);
  return { lost, treated, isBestFound: world.treatments[winner]!.variant === bestOf(world) };
}

/** The treatment that each unit of the panel has; undefined: control. */
function servedIn(definition: Rollout['definition'], { coverage, admission }: RolloutState) {
  const slots = slotsOf(allocationAt(definition, coverage, admission));
  const bounds: { readonly until: number; readonly owner: number | undefined }[] = [];
  let until = 0;
  for (const { owner, treatment, control } of slots) {
    bounds.push({ until: until + treatment, owner }, { until: until + treatment + control, owner: undefined });
    until += treatment + control;
  }
  return PANEL.map((bucket) => ({ owner: bounds.find((bound) => bucket < bound.until)!.owner, admission }));
}

type Served = { readonly owner: number | undefined; readonly admission: Admission | undefined };

/** From one treatment to another, or back to control though nobody withdrew it. */
function isSwitched(before: Served, after: Served): boolean {
  if (before.owner === undefined || before.owner === after.owner) return false;
  return after.owner !== undefined || before.admission?.withdrawn.length === after.admission?.withdrawn.length;
}

/** What a split broke of the plan; a winner that takes all has no floors and limits beside it, and may do no harm in a segment. */
function brokenBy(
  treatments: readonly {
    readonly variant: string;
    readonly share: number;
    readonly before: number;
    readonly isCapped: boolean;
  }[],
  best: string | undefined,
  { floor, maxMove }: { readonly floor: number; readonly maxMove: number },
): readonly string[] {
  const isFree = treatments.some(({ variant, share }) => variant === best && share === SHARE_TOTAL);
  return treatments
    .filter(({ share, before }) => share > 0 || before > 0)
    .flatMap(({ variant, share, before, isCapped }) => [
      ...(share < floor - 1 && !isFree ? [`floor of ${variant}`] : []),
      ...(Math.abs(share - before) > maxMove + 1 && !isFree ? [`move of ${variant}`] : []),
      ...(isCapped && share > before + 1 ? [`fairness of ${variant}`] : []),
    ]);
}
