import { METRIC_LABELS } from '../metric-labels.ts';
import { METRIC_NAMES, type MetricName } from '../metrics.ts';
import type { ScenarioKind } from '../run-outcome.ts';
import type { PolicyScore, ScenarioScore, ScoreCard } from '../score-card.ts';
import { NOTHING, showHeading, showInterval, showNumber, showValue } from '../show-figure.ts';
import { type Content, html, type Markup } from './markup.ts';
import { sortKey } from './sort-key.ts';

/** One way to colour the scenarios: a metric for each kind, with the value at which the colour is full. */
interface View {
  readonly id: string;
  readonly title: string;
  readonly shown: Readonly<Record<ScenarioKind, { readonly metric: MetricName; readonly full: number }>>;
}

const HANDLED = { metric: 'faultsHandled', full: 1 } as const;

const VIEWS: readonly View[] = [
  {
    id: 'cost',
    title: 'Mean cost of a run',
    shown: { harmful: { metric: 'loss', full: 100 }, benign: { metric: 'loss', full: 48 }, dataFault: HANDLED },
  },
  {
    id: 'wrong',
    title: 'Missed or rolled back falsely, %',
    shown: {
      harmful: { metric: 'misses', full: 1 },
      benign: { metric: 'falseRollbacks', full: 0.2 },
      dataFault: HANDLED,
    },
  },
  {
    id: 'extent',
    title: 'Harm, or hours to 95 %',
    shown: { harmful: { metric: 'harm', full: 1 }, benign: { metric: 'hoursTo95', full: 12 }, dataFault: HANDLED },
  },
];

const KIND_TITLES: Readonly<Record<ScenarioKind, string>> = {
  harmful: 'harmful',
  benign: 'benign',
  dataFault: 'broken telemetry, % handled',
};

/** Every policy in every scenario, coloured; all figures of a cell are in its tooltip. */
export function heatTable(card: ScoreCard): Markup {
  return html`<div class="views">${VIEWS.map(
    ({ id, title }, index) =>
      html`<input type="radio" name="view" id="view-${id}"${index === 0 ? html` checked` : null}><label for="view-${id}">${title}</label>`,
  )}${VIEWS.map((view) => viewTable(view, card))}</div>`;
}

function viewTable({ id, shown }: View, { scenarios, policies }: ScoreCard): Content {
  const row = ({ policy, scenarios: scores }: PolicyScore) =>
    html`<tr><th scope="row">${policy}</th>${scores.map((score, index) => heatCell(score, { ...shown[scenarios[index]!.kind], isFirst: isFirstOfKind(scenarios, index) }))}</tr>`;
  return html`<div class="wide view-${id}"><table class="sortable heat"><thead><tr class="kinds"><td></td>${kindsOf(scenarios)}</tr>
<tr><th scope="col"><button type="button">Policy</button></th>${scenarios.map(
    ({ name }) => html`<th scope="col"><button type="button">${name}</button></th>`,
  )}</tr></thead><tbody>${policies.map(row)}</tbody></table></div>`;
}

function kindsOf(scenarios: ScoreCard['scenarios']): Content {
  const kinds = [...new Set(scenarios.map(({ kind }) => kind))];
  return kinds.map(
    (kind) =>
      html`<th colspan="${scenarios.filter((scenario) => scenario.kind === kind).length}">${KIND_TITLES[kind]}</th>`,
  );
}

function isFirstOfKind(scenarios: ScoreCard['scenarios'], index: number): boolean {
  return scenarios[index]!.kind !== scenarios[index - 1]?.kind;
}

function heatCell(
  { scenario, figures }: ScenarioScore,
  { metric, full, isFirst }: View['shown'][ScenarioKind] & { readonly isFirst: boolean },
): Content {
  const look = isFirst ? 'first' : '';
  const value = figures[metric]?.value ?? null;
  if (value === null) return html`<td class="${look}" data-value="">${NOTHING}</td>`;
  return html`<td class="${look}" data-value="${sortKey(value)}" style="--heat:${heatOf(metric, value / full)}%" title="${tooltip({ scenario, figures })}">${showBriefly(metric, value)}</td>`;
}

/** How strongly a cell is coloured, from 0 to 100: the root makes small badness visible. */
function heatOf(metric: MetricName, part: number): number {
  const bad = METRIC_LABELS[metric].better === 'higher' ? 1 - part : part;
  return Math.round(100 * Math.sqrt(Math.min(1, Math.max(0, bad))));
}

/** A cell has room for about four characters; none and all are only said where they are meant. */
function showBriefly(metric: MetricName, value: number): string {
  const isClose = (value > 0 && value < 0.0995) || (value > 0.995 && value < 1);
  if (METRIC_LABELS[metric].unit === '%') return showNumber(100 * value, isClose ? 1 : 0);
  if (value >= 99.95) return showNumber(value, 0);
  return showNumber(value, metric === 'harm' ? 2 : 1);
}

function tooltip({ scenario, figures }: ScenarioScore): string {
  const lines = METRIC_NAMES.flatMap((name) => {
    const figure = figures[name];
    const heading = name === 'loss' ? 'Mean cost of a run' : showHeading(name);
    return figure === undefined ? [] : `${heading}: ${showValue(name, figure.value)} ${showInterval(name, figure)}`;
  });
  return [scenario, ...lines].join('\n');
}
