import type { Measured } from './gate-evidence.ts';
import { GATE_LIMITS } from './gate-limits.ts';
import { atLeast, atMost, check, type GateCheck, inWords, short, standsInTheWay } from './named-check.ts';
import type { GateResult } from './pass-gate.ts';

/** What is known of a forecaster after a backtest. */
export interface ForecastEvidence {
  /** Why the artefact cannot be served, in words; null for a usable one. */
  readonly artefactFault: string | null;
  readonly artefactBytes: number;
  readonly heldOutRollouts: number;
  readonly bestBaseline: string;
  /** Mean loss of the best baseline less the forecaster's own, with its 95 % interval. */
  readonly gain: Measured;
  /** Share of held-out steps above its 95 % quantile. */
  readonly aboveUpper: number;
  /** Series that the threshold comes from, and how many α needs. */
  readonly calibrationRuns: { readonly found: number; readonly needed: number };
  /** Mean loss of the forecaster, and of the champion on the same steps; null without a champion. */
  readonly loss: number;
  readonly championLoss: number | null;
}

/** Fewer rollouts than this are no backtest. */
const MIN_ROLLOUTS = 20;

/** More steps than this above a 95 % quantile make it none. */
const MOST_ABOVE = 0.1;

/** Whether a forecaster takes the champion's place: it has to beat its best baseline by more than the error bar. */
export function passForecastGate(evidence: ForecastEvidence): GateResult {
  const { artefactFault, artefactBytes, heldOutRollouts, gain, aboveUpper, calibrationRuns, championLoss } = evidence;
  const checks: readonly GateCheck[] = [
    check('usable', artefactFault === null, artefactFault ?? 'every number is finite and every shape fits'),
    atMost('size', artefactBytes, GATE_LIMITS.artefactBytes),
    atLeast('heldOutRollouts', heldOutRollouts, MIN_ROLLOUTS),
    check(
      'beatsBaseline',
      gain.lower > 0,
      `${inWords(gain)} less loss than the baseline "${evidence.bestBaseline}"; the interval has to be above 0`,
    ),
    check('quantile', aboveUpper <= MOST_ABOVE, `${short(aboveUpper)} above the 95 % quantile, at most ${MOST_ABOVE}`),
    atLeast('calibrationRuns', calibrationRuns.found, calibrationRuns.needed),
    check(
      'champion',
      championLoss === null || evidence.loss <= championLoss,
      championLoss === null ? 'there is no champion' : `${short(evidence.loss)}, the champion's ${short(championLoss)}`,
    ),
  ];
  const reasons = checks.filter(standsInTheWay).map(({ check: name, message }) => `${name}: ${message}`);
  const isGood = reasons.length === 0;
  return { verdict: isGood ? 'promote' : 'keep', nextState: isGood ? 'champion' : 'candidate', checks, reasons };
}
