import { HORIZON_HOURS } from '../run-verdict.ts';
import type { PolicyScore } from '../score-card.ts';
import { showValue } from '../show-figure.ts';
import { type Content, html, type Markup, px } from './markup.ts';
import { linearScale, logScale } from './scale.ts';
import { shortened } from './shortened.ts';

const AREA = { left: 36, right: 262, top: 10, bottom: 120 };
const LAST_MINUTE = 60 * HORIZON_HOURS;
const X = logScale({ from: 1, to: LAST_MINUTE, start: AREA.left, end: AREA.right });
const Y = linearScale({ from: 0, to: 1, start: AREA.bottom, end: AREA.top });
const TIMES = [
  { minutes: 1, text: '1 min' },
  { minutes: 10, text: '10' },
  { minutes: 60, text: '1 h' },
  { minutes: LAST_MINUTE, text: '12 h' },
];

/** How soon each policy took back what harmed: one small plot each, with all others in the background. */
export function delayCurves(policies: readonly PolicyScore[]): Markup {
  const shown = policies.filter(({ delays }) => delays.length > 0);
  return html`<svg class="unseen" aria-hidden="true"><defs><g id="all-delays">${shown.map(
    ({ delays }) => html`<path class="others" d="${curveOf(delays)}"/>`,
  )}</g></defs></svg>
<div class="panels">${shown.map(panel)}</div>`;
}

function panel({ policy, delays, figures }: PolicyScore): Content {
  const { misses, delayMedian } = figures;
  const delay =
    delayMedian.value === null ? 'nothing taken back' : `median ${showValue('delayMedian', delayMedian.value)} min`;
  return html`<figure><figcaption><b title="${policy}">${shortened(policy, 34)}</b> <span class="muted">${delay}, missed ${showValue('misses', misses.value)} %</span></figcaption>
<svg viewBox="0 0 280 142" role="img" aria-label="Delays of ${policy}">${grid()}<use href="#all-delays"/><path class="curve" d="${curveOf(delays)}"/></svg></figure>`;
}

function grid(): Content {
  return [
    [0, 0.5, 1].map(
      (
        share,
      ) => html`<line class="grid" x1="${AREA.left}" x2="${AREA.right}" y1="${px(Y(share))}" y2="${px(Y(share))}"/>
<text class="tick" x="${AREA.left - 6}" y="${px(Y(share) + 4)}" text-anchor="end">${100 * share}</text>`,
    ),
    TIMES.map(
      ({
        minutes,
        text,
      }) => html`<line class="grid" x1="${px(X(minutes))}" x2="${px(X(minutes))}" y1="${AREA.top}" y2="${AREA.bottom}"/>
<text class="tick" x="${px(X(minutes))}" y="${AREA.bottom + 17}" text-anchor="middle">${text}</text>`,
    ),
  ];
}

function curveOf(delays: PolicyScore['delays']): string {
  return `M${delays.map(({ minutes, share }) => `${px(X(minutes))} ${px(Y(share))}`).join('L')}`;
}
