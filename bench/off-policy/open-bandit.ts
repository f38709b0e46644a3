import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type LoggedDecision, policyDiagnostics, policyInterval } from '../../models/index.ts';
import { ESTIMATORS } from './estimators.ts';

// Off-policy estimates of a bandit's click rate from the log of a random policy, beside what the bandit really got.
//   node --import tsx bench/off-policy.ts --data FOLDER
// The folder has random/men/men.csv and bts/men/men.csv of the Open Bandit Dataset (Saito et al. 2020, ZOZO, CC BY 4.0).
const { values } = parseArgs({ options: { data: { type: 'string' } } });

/** One impression; each stands for itself. */
interface Impression {
  readonly item: string;
  readonly position: string;
  readonly click: number;
  readonly propensity: number;
}

const [random, bts] = ['random', 'bts'].map((policy) => impressionsOf(policy));
if (random === undefined || bts === undefined) {
  console.log('skipped: no random/men/men.csv and bts/men/men.csv (name their folder: --data FOLDER)');
} else {
  report(random, bts);
}

function report(log: readonly Impression[], target: readonly Impression[]): void {
  const decisions = decisionsFor(log, target);
  const truth = mean(target.map(({ click }) => click));
  const { effectiveSampleSize, meanWeight, meanWeightError, maxWeight } = policyDiagnostics(decisions);
  console.log(`truth (click rate of the bandit itself) ${truth.toFixed(5)}`);
  for (const [name, { estimate, terms }] of Object.entries(ESTIMATORS)) {
    const { lower, upper } = policyInterval(terms(decisions), 0.95);
    console.log(`${name} ${estimate(decisions).toFixed(10)} [${lower.toFixed(4)}, ${upper.toFixed(4)}]`);
  }
  console.log(`ESS ${effectiveSampleSize.toFixed(0)}, largest weight ${maxWeight.toFixed(2)}`);
  console.log(`mean weight ${meanWeight.toFixed(4)} ± ${meanWeightError.toFixed(4)}`);
}

/** The target is the bandit's mean logged probability of an item at a position, scaled to sum to 1; q̂ an item's smoothed click rate. */
function decisionsFor(log: readonly Impression[], target: readonly Impression[]): readonly LoggedDecision[] {
  const items = groupedBy(log, ({ item }) => item);
  const shownAt = groupedBy(target, ({ item, position }) => `${item}@${position}`);
  const meanLogged = (item: string, position: string) =>
    mean((shownAt.get(`${item}@${position}`) ?? []).map(({ propensity }) => propensity)) || 0;
  // Probabilities are those of moments when an item was shown, hence too high: they have to be made to sum to 1.
  const totals = new Map(
    ['1', '2', '3'].map((position) => [
      position,
      [...items.keys()].reduce((sum, item) => sum + meanLogged(item, position), 0),
    ]),
  );
  const probability = (item: string, position: string) => meanLogged(item, position) / totals.get(position)!;
  const clickRate = mean(log.map(({ click }) => click));
  const predicted = new Map(
    [...items].map(([item, shown]) => {
      const clicks = shown.reduce((sum, { click }) => sum + click, 0);
      return [item, (clicks + 200 * clickRate) / (shown.length + 200)];
    }),
  );
  const targetValues = new Map(
    [...new Set(log.map(({ position }) => position))].map((position) => [
      position,
      [...predicted].reduce((sum, [item, q]) => sum + probability(item, position) * q, 0),
    ]),
  );
  const cells = new Map(log.map((shown) => [`${shown.item}@${shown.position}`, shown]));
  const weights = new Map([...cells].map(([cell, { item, position }]) => [cell, probability(item, position)]));
  return log.map(({ item, position, click, propensity }, index) => ({
    rollout: `${index}`,
    importanceWeight: weights.get(`${item}@${position}`)! / propensity,
    reward: click,
    predicted: predicted.get(item)!,
    targetValue: targetValues.get(position)!,
  }));
}

function impressionsOf(policy: string): readonly Impression[] | undefined {
  const file = join(values.data ?? '', policy, 'men/men.csv');
  if (values.data === undefined || !existsSync(file)) return undefined;
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [, , item = '', position = '', click, propensity] = line.split(',');
      return { item, position, click: Number(click), propensity: Number(propensity) };
    });
}

function groupedBy(list: readonly Impression[], keyOf: (impression: Impression) => string) {
  const groups = new Map<string, Impression[]>();
  for (const impression of list) groups.set(keyOf(impression), [...(groups.get(keyOf(impression)) ?? []), impression]);
  return groups;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
