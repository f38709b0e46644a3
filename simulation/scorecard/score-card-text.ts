import { METRIC_NAMES, type MetricName } from './metrics.ts';
import type { Front, PolicyDifference, PolicyScore, ScoreCard } from './score-card.ts';
import { NOTHING, showCount, showDifference, showHeading, showInterval, showNumber, showValue } from './show-figure.ts';
import { type Rows, textTable } from './text-table.ts';

const SIZE = { maxWidth: 120, maxName: 30 };

/** The score card as plain text for a terminal, no line wider than 120 characters unless a title is. */
export function scoreCardText(card: ScoreCard): string {
  const { title, date, traces, runs, resamples, policies, differences, fronts } = card;
  const references = [...new Set(differences.map(({ reference }) => reference))];
  const sections = [
    `${title}\n${date} · traces: ${traces} · ${showCount(runs)} runs of each policy · 95 % intervals, ${showCount(resamples)} resamples`,
    titled('Policies, by loss', policyRows(policies)),
    titled('Mean cost of a run, by scenario', scenarioRows(policies, ['loss'])),
    titled(
      'Missed, rolled back falsely, or fault handled, in %',
      scenarioRows(policies, ['misses', 'falseRollbacks', 'faultsHandled']),
    ),
    ...references.map((reference) =>
      titled(
        `Less ${reference}, in the same worlds`,
        differenceRows(differences.filter((difference) => difference.reference === reference)),
      ),
    ),
    ...(fronts.length === 0 ? [] : [titled('Harm against hours to 95 %', frontRows(fronts))]),
  ];
  return `${sections.join('\n\n')}\n`;
}

function titled(title: string, rows: Rows): string {
  return `${title}\n\n${textTable(rows, SIZE)}`;
}

function policyRows(policies: readonly PolicyScore[]): Rows {
  const rows = policies.map(({ policy, figures }) => [
    policy,
    ...METRIC_NAMES.map((name) => joined(showValue(name, figures[name].value), showInterval(name, figures[name]))),
  ]);
  return [['', ...METRIC_NAMES.map(showHeading)], ...rows];
}

/** In each scenario the first of some metrics that speaks about it; scenarios about which none does are left out. */
function scenarioRows(policies: readonly PolicyScore[], metrics: readonly MetricName[]): Rows {
  const [first] = policies;
  const columns = first!.scenarios.flatMap(({ scenario, figures }, index) => {
    const metric = metrics.find((name) => figures[name] !== undefined);
    return metric === undefined ? [] : [{ scenario, metric, index }];
  });
  const rows = policies.map(({ policy, scenarios }) => [
    policy,
    ...columns.map(({ metric, index }) => showValue(metric, scenarios[index]!.figures[metric]!.value)),
  ]);
  return [['', ...columns.map(({ scenario }) => scenario)], ...rows];
}

function differenceRows(differences: readonly PolicyDifference[]): Rows {
  const rows = differences.map(({ policy, figures, worlds }) => [
    policy,
    ...METRIC_NAMES.map((name) => joined(showDifference(name, figures[name].value), showInterval(name, figures[name]))),
    `${worlds.cheaper} / ${worlds.dearer} / ${worlds.same}`,
  ]);
  return [['', ...METRIC_NAMES.map(showHeading), 'Cheaper / dearer / same'], ...rows];
}

function frontRows(fronts: readonly Front[]): Rows {
  const rows = fronts.map(({ sweep, settings, hypervolume: { value, lower, upper } }) => {
    const show = (hours: number | null) => (hours === null ? NOTHING : showNumber(hours, 2));
    return [
      sweep,
      joined(show(value), `[${show(lower)}, ${show(upper)}]`),
      String(settings.length),
      String(settings.filter(({ isEligible }) => isEligible).length),
      String(settings.filter(({ isOnFront }) => isOnFront).length),
    ];
  });
  return [['', 'Hypervolume (h, of 12)', 'Settings', 'at most 2 % false rollbacks', 'on the front'], ...rows];
}

function joined(value: string, interval: string): string {
  return interval === '' ? value : `${value} ${interval}`;
}
