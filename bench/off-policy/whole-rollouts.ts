import { ips, type LoggedDecision, policyDiagnostics, sequentialWeights, snips } from '../../models/index.ts';
import { propensitiesOf } from './estimator-errors.ts';
import { type PlayedWorld, SCHEDULE, SHIPPED } from './play-worlds.ts';

const TARGETS = { schedule: SCHEDULE.artefact, shipped: SHIPPED.artefact };

/** Whole rollouts: what a policy costs that makes every choice, beside what the log of the uniform policy says by products of weights. */
export function wholeRollouts(worlds: readonly PlayedWorld[]): string {
  const rows = Object.entries(TARGETS).map(([name, policy]) => {
    const truth = meanOf(worlds.flatMap(({ whole }) => whole[name as keyof typeof TARGETS] ?? []));
    const decisions = worlds.flatMap((world): LoggedDecision[] => {
      const stages = world.choices.map(({ actions, taken }, place) => ({
        targetProbability: propensitiesOf(policy, world, place)[taken]!,
        propensity: actions[taken]!.propensity,
      }));
      const importanceWeight = sequentialWeights(stages)?.at(-1);
      const reward = world.whole['uniform'];
      return importanceWeight === undefined || reward == null
        ? []
        : [{ rollout: `${world.scenario}/${world.seed}`, importanceWeight, reward, predicted: 0, targetValue: 0 }];
    });
    const { effectiveSampleSize, meanWeight } = policyDiagnostics(decisions);
    return `| ${name} | ${truth.toFixed(2)} | ${decisions.length} of ${worlds.length} | ${effectiveSampleSize.toFixed(1)} | ${meanWeight.toFixed(2)} | ${ips(decisions).toFixed(2)} | ${snips(decisions).toFixed(2)} |`;
  });
  const uniform = meanOf(worlds.flatMap(({ whole }) => whole['uniform'] ?? []));
  return [
    `\nWhole rollouts; the uniform policy itself costs ${uniform.toFixed(2)}.`,
    `| policy | truth | rollouts of at most six choices | ESS | mean weight | IPS | SNIPS |`,
    `| --- | --- | --- | --- | --- | --- | --- |`,
    ...rows,
  ].join('\n');
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
