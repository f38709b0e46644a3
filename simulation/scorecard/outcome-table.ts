import type { RunOutcome, ScenarioKind } from './run-outcome.ts';

/** One world's scenario. */
export interface Scenario {
  readonly name: string;
  readonly kind: ScenarioKind;
}

/** Outcomes in one order, whatever order they came in: every policy's in the same worlds. */
export interface OutcomeTable {
  /** Harmful, benign, then broken telemetry; each by name. */
  readonly scenarios: readonly Scenario[];
  /** Rising. */
  readonly seeds: readonly number[];
  /** By policy, then scenario, then seed. */
  readonly runs: ReadonlyMap<string, readonly RunOutcome[]>;
}

const KINDS: readonly ScenarioKind[] = ['harmful', 'benign', 'dataFault'];

/** H2 before H10; the locale is named, so that the order is the same everywhere. */
const NAMES = new Intl.Collator('en', { numeric: true });

/**
 * Puts outcomes in order.
 *
 * Asserts that every policy met the same worlds, once each; that a scenario has one kind; and that no figure is
 * negative or not a number.
 */
export function tabulate(outcomes: readonly RunOutcome[]): OutcomeTable {
  for (const run of outcomes) assertFigures(run);
  const scenarios = scenariosOf(outcomes);
  const rank = new Map(scenarios.map(({ name }, index) => [name, index]));
  const runs = new Map<string, RunOutcome[]>(namesOf(outcomes).map((policy) => [policy, []]));
  for (const run of outcomes) runs.get(run.policy)!.push(run);
  for (const own of runs.values()) own.sort((a, b) => rank.get(a.scenario)! - rank.get(b.scenario)! || a.seed - b.seed);
  assertSameWorlds(runs);
  return { scenarios, seeds: [...new Set(outcomes.map(({ seed }) => seed))].sort((a, b) => a - b), runs };
}

/** Names a world among those of all scenarios. */
export function worldOf({ scenario, seed }: Pick<RunOutcome, 'scenario' | 'seed'>): string {
  return `${scenario} ${seed}`;
}

function namesOf(outcomes: readonly RunOutcome[]): readonly string[] {
  return [...new Set(outcomes.map(({ policy }) => policy))].sort(NAMES.compare);
}

function scenariosOf(outcomes: readonly RunOutcome[]): readonly Scenario[] {
  const kinds = new Map<string, ScenarioKind>();
  for (const { scenario, kind } of outcomes) {
    if ((kinds.get(scenario) ?? kind) !== kind) throw new Error(`the scenario ${scenario} has two kinds`);
    kinds.set(scenario, kind);
  }
  return [...kinds]
    .map(([name, kind]) => ({ name, kind }))
    .sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || NAMES.compare(a.name, b.name));
}

function assertSameWorlds(runs: OutcomeTable['runs']): void {
  const worldsOf = (policy: string) => runs.get(policy)!.map(worldOf);
  const [first, ...others] = runs.keys();
  if (first === undefined) throw new Error('no outcomes');
  const expected = worldsOf(first);
  const repeated = expected.find((world, index) => world === expected[index - 1]);
  if (repeated !== undefined) throw new Error(`${first} met the world "${repeated}" twice`);
  for (const policy of others) {
    const met = worldsOf(policy);
    const index = Array.from({ length: Math.max(met.length, expected.length) }).findIndex(
      (_, i) => met[i] !== expected[i],
    );
    if (index >= 0)
      throw new Error(`${policy} met other worlds than ${first}, or one twice: "${met[index]}", "${expected[index]}"`);
  }
}

function assertFigures(run: RunOutcome): void {
  const { seed, harm, segmentHarm, steps, reversals, hoursTo95, hoursLost, endedAtMs, harmlessSinceMs } = run;
  const hours = [hoursTo95 ?? 0, hoursLost ?? 0];
  const figures = [harm, segmentHarm, steps, reversals, ...hours, endedAtMs ?? 0, harmlessSinceMs ?? 0];
  const isPossible = Number.isInteger(seed) && figures.every((figure) => Number.isFinite(figure) && figure >= 0);
  const hasEnd = run.end === 'unfinished' || endedAtMs !== null;
  if (!isPossible || !hasEnd) throw new Error(`impossible outcome: ${JSON.stringify(run)}`);
}
