import { SHARE_TOTAL } from '../../domain/index.ts';
import { normalQuantile } from '../../models/index.ts';
import type { ComparedArms } from './arms/matched-arms.ts';
import { experimentRule } from './experiment-rule.ts';
import { type LossView, lossWatch } from './frozen-base.ts';
import { aPeer } from './peer.ts';
import type { PolicyMove, PolicyView } from './policy.ts';
import { complete, hold, moveTo, rollback } from './ramp/moves.ts';
import type { Rule } from './rule.ts';
import { speedsOf } from './speeds.ts';
import { type LossPosterior, type LossWeights, lossPosterior } from './statistics/loss-contrast.ts';
import { combinations } from './tuning-grid.ts';

/** Settings of a ramp by risk budget. */
export interface RiskBudgetSettings {
  readonly firstCoverage: number;
  /** Time between two decisions: one batch. */
  readonly batchMs: number;
  readonly weights: LossWeights;
  /** Loss allowed in all, as a share of what a day loses anyway. */
  readonly budgetShare: number;
  /** Chance that a batch may use up what is left. */
  readonly depletionProbability: number;
  /** Standard deviation of the prior effect, as a share of control. */
  readonly priorEffect: number;
}

/**
 * Reconstruction of the ramp of Li, Mao & Bojinov (arXiv 2305.09626) from its abstract; formulas are not confirmed.
 *
 * Before each batch: the most units n with P(n · effect > budget left | posterior) at most the allowed chance, solved
 * in closed form for a normal posterior. Where not even the first coverage is affordable the change is withdrawn.
 */
export function riskBudgetRamp(settings: RiskBudgetSettings): Rule {
  return experimentRule({
    firstCoverage: settings.firstCoverage,
    control: 'matched',
    lookMs: settings.batchMs,
    begin() {
      const watch = lossWatch(settings.weights);
      return {
        look(arms, view) {
          const loss = watch(arms, view);
          return loss === null ? NEEDS_CONTROL : nextBatch(loss, arms, view, settings);
        },
        between: () => BETWEEN,
      };
    },
  });
}

const BETWEEN = hold('the batch is not over');
const NEEDS_CONTROL = hold('too little of control was seen');
const UNCHANGED = hold('the budget allows what is served');
const HALF = SHARE_TOTAL / 2;
const DAY_MS = 86_400_000;

function nextBatch(loss: LossView, arms: ComparedArms, view: PolicyView, settings: RiskBudgetSettings): PolicyMove {
  const { base, trafficPerMs } = loss.frozen;
  const posterior = lossPosterior(loss, settings.priorEffect * base);
  const spent = Math.max(0, arms.treatment.exposures * posterior.mean);
  const left = settings.budgetShare * base * trafficPerMs * DAY_MS - spent;
  const units = affordableUnits(posterior, left, settings.depletionProbability);
  const share = (units / (trafficPerMs * settings.batchMs)) * SHARE_TOTAL;
  if (share < settings.firstCoverage) return rollback('the budget does not pay for the first coverage');
  // Above half the control shrinks: full release needs a batch at half first.
  if (share >= SHARE_TOTAL && view.coverage >= HALF) return complete('the budget pays for everybody');
  const wanted = Math.min(HALF, Math.floor(share));
  return wanted === view.coverage ? UNCHANGED : moveTo(wanted, 'what the budget allows');
}

/** Most units n with P(n X > left) ≤ chance for a normal effect X: n (mean + z sd) = left; Infinity if X is harmless. */
export function affordableUnits({ mean, sd }: LossPosterior, left: number, chance: number): number {
  const worst = mean + normalQuantile(1 - chance) * sd;
  if (left <= 0) return 0;
  return worst <= 0 ? Number.POSITIVE_INFINITY : left / worst;
}

const MINUTE_MS = 60_000;

const SHIPPED: RiskBudgetSettings = {
  firstCoverage: 1_000,
  batchMs: 30 * MINUTE_MS,
  weights: { errors: 1, slow: 0.3, conversions: 1 },
  budgetShare: 0.005,
  depletionProbability: 0.05,
  priorEffect: 1,
};

/** The risk-budget ramp, as a peer. */
export const RISK_BUDGET_RAMP = aPeer({
  name: 'li-mao-bojinov',
  family: 'peer',
  rule: riskBudgetRamp,
  shipped: SHIPPED,
  tuningGrid: combinations(SHIPPED, {
    batchMs: [10, 20, 30, 60].map((minutes) => minutes * MINUTE_MS),
    budgetShare: [0.001, 0.002, 0.005, 0.01, 0.02],
    depletionProbability: [0.05, 0.01],
  }),
  speeds: speedsOf<RiskBudgetSettings>([0.02, 0.01, 0.005, 0.002, 0.001].map((budgetShare) => ({ budgetShare }))),
});
