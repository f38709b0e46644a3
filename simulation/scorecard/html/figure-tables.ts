import { METRIC_LABELS } from '../metric-labels.ts';
import { METRIC_NAMES, type MetricName } from '../metrics.ts';
import type { PolicyDifference, PolicyScore } from '../score-card.ts';
import { showCount, showDifference, showHeading, showInterval, showValue } from '../show-figure.ts';
import { type Content, html, type Markup } from './markup.ts';
import { sortKey } from './sort-key.ts';

/** Every figure of every policy; the best of each column stands out. */
export function policyTable(policies: readonly PolicyScore[]): Markup {
  const best = new Map(METRIC_NAMES.map((name) => [name, bestOf(policies, name)]));
  const row = ({ policy, figures }: PolicyScore) =>
    html`<tr><th scope="row">${policy}</th>${METRIC_NAMES.map((name) => {
      const { value } = figures[name];
      const look = value !== null && value === best.get(name) ? 'best' : '';
      return cell({ value, look, text: showValue(name, value), note: showInterval(name, figures[name]) });
    })}</tr>`;
  return table(METRIC_NAMES.map(metricHeading), policies.map(row));
}

/** Differences from one policy; those whose interval excludes zero are coloured. */
export function differenceTable(differences: readonly PolicyDifference[]): Markup {
  const row = ({ policy, figures, worlds }: PolicyDifference) =>
    html`<tr><th scope="row">${policy}</th>${METRIC_NAMES.map((name) => {
      const { value } = figures[name];
      const look = lookOf(name, figures[name]);
      return cell({ value, look, text: showDifference(name, value), note: showInterval(name, figures[name]) });
    })}${cell({
      value: worlds.cheaper - worlds.dearer,
      look: '',
      text: `${showCount(worlds.cheaper)} / ${showCount(worlds.dearer)}`,
      note: `same in ${showCount(worlds.same)}`,
    })}</tr>`;
  const counts = {
    text: 'Worlds cheaper / dearer',
    meaning: 'Worlds in which its run cost less, and in which it cost more.',
  };
  return table([...METRIC_NAMES.map(metricHeading), counts], differences.map(row));
}

/** A table whose headings sort it. */
export function table(headings: readonly { readonly text: string; readonly meaning: string }[], rows: Content): Markup {
  const heading = ({ text, meaning }: { readonly text: string; readonly meaning: string }) =>
    html`<th scope="col" title="${meaning}"><button type="button">${text}</button></th>`;
  return html`<div class="wide"><table class="sortable"><thead><tr>${heading({ text: 'Policy', meaning: 'Sort by name' })}${headings.map(
    heading,
  )}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function metricHeading(name: MetricName): { readonly text: string; readonly meaning: string } {
  return { text: showHeading(name), meaning: METRIC_LABELS[name].meaning };
}

/** A cell that is sorted by its value. */
function cell(content: {
  readonly value: number | null;
  readonly look: string;
  readonly text: string;
  readonly note: string;
}): Content {
  return html`<td data-value="${sortKey(content.value)}" class="${content.look}">${content.text}<small>${content.note}</small></td>`;
}

function bestOf(policies: readonly PolicyScore[], name: MetricName): number | null {
  const values = policies.flatMap(({ figures }) => figures[name].value ?? []);
  if (values.length === 0) return null;
  const { better } = METRIC_LABELS[name];
  if (better === 'neither') return null;
  return better === 'lower' ? Math.min(...values) : Math.max(...values);
}

function lookOf(name: MetricName, { lower, upper }: PolicyDifference['figures'][MetricName]): string {
  if (lower === null || upper === null || (lower <= 0 && upper >= 0)) return '';
  const { better } = METRIC_LABELS[name];
  if (better === 'neither') return '';
  return upper < 0 === (better === 'lower') ? 'better' : 'worse';
}
