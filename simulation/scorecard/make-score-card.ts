import { compareWith } from './compare-with.ts';
import { delayPoints } from './delay-points.ts';
import { type DrawnTable, drawTable } from './drawn-table.ts';
import { everyFigure, figureOf, sampleMetric } from './figures.ts';
import { frontOf } from './front-of.ts';
import { METRIC_NAMES, METRICS, type Metric, metricOfKind } from './metrics.ts';
import { type OutcomeTable, tabulate } from './outcome-table.ts';
import { finite } from './resamples.ts';
import type { RunOutcome } from './run-outcome.ts';
import type { PolicyScore, ScenarioOnCard, ScoreCard, ScoreCardPlan } from './score-card.ts';

/**
 * The score card of some outcomes; the same for the same outcomes in any order.
 *
 * Asserts what `tabulate` asserts, and that the plan names only policies that there are.
 */
export function makeScoreCard(outcomes: readonly RunOutcome[], plan: ScoreCardPlan): ScoreCard {
  const drawn = drawTable(tabulate(outcomes), plan);
  const { table } = drawn;
  assertNamed(table, plan);
  const policies = [...table.runs].map(([policy, own]) => scoreOf(policy, own, drawn)).sort(byLoss);
  const { title, date, traces, seed, resamples } = plan;
  return {
    format: 'rampwright-score-card/1',
    title,
    date,
    traces,
    seed,
    resamples,
    runs: outcomes.length / table.runs.size,
    scenarios: scenariosOf(table),
    policies,
    differences: plan.references.flatMap((reference) =>
      policies
        .filter(({ policy }) => policy !== reference)
        .map(({ policy }) => compareWith({ policy, reference }, drawn)),
    ),
    fronts: plan.sweeps.map((sweep) => frontOf(sweep, drawn)),
  };
}

function assertNamed({ runs }: OutcomeTable, { sweeps, references }: ScoreCardPlan): void {
  const unknown = [...sweeps.flatMap(({ policies }) => policies), ...references].find((policy) => !runs.has(policy));
  if (unknown !== undefined) throw new Error(`no outcomes of the policy ${unknown}`);
}

function scoreOf(policy: string, own: readonly RunOutcome[], drawn: DrawnTable): PolicyScore {
  const { positions, once, resamples, table } = drawn;
  const figure = (metric: Metric, runs: readonly RunOutcome[]) =>
    figureOf(sampleMetric(metric, { own: runs, positions }), once, resamples);
  const [harmful, benign] = sampleMetric(METRICS.loss, { own, positions }).samples.map(meanOf);
  return {
    policy,
    figures: everyFigure((metric) => figure(metric, own)),
    lossParts: { harmful: part(0, harmful!), benign: part(1, benign!) },
    scenarios: table.scenarios.map(({ name, kind }) => {
      const runs = own.filter(({ scenario }) => scenario === name);
      const figures = METRIC_NAMES.flatMap((key) => {
        const metric = metricOfKind(METRICS[key], kind);
        return metric === undefined ? [] : [[key, figure(metric, runs)] as const];
      });
      return { scenario: name, figures: Object.fromEntries(figures) };
    }),
    delays: delayPoints(own),
  };
}

function part(index: 0 | 1, mean: number): number | null {
  return finite(METRICS.loss.parts[index]!.weight * mean);
}

function meanOf({ values }: { readonly values: Float64Array }): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function scenariosOf({ scenarios, runs }: OutcomeTable): readonly ScenarioOnCard[] {
  const [first = []] = runs.values();
  return scenarios.map(({ name, kind }) => ({
    name,
    kind,
    runs: first.filter(({ scenario }) => scenario === name).length,
  }));
}

function byLoss(a: PolicyScore, b: PolicyScore): number {
  const [lossA, lossB] = [a.figures.loss.value ?? Number.MAX_VALUE, b.figures.loss.value ?? Number.MAX_VALUE];
  return lossA - lossB;
}
