import {
  APPETITES,
  type BootstrapInterval,
  choosePace,
  clippedDoublyRobust,
  clippedDoublyRobustTerms,
  clusterBootstrap,
  crossFitted,
  type DecisionFeatures,
  decisionDraws,
  type LoggedDecision,
  type PolicyLog,
  type PolicyTerm,
  policyDiagnostics,
  policyInterval,
  type RampPolicy,
  rampInputs,
  sampled,
  termDifferences,
} from '../../models/index.ts';
import { type EstimatedLog, errorsInWords } from './errors-in-words.ts';
import { ESTIMATORS } from './estimators.ts';
import { type PlayedWorld, SCHEDULE, SHIPPED, UNIFORM } from './play-worlds.ts';

const RESAMPLES = 200;
const LEVEL = 0.95;

/** How much is drawn. */
export interface ErrorOptions {
  /** Logs of each size. */
  readonly logs: number;
  /** Rollouts of a log. */
  readonly sizes: readonly number[];
}

const LOGGING = { uniform: UNIFORM.artefact, shipped: SHIPPED.artefact };
const TARGETS: Readonly<Record<string, RampPolicy>> = {
  schedule: SCHEDULE.artefact,
  shipped: SHIPPED.artefact,
  'shipped with linUcb': { ...SHIPPED.artefact, algorithm: 'linUcb' },
  'shipped with squareCb': { ...SHIPPED.artefact, algorithm: 'squareCb' },
};

/** Bias, root mean squared error, coverage and width of 95 % intervals, by logging policy, target policy and size of the log. */
export function estimateErrors(worlds: readonly PlayedWorld[], { logs, sizes }: ErrorOptions): string {
  const rows = Object.entries(LOGGING).flatMap(([log, logging]) =>
    Object.entries(TARGETS)
      .filter(([target]) => target !== log)
      .flatMap(([target, policy]) => {
        const places = worlds.map((world) => placeOf(world, logging, policy));
        return sizes.flatMap((size) => rowsOf(places, { logs, size, where: `| ${log} | ${target} | ${size}` }));
      }),
  );
  return [
    '| log | policy | rollouts | ESS | mean weight | of what | truth | bias | RMSE | 95 % intervals that cover | that end below it | mean width |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** A world with what each policy would choose in it. */
interface Place {
  readonly world: PlayedWorld;
  readonly inputs: readonly (readonly number[])[];
  readonly logged: readonly number[];
  readonly wanted: readonly number[];
  readonly champion: readonly number[];
}

function placeOf(world: PlayedWorld, logging: RampPolicy, policy: RampPolicy): Place {
  const { features, paces } = world.choice;
  return {
    world,
    inputs: paces.map((pace) => rampInputs(features as unknown as DecisionFeatures, pace)),
    logged: propensitiesOf(logging, world),
    wanted: propensitiesOf(policy, world),
    champion: propensitiesOf(SHIPPED.artefact, world),
  };
}

function rowsOf(
  places: readonly Place[],
  { logs: logCount, size, where }: { readonly logs: number; readonly size: number; readonly where: string },
): readonly string[] {
  const costUnder = (who: 'wanted' | 'champion') =>
    meanOf(places.map((place) => place[who].reduce((sum, p, a) => sum + p * place.world.costs[a]!, 0)));
  const truth = costUnder('wanted');
  const trueDifference = truth - costUnder('champion');
  const { uniform } = decisionDraws(size);
  const logs = Array.from({ length: logCount }, (): EstimatedLog => {
    const drawn = Array.from({ length: size }, (_, rollout) => {
      const place = places[Math.floor(uniform() * places.length)]!;
      return { place, rollout: `${rollout}`, taken: sampled(place.logged, uniform()) };
    });
    const [own, champion] = [decisionsOf(drawn, 'wanted'), decisionsOf(drawn, 'champion')];
    const estimates = Object.entries(ESTIMATORS).map(([name, { estimate, terms }]) => ({
      name,
      truth,
      value: estimate(own),
      ...policyInterval(terms(own), LEVEL),
    }));
    const terms = termDifferences(clippedDoublyRobustTerms(own), clippedDoublyRobustTerms(champion));
    const difference = { truth: trueDifference, value: clippedDoublyRobust(own) - clippedDoublyRobust(champion) };
    const { effectiveSampleSize, meanWeight } = policyDiagnostics(own);
    return {
      // A log without one decision that the target would take is worth nothing.
      effectiveSampleSize: Number.isNaN(effectiveSampleSize) ? 0 : effectiveSampleSize,
      meanWeight,
      estimates: [
        ...estimates,
        { name: 'more than shipped, DR clipped at 20', ...difference, ...policyInterval(terms, LEVEL) },
        { name: 'the same, percentiles of a bootstrap', ...difference, ...percentiles(terms, uniform) },
      ],
    };
  });
  // By the policy that is shipped it is no difference.
  return errorsInWords(where, logs).filter((row) => trueDifference !== 0 || !/more than shipped|the same/.test(row));
}

function decisionsOf(
  drawn: readonly { readonly place: Place; readonly rollout: string; readonly taken: number }[],
  who: 'wanted' | 'champion',
): readonly LoggedDecision[] {
  const logs = drawn.map(({ place, rollout, taken }): PolicyLog => {
    const actions = place.inputs.map((inputs, a) => ({
      inputs,
      targetProbability: place[who][a]!,
      propensity: place.logged[a]!,
    }));
    return { rollout, actions, taken, reward: place.world.costs[taken]! };
  });
  return crossFitted(logs);
}

/** What the interval of before would have been. */
function percentiles(terms: readonly PolicyTerm[], uniform: () => number): BootstrapInterval {
  const values = terms.map(({ base, drawn }) => [base + drawn]);
  return clusterBootstrap(values, meanOf, { replicates: RESAMPLES, level: LEVEL, uniform });
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

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
