import type { GateResult } from '../gate/index.ts';
import type { RewardSet } from '../rewards/reward-set.ts';
import type { RampEstimate } from './estimate-ramp-policy.ts';
import type { ChoiceReplay } from './replay-choices.ts';

/** All that a card tells. */
export interface RampCardInput {
  readonly modelId: string;
  readonly parentId: string;
  readonly rewards: RewardSet;
  readonly estimate: RampEstimate;
  readonly replay: ChoiceReplay;
  readonly gate: GateResult;
}

/** What a person has to know of a ramp policy before they put it into use, as Markdown. */
export function rampCard({ modelId, parentId, rewards, estimate, replay, gate }: RampCardInput): string {
  const { value, lower, upper } = estimate.costDifference;
  const rows = Object.entries(estimate.cost).map(
    ([name, cost]) => `| ${ESTIMATORS[name] ?? name} | ${short(cost)} | ${short(estimate.championCost[name]!)} |`,
  );
  return `# Ramp policy ${modelId}

It chooses the pace of a rollout, once, among those that the plan permits, where a rollout asks for a learned pace. It widens no limit,
and never rolls back.

It is ${parentId} after ${estimate.rollouts} recorded rollouts. ${rewards.finishedCount} generations whose pace was chosen were
over; ${rewards.unknownCount} of them have no label and were left out. Data set \`${rewards.hash}\`.

| cost of a rollout | this policy | ${parentId} |
| --- | --- | --- |
${rows.join('\n')}

Difference, doubly robust and clipped: ${short(value)} [${short(lower)}, ${short(upper)}]. The log is worth ${short(estimate.effectiveSampleSize)} rollouts under this
policy; largest weight ${short(estimate.maxWeight)}, mean weight ${short(estimate.meanWeight.value)} ± ${short(estimate.meanWeight.error)}. Each rollout is judged by a policy that has
not learned from it.

Of ${replay.choices} recorded choices that were made again ${replay.changed} would be other ones.

The gate says: ${gate.verdict}.

${gate.checks.map(({ check, outcome, message }) => `- ${check}: ${outcome}, ${message}`).join('\n')}
`;
}

const ESTIMATORS: Readonly<Record<string, string>> = {
  ips: 'inverse propensity',
  snips: 'self-normalised',
  directMethod: 'direct method',
  doublyRobust: 'doubly robust',
  clippedDoublyRobust: 'doubly robust, weights clipped at 20',
  switchDoublyRobust: 'doubly robust, the model alone above 20',
};

function short(value: number): string {
  return Number.isNaN(value) ? 'unknown' : String(Number(value.toPrecision(3)));
}
