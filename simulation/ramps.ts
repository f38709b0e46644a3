import type { Outcome } from '../controller/index.ts';

/** What a ramp may look at: everything so far. */
export interface RampView {
  readonly outcome: Outcome;
  readonly coverage: number;
  /** Minutes since the start of the run, at the end of the window. */
  readonly minute: number;
}

/** Which coverage comes next, given the past. */
export type Ramp = (view: RampView) => number;

/** The controller's own decisions; a rollback is recorded, and the coverage stays so that the other alarms go on. */
export const asDecided: Ramp = ({ outcome: { decision }, coverage }) =>
  decision.action === 'ramp' || decision.action === 'stepBack' ? decision.coverage : coverage;

const CAUTIOUS = 1_000;
const HALF = 50_000;

/** An adversary: half of the traffic as soon as there is a little evidence of harm, a hundredth otherwise. */
export const jumpOnEvidence: Ramp = ({ outcome }) => (evidenceOf(outcome) > 3 ? HALF : CAUTIOUS);

/** The opposite: half of the traffic until there is any evidence of harm, then a hundredth until it is gone. */
export const fleeFromEvidence: Ramp = ({ outcome }) => (evidenceOf(outcome) > 1 ? CAUTIOUS : HALF);

/** The same at every hour whatever happens: 1 → 5 → 10 → 25 → 50 %. */
export const hourly: Ramp = ({ minute }) => HOURLY[Math.min(HOURLY.length - 1, Math.floor(minute / 60))]!;

const HOURLY = [1_000, 5_000, 10_000, 25_000, 50_000];

/** Each stage for as long as its burn-in and no longer: nothing but the coarse watch ever looks. */
export function stageEvery(minutes: number): Ramp {
  return ({ minute }) => STAGES[Math.min(STAGES.length - 1, Math.floor(minute / minutes))]!;
}

const STAGES = [1_000, 5_000, 20_000, 50_000, 95_000];

/** E of the first guardrail by itself, as it is now and not as it was at its highest. */
function evidenceOf({ assessment }: Outcome): number {
  return 10 ** assessment.treatments[0]!.guardrails[0]!.evidence.log10;
}
