import { type DecisionModels, type Observation, type Outcome, planRollout } from '../../controller/index.ts';
import type { FlagDefinition, PaceName, ReasonCode, RolloutDefinition, RolloutState } from '../../domain/index.ts';
import type { RolloutInput } from '../../domain/schema/index.ts';
import type { Policy, PolicyMove, PolicyRun } from '../policies/policy.ts';
import { type OurPass, type OurRun, openOurRun, passByWindow, passOf, raisedTo } from './our-run.ts';
import { toldBy } from './told-by.ts';

/** What a rollout of the product is asked for; what is left out is as a person gets it who says nothing. */
export type OurSettings = Omit<RolloutInput, 'rollout' | 'flag' | 'control' | 'treatments' | 'windowMs'>;

/** The product's own decisions as a policy. */
export interface OurPolicy {
  readonly name: string;
  readonly setting: Policy['setting'];
  readonly settings: OurSettings;
  /** Name of the rollout, which its choices are seeded by; absent: the one that all simulated ones have. */
  readonly rollout?: string;
  /** Whether nothing is judged, so that only the plan is left; default false. */
  readonly isBlind?: boolean;
  /** The learned models that are asked; absent: none, and nobody misses them. */
  readonly models?: DecisionModels;
  /** The pace that is kept where the plan asks for a learned one; absent: a policy chooses it. */
  readonly pace?: PaceName;
  /** Whether a rollout like none before is taken back for that alone: an ablation, which no plan can ask for. */
  readonly onNovel?: 'rollback';
  /** Is told every outcome that takes effect, and what it was decided from. */
  readonly onDecision?: (outcome: Outcome, observation: Observation) => void;
  /** Is told every outcome, window by window. */
  readonly listen?: (outcome: Outcome) => void;
}

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
export function ourPolicy({ name, setting, settings, rollout, isBlind = false, ...asked }: OurPolicy): Policy {
  const planAt = (windowMs: number) => {
    const plan = planFor(settings, windowMs, rollout);
    return isBlind ? blinded(plan) : plan;
  };
  const firstCoverage = planAt(USUAL_WINDOW_MS).stages[0]!.coverage;
  return { name, family: 'ours', setting, firstCoverage, start: () => startOurs(planAt, asked) };
}

const USUAL_WINDOW_MS = 60_000;

/** The plan of these settings for windows of a length. */
export function planFor(settings: OurSettings, windowMs: number, rollout = 'simulated'): RolloutDefinition {
  const names = { rollout, flag: 'simulated', control: 'old', treatments: [{ variant: 'new' }] };
  return planRollout({ ...settings, ...names, windowMs }, FLAG);
}

/** The same plan with metrics that are recorded, not judged; a person cannot ask for this. */
function blinded(definition: RolloutDefinition): RolloutDefinition {
  return { ...definition, metrics: definition.metrics.map((metric) => ({ ...metric, role: 'diagnostic' })) };
}

/** The rollout is planned when the first window shows how long windows are. */
function startOurs(
  planAt: (windowMs: number) => RolloutDefinition,
  {
    models,
    pace,
    onNovel,
    onDecision,
    listen,
  }: Pick<OurPolicy, 'models' | 'pace' | 'onNovel' | 'onDecision' | 'listen'>,
): PolicyRun {
  let ours: OurRun | undefined;
  return {
    step: (view) => {
      const [first] = view.windows;
      if (ours === undefined && first !== undefined) {
        ours = openOurRun(planAt(first.endMs - first.startMs), view, { models, pace });
      }
      if (ours === undefined) return { action: 'hold', reason: 'no window yet' };
      const made = listen === undefined ? passOf(ours, view) : passByWindow(ours, view, listen);
      if (onNovel === 'rollback' && isNovel(made.outcome)) return { action: 'rollback', reason: 'novelRollout' };
      if (made.isNews) onDecision?.(made.outcome, made.observation);
      if (made.isNews) ours.state = moved(ours.state, made.outcome, view.nowMs);
      return moveOf(made);
    },
  };
}

function isNovel({ assessment }: Outcome): boolean {
  return assessment.learned?.some((one) => one.isNovel) ?? false;
}

/** What was decided takes effect as the storage would have it. */
function moved(state: RolloutState, { decision }: Outcome, nowMs: number): RolloutState {
  if (decision.action === 'hold' || decision.coverage === state.coverage) return state;
  return raisedTo(state, decision.coverage, nowMs);
}

function moveOf({ outcome, isNews }: OurPass): PolicyMove {
  const { decision } = outcome;
  const told = {
    reason: decision.reasons[0]?.code ?? decision.action,
    isDataFlagged: decision.reasons.some(({ code }) => DISTRUST.has(code)),
    tell: () => toldBy(outcome),
  };
  if (!isNews || decision.action === 'hold') return { action: 'hold', ...told };
  if (decision.action === 'ramp' || decision.action === 'stepBack')
    return { action: 'move', coverage: decision.coverage, ...told };
  return { action: decision.action, ...told };
}
