import { METRIC_LABELS } from '../metric-labels.ts';
import { METRIC_NAMES } from '../metrics.ts';
import type { ScoreCard } from '../score-card.ts';
import { showCount } from '../show-figure.ts';
import { delayCurves } from './delay-curves.ts';
import { differenceTable, policyTable } from './figure-tables.ts';
import { heatTable } from './heat-table.ts';
import { lossBars } from './loss-bars.ts';
import { type Content, html, Markup } from './markup.ts';
import { paretoPlot } from './pareto-plot.ts';
import { SORT_SCRIPT } from './sort-script.ts';
import { STYLE } from './style.ts';

/** The score card as one page that needs no network. */
export function scoreCardHtml(card: ScoreCard): string {
  const { policies, differences, title } = card;
  const references = [...new Set(differences.map(({ reference }) => reference))];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body><main>
${heading(card)}
${section(
  'Loss',
  html`What a policy costs: the harm that it lets through, and the time that it takes from good changes. Lower is better.`,
  html`<ul class="legend"><li><span class="swatch harmful"></span>from harmful changes</li><li><span class="swatch benign"></span>from benign changes</li></ul>${lossBars(policies)}`,
)}
${section(
  'Harm against speed',
  html`Down and to the left is better. Bars are 95 % intervals, dashed stairs join the best settings of one policy. Both axes are stretched near zero.`,
  paretoPlot(card),
)}
${section('Scenario by scenario', html`The redder, the worse. Point at a cell for all of its figures.`, heatTable(card))}
${section(
  'How soon harm is taken back',
  html`Share of harmful runs, in %, rolled back within a time since the first harm. A curve that ends below 100 shows what was missed.`,
  delayCurves(policies),
)}
${section('All figures', html`With 95 % intervals. Press a heading to sort; the best of each column is bold.`, policyTable(policies))}
${references.map((reference) =>
  section(
    html`Compared with ${reference}`,
    html`Each figure less that of ${reference} in the same worlds, with paired 95 % intervals. Green is better and red is worse, where the interval excludes zero.`,
    differenceTable(differences.filter((difference) => difference.reference === reference)),
  ),
)}
${section('What the figures mean', null, definitions(card))}
</main><script>${new Markup(SORT_SCRIPT)}</script></body>
</html>
`.text;
}

function heading({ title, date, traces, runs, scenarios, policies }: ScoreCard): Content {
  return html`<header><h1>${title}</h1>
<p>${date} · ${policies.length} policies · ${scenarios.length} scenarios · ${showCount(runs)} runs of each policy, all in the same worlds · traffic from ${traces}</p></header>`;
}

function section(title: Content, introduction: Content, body: Content): Content {
  return html`<section><h2>${title}</h2>${introduction === null ? null : html`<p>${introduction}</p>`}${body}</section>`;
}

function definitions({ resamples, seed }: ScoreCard): Content {
  return html`<dl>${METRIC_NAMES.map(
    (name) => html`<dt>${METRIC_LABELS[name].heading}</dt><dd>${METRIC_LABELS[name].meaning}</dd>`,
  )}<dt>Hypervolume</dt><dd>Area between the best settings of a policy with at most 2 % false rollbacks and the point of full harm at 12 hours; 12 would be no harm at once.</dd>
<dt>Intervals</dt><dd>95 %. From ${showCount(resamples)} resamples of the worlds (seed ${seed}), unless called exact. Worlds that share a seed are drawn together, and in the same way for every policy.</dd></dl>`;
}
