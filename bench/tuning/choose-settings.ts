import { makeScoreCard, PEERS, type Peer, type RunOutcome, type ScoreCard } from '../../simulation/index.ts';

/** A setting that takes back more benign runs than this is not chosen while another keeps to it. */
export const MAX_FALSE_ROLLBACKS = 0.02;

/** Rules that never look at a metric: settings would only trade harm for speed. */
const WITHOUT_EYES: readonly string[] = ['do-nothing', 'big-bang', 'schedule-only'];

/** A setting that is tried, by the name of its policy. */
export interface TriedSetting {
  readonly peer: string;
  readonly setting: number | 'shipped';
  readonly settings: object;
  readonly policy: string;
}

/** What was chosen for a peer. */
export interface Choice extends TriedSetting {
  readonly loss: number;
  readonly falseRollbacks: number;
}

/** All settings of all peers: those of their grids, and as they are shipped. */
export function triedSettings(): readonly TriedSetting[] {
  return PEERS.filter(({ name }) => !WITHOUT_EYES.includes(name)).flatMap(settingsOf);
}

function settingsOf({ name: peer, shipped, shippedSettings, tuningGrid }: Peer): readonly TriedSetting[] {
  return [
    { peer, setting: 'shipped', settings: shippedSettings, policy: shipped.name },
    ...tuningGrid.map(({ settings, policy }, index) => ({ peer, setting: index, settings, policy: policy.name })),
  ];
}

/** Settings worth more worlds: those of least loss, and those with fewest false rollbacks, of each peer. */
export function worthMore(
  tried: readonly TriedSetting[],
  outcomes: readonly RunOutcome[],
  keep: number,
): readonly TriedSetting[] {
  const rated = rate(tried, outcomes);
  return peersIn(tried).flatMap((peer) => {
    const own = rated.filter((one) => one.peer === peer);
    const kept = new Set([...own.toSorted(byLoss).slice(0, keep), ...own.toSorted(byFalseRollbacks).slice(0, keep)]);
    return tried.filter(({ policy }) => [...kept].some((one) => one.policy === policy));
  });
}

/** For each peer the setting of least loss within the limit of false rollbacks; if none is, the one with fewest of them. */
export function choicesFrom(tried: readonly TriedSetting[], outcomes: readonly RunOutcome[]): readonly Choice[] {
  const rated = rate(tried, outcomes);
  return peersIn(tried).map((peer) => best(rated.filter((one) => one.peer === peer)));
}

function best(rated: readonly Choice[]): Choice {
  const kept = rated.filter(({ falseRollbacks }) => falseRollbacks <= MAX_FALSE_ROLLBACKS);
  const [first] = kept.length > 0 ? kept.toSorted(byLoss) : rated.toSorted(byFalseRollbacks);
  return first!;
}

function rate(tried: readonly TriedSetting[], outcomes: readonly RunOutcome[]): readonly Choice[] {
  const names = new Set(tried.map(({ policy }) => policy));
  const own = outcomes.filter(({ policy }) => names.has(policy));
  const scores = new Map(cardOf(own).policies.map((score) => [score.policy, score.figures]));
  return tried.map((one) => {
    const { loss, falseRollbacks } = scores.get(one.policy)!;
    return { ...one, loss: loss.value!, falseRollbacks: falseRollbacks.value! };
  });
}

function byLoss(a: Choice, b: Choice): number {
  return a.loss - b.loss;
}

function byFalseRollbacks(a: Choice, b: Choice): number {
  return a.falseRollbacks - b.falseRollbacks || a.loss - b.loss;
}

function peersIn(tried: readonly TriedSetting[]): readonly string[] {
  return [...new Set(tried.map(({ peer }) => peer))];
}

function cardOf(outcomes: readonly RunOutcome[]): ScoreCard {
  const plan = { title: 'Tuning', date: '', traces: 'synthetic series', seed: 1, resamples: 1 };
  return makeScoreCard(outcomes, { ...plan, sweeps: [], references: [] });
}
