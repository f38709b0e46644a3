import { lowerRegularisedBeta } from '../../models/index.ts';
import { benchmark } from './gate-checks.ts';
import type { Measured } from './gate-evidence.ts';
import { GATE_LIMITS } from './gate-limits.ts';
import { atLeast, atMost, check, type GateCheck, inWords, notMeasured, short, standsInTheWay } from './named-check.ts';
import type { GateResult } from './pass-gate.ts';

/** What is known of a ramp policy after a training run; plain JSON. null means that nobody has measured it. */
export interface RampEvidence {
  readonly schema: string;
  readonly knownSchema: string;
  /** Why the artefact cannot be served, in words; null for a usable one. */
  readonly artefactFault: string | null;
  readonly artefactBytes: number;
  /** Recorded choices that were made again with it, and those that failed or were outside what is permitted. */
  readonly replay: { readonly choices: number; readonly failures: number; readonly outside: number };
  /** Rollouts under the policy that the log is worth. */
  readonly effectiveSampleSize: number | null;
  /** Mean importance weight, and its standard error over rollouts. */
  readonly meanWeight: { readonly value: number; readonly error: number } | null;
  /** Cost of a rollout under it less that under the champion, doubly robust, and what the champion's costs. */
  readonly costDifference: Measured | null;
  readonly championCost: number | null;
  /** Difference of cost in paired simulated worlds. */
  readonly benchmarkCost: Measured | null;
  /** Harmless simulated worlds, and those that were taken back under it and under the champion. */
  readonly benign: { readonly worlds: number; readonly takenBack: number; readonly championTakenBack: number } | null;
}

/** What a ramp policy has to keep to. */
export interface RampGateLimits {
  readonly effectiveSampleSize: number;
  /** So much dearer than the champion it may be shown to be at most, as a share of the champion's cost. */
  readonly costLoss: number;
  /** Share of harmless rollouts that may be taken back. */
  readonly falseRollback: number;
}

/** The limits unless somebody says otherwise. */
export const RAMP_GATE_LIMITS: RampGateLimits = { effectiveSampleSize: 200, costLoss: 0.01, falseRollback: 0.02 };

/** Further from 1 than so many errors, the propensities in the log are not those that actions were drawn with. */
const WEIGHT_ERRORS = 3;

/** Below this chance too many harmless worlds were taken back. */
const UNLIKELY = 0.05;

/** Whether a ramp policy takes the champion's place: the default is to keep, and nothing that nobody has measured is passed. */
export function passRampGate(evidence: RampEvidence, limits: RampGateLimits = RAMP_GATE_LIMITS): GateResult {
  const { schema, knownSchema, artefactFault, artefactBytes, replay, effectiveSampleSize } = evidence;
  const checks: readonly GateCheck[] = [
    check('schema', schema === knownSchema, `inputs ${schema}, known ${knownSchema}`),
    check('usable', artefactFault === null, artefactFault ?? 'every number is finite and every shape fits'),
    atMost('size', artefactBytes, GATE_LIMITS.artefactBytes),
    replay.choices === 0
      ? notMeasured('replay')
      : check(
          'replay',
          replay.failures + replay.outside === 0,
          `of ${replay.choices} recorded choices ${replay.failures} failed and ${replay.outside} were outside what is permitted`,
        ),
    atLeast('effectiveSampleSize', effectiveSampleSize, limits.effectiveSampleSize),
    propensities(evidence.meanWeight),
    value(evidence, limits),
    evidence.benchmarkCost === null ? notMeasured('benchmarkCost') : benchmark(evidence.benchmarkCost),
    falseRollbacks(evidence.benign, limits.falseRollback),
  ];
  const reasons = checks.filter(standsInTheWay).map(({ check: name, message }) => `${name}: ${message}`);
  const isGood = reasons.length === 0;
  return { verdict: isGood ? 'promote' : 'keep', nextState: isGood ? 'champion' : 'candidate', checks, reasons };
}

function propensities(meanWeight: RampEvidence['meanWeight']): GateCheck {
  const name = 'propensities';
  if (meanWeight === null) return notMeasured(name);
  const { value: mean, error } = meanWeight;
  return check(name, Math.abs(mean - 1) <= WEIGHT_ERRORS * error, `mean weight ${short(mean)} ± ${short(error)}`);
}

/** The upper bound of what it costs more has to be below the loss that is accepted. */
function value({ costDifference, championCost }: RampEvidence, { costLoss }: RampGateLimits): GateCheck {
  const name = 'offPolicyCost';
  if (costDifference === null || championCost === null) return notMeasured(name);
  const most = costLoss * Math.abs(championCost);
  const message = `${inWords(costDifference)} more than the champion's ${short(championCost)}; the upper bound has to be below ${short(most)}`;
  return check(name, costDifference.upper < most, message);
}

/** Few worlds prove no small rate: it must not be shown to be too large, nor be larger than the champion's in the same worlds. */
function falseRollbacks(benign: RampEvidence['benign'], limit: number): GateCheck {
  const name = 'falseRollback';
  if (benign === null || benign.worlds === 0) return notMeasured(name);
  const { worlds, takenBack, championTakenBack } = benign;
  // P(X ≥ k) of a binomial is a regularised beta function.
  const chance = takenBack === 0 ? 1 : lowerRegularisedBeta(limit, takenBack, worlds - takenBack + 1);
  return check(
    name,
    chance >= UNLIKELY && takenBack <= championTakenBack,
    `${takenBack} of ${worlds} harmless worlds, ${championTakenBack} under the champion; p = ${short(chance)} at a share of ${limit}`,
  );
}
