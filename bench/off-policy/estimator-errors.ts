import {
  APPETITES,
  choosePace,
  clippedDoublyRobust,
  clusterBootstrap,
  crossFitted,
  type DecisionFeatures,
  decisionDraws,
  type LoggedDecision,
  type PolicyLog,
  policyDiagnostics,
  policyInterval,
  type RampPolicy,
  rampInputs,
  sampled,
} from '../../models/index.ts';
import { ESTIMATORS } from './estimators.ts';
import { type PlayedWorld, SCHEDULE, SHIPPED, UNIFORM } from './play-worlds.ts';

const LOGS = 400;
const RESAMPLES = 200;
const SIZES = [100, 300];

const DIFFERENCE = 'difference to shipped, DR clipped at 20';

const LOGGING = { uniform: UNIFORM.artefact, shipped: SHIPPED.artefact };
const TARGETS: Readonly<Record<string, RampPolicy>> = {
  schedule: SCHEDULE.artefact,
  shipped: SHIPPED.artefact,
  'shipped with linUcb': { ...SHIPPED.artefact, algorithm: 'linUcb' },
  'shipped with squareCb': { ...SHIPPED.artefact, algorithm: 'squareCb' },
};

/** Bias, root mean squared error and coverage of 95 % intervals, by logging policy, target policy and size of the log. */
export function estimateErrors(worlds: readonly PlayedWorld[]): string {
  const rows = Object.entries(LOGGING).flatMap(([log, logging]) =>
    Object.entries(TARGETS)
      .filter(([target]) => target !== log)
      .flatMap(([target, policy]) => SIZES.flatMap((size) => rowsOf(worlds, { log, logging, target, policy, size }))),
  );
  return [
    `| log | policy | rollouts | truth | ESS | mean weight | estimator | bias | RMSE | 95 % intervals that cover |`,
    `| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |`,
    ...rows,
  ].join('\n');
}

interface Case {
  readonly log: string;
  readonly logging: RampPolicy;
  readonly target: string;
  readonly policy: RampPolicy;
  readonly size: number;
}

function rowsOf(worlds: readonly PlayedWorld[], { log, logging, target, policy, size }: Case): readonly string[] {
  const places = worlds.map((world) => ({
    world,
    inputs: inputsOf(world),
    logged: propensitiesOf(logging, world),
    wanted: propensitiesOf(policy, world),
    champion: propensitiesOf(SHIPPED.artefact, world),
  }));
  const costUnder = (who: 'wanted' | 'champion') =>
    meanOf(places.map((place) => place[who].reduce((sum, p, a) => sum + p * place.world.costs[a]!, 0)));
  const truth = costUnder('wanted');
  const trueDifference = truth - costUnder('champion');
  const { uniform } = decisionDraws(size);
  const found: Record<string, { error: number; covers: boolean }[]> = {};
  const weights: { readonly ess: number; readonly mean: number }[] = [];
  for (let index = 0; index < LOGS; index += 1) {
    const drawn = Array.from({ length: size }, (_, rollout) => {
      const place = places[Math.floor(uniform() * places.length)]!;
      return { ...place, rollout: `${rollout}`, taken: sampled(place.logged, uniform()) };
    });
    const decisionsOf = (who: 'wanted' | 'champion'): readonly LoggedDecision[] =>
      crossFitted(
        drawn.map(({ world, inputs, logged, taken, rollout, ...place }): PolicyLog => {
          const actions = inputs.map((one, a) => ({ inputs: one, targetProbability: place[who][a]! }));
          return { rollout, actions, taken, propensity: logged[taken]!, reward: world.costs[taken]! };
        }),
      );
    const decisions = decisionsOf('wanted');
    if (policy !== SHIPPED.artefact) {
      const champion = decisionsOf('champion');
      const pairs = decisions.map((own, index) => [{ own, champion: champion[index]! }]);
      const difference = (some: readonly (typeof pairs)[number][number][]) =>
        clippedDoublyRobust(some.map((pair) => pair.own)) - clippedDoublyRobust(some.map((pair) => pair.champion));
      const { lower, upper } = clusterBootstrap(pairs, difference, { replicates: RESAMPLES, level: 0.95, uniform });
      found[DIFFERENCE] ??= [];
      found[DIFFERENCE].push({
        error: difference(pairs.flat()) - trueDifference,
        covers: lower <= trueDifference && trueDifference <= upper,
      });
    }
    const { effectiveSampleSize, meanWeight } = policyDiagnostics(decisions);
    // A log without one decision that the target would take is worth nothing.
    weights.push({ ess: Number.isNaN(effectiveSampleSize) ? 0 : effectiveSampleSize, mean: meanWeight });
    for (const [name, estimator] of Object.entries(ESTIMATORS)) {
      const { lower, upper } = policyInterval(decisions, estimator, { replicates: RESAMPLES, level: 0.95, uniform });
      found[name] ??= [];
      found[name].push({ error: estimator(decisions) - truth, covers: lower <= truth && truth <= upper });
    }
  }
  const [ess, weight] = [meanOf(weights.map((one) => one.ess)), meanOf(weights.map((one) => one.mean))];
  const where = `| ${log} | ${target} | ${size} | ${truth.toFixed(2)} | ${ess.toFixed(0)} | ${weight.toFixed(3)}`;
  return Object.entries(found).map(([name, results]) => {
    // Logs that give no estimate have no error, and their intervals cover nothing.
    const errors = results.flatMap(({ error }) => (Number.isNaN(error) ? [] : [error]));
    const bias = meanOf(errors);
    const rmse = Math.sqrt(meanOf(errors.map((error) => error ** 2)));
    const coverage = meanOf(results.map(({ covers }) => (covers ? 1 : 0)));
    return `${where} | ${name} | ${bias.toFixed(2)} | ${rmse.toFixed(2)} | ${(100 * coverage).toFixed(1)} % |`;
  });
}

/** What a policy would have chosen in a world, with the seed that it had there. */
function propensitiesOf(policy: RampPolicy, { choice }: PlayedWorld): readonly number[] {
  const { features, paces, scheduled, seed } = choice;
  const answer = choosePace(policy, {
    features: features as unknown as DecisionFeatures,
    paces,
    scheduled,
    seed,
    factors: APPETITES.balanced,
  });
  if (answer === undefined) throw new Error('a policy gives no probabilities');
  return answer.propensities;
}

function inputsOf({ choice: { features, paces } }: PlayedWorld): readonly (readonly number[])[] {
  return paces.map((pace) => rampInputs(features as unknown as DecisionFeatures, pace));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
