import { decide, type Observation, type Outcome, planRollout } from '../../controller/index.ts';
import type { FlagDefinition, ReasonCode, RolloutDefinition, RolloutState } from '../../domain/index.ts';
import type { RolloutInput } from '../../domain/schema/index.ts';
import type { Policy, PolicyMove, PolicyRun, PolicyView } from '../policies/policy.ts';
import { closedWindowOf } from './closed-window-of.ts';
import { type Intake, openIntake } from './ingest-windows.ts';
import { toldBy } from './told-by.ts';

/** What a rollout of the product is asked for; what is left out is as a person gets it who says nothing. */
export type OurSettings = Omit<RolloutInput, 'rollout' | 'flag' | 'control' | 'treatments' | 'windowMs'>;

/** The product's own decisions as a policy. */
export interface OurPolicy {
  readonly name: string;
  readonly setting: Policy['setting'];
  readonly settings: OurSettings;
  /** Whether nothing is judged, so that only the plan is left; default false. */
  readonly isBlind?: boolean;
}

/** When every simulated rollout starts, ms since 1970. */
const ORIGIN_MS = 1_760_000_000_000;

/** Reasons that say: the data cannot be trusted. */
const DISTRUST: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'staleData',
  'noData',
  'missingReports',
  'lateData',
  'clockSkew',
  'sampleRatioMismatch',
]);

const FLAG: FlagDefinition = {
  state: 'ENABLED',
  variants: { old: 'old', new: 'new' },
  defaultVariant: 'old',
};

/** A policy that drives the real controller: its plan, its rules for late and repeated windows, and `decide`. */
export function ourPolicy({ name, setting, settings, isBlind = false }: OurPolicy): Policy {
  const planAt = (windowMs: number) => (isBlind ? blinded(planFor(settings, windowMs)) : planFor(settings, windowMs));
  const firstCoverage = planAt(USUAL_WINDOW_MS).stages[0]!.coverage;
  return { name, family: 'ours', setting, firstCoverage, start: () => startOurs(planAt) };
}

const USUAL_WINDOW_MS = 60_000;

function planFor(settings: OurSettings, windowMs: number): RolloutDefinition {
  const rollout = { rollout: 'simulated', flag: 'simulated', control: 'old', treatments: [{ variant: 'new' }] };
  return planRollout({ ...settings, ...rollout, windowMs }, FLAG);
}

/** The same plan with metrics that are recorded, not judged; a person cannot ask for this. */
function blinded(definition: RolloutDefinition): RolloutDefinition {
  return { ...definition, metrics: definition.metrics.map((metric) => ({ ...metric, role: 'diagnostic' })) };
}

/** The rollout is planned when the first window shows how long windows are. */
function startOurs(planAt: (windowMs: number) => RolloutDefinition): PolicyRun {
  let ours: Ours | undefined;
  return {
    step: (view) => {
      const [first] = view.windows;
      if (ours === undefined && first !== undefined) ours = openOurs(planAt(first.endMs - first.startMs), view);
      return ours === undefined ? { action: 'hold', reason: 'no window yet' } : pass(ours, view);
    },
  };
}

/** A rollout in progress. */
interface Ours {
  readonly definition: RolloutDefinition;
  readonly intake: Intake;
  state: RolloutState;
  evidence: Observation['evidence'];
}

function openOurs(definition: RolloutDefinition, { coverage, coverageSinceMs }: PolicyView): Ours {
  return {
    definition,
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

/** One pass: closes the windows that are due, decides, and applies what was decided as the storage would. */
function pass(ours: Ours, { windows, nowMs }: PolicyView): PolicyMove {
  const { definition, intake, state } = ours;
  for (const window of windows) intake.accept(window, nowMs);
  const closed = intake.close(nowMs);
  const outcome = decide({
    nowMs: ORIGIN_MS + nowMs,
    rollout: { definition, state },
    evidence: ours.evidence,
    closedThroughMs: ORIGIN_MS + closed.closedThroughMs,
    windows: closed.windows.map((window) => closedWindowOf(window, definition, ORIGIN_MS)),
    quarantinedSources: [],
    lateShare: closed.lateShare,
  });
  const isNews = closed.windows.length > 0 || outcome.decision.action === 'rollback';
  ours.evidence = outcome.evidence;
  if (isNews) ours.state = moved(state, outcome, nowMs);
  return moveOf(outcome, isNews);
}

function moved(state: RolloutState, { decision }: Outcome, nowMs: number): RolloutState {
  if (decision.action === 'hold' || decision.coverage === state.coverage) return state;
  return {
    ...state,
    revision: state.revision + 1,
    coverage: decision.coverage,
    coverageSinceMs: ORIGIN_MS + nowMs,
  };
}

/** Between windows only a rollback takes effect. */
function moveOf(outcome: Outcome, isNews: boolean): PolicyMove {
  const { decision } = outcome;
  const told = {
    reason: decision.reasons[0]?.code ?? decision.action,
    isDataFlagged: decision.reasons.some(({ code }) => DISTRUST.has(code)),
    tell: () => toldBy(outcome),
  };
  if (!isNews || decision.action === 'hold') return { action: 'hold', ...told };
  if (decision.action === 'ramp') return { action: 'move', coverage: decision.coverage, ...told };
  return { action: decision.action, ...told };
}
