import { MAX_FALSE_ROLLBACKS } from '../front-of.ts';
import { HORIZON_HOURS } from '../run-verdict.ts';
import type { PolicyScore, ScoreCard } from '../score-card.ts';
import { showInterval, showNumber, showValue } from '../show-figure.ts';
import { marker } from './marker.ts';
import { type Content, html, type Markup, px } from './markup.ts';
import { type Labelled, placeLabels } from './place-labels.ts';
import { rootScale, type Scale } from './scale.ts';
import { type Series, seriesOf } from './series.ts';
import { shortened } from './shortened.ts';

const AREA = { left: 62, right: 992, top: 12, bottom: 452 };
const HOURS = [0, 0.1, 0.25, 0.5, 1, 2, 3, 4, 6, 8, 10, 12];
const HARMS = [0, 0.01, 0.03, 0.06, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1];

interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

/** Harm against hours to 95 % of every policy, with intervals, and the front of each sweep. */
export function paretoPlot(card: ScoreCard): Markup {
  const scores = card.policies.filter(
    ({ figures: { harm, hoursTo95 } }) => harm.value !== null && hoursTo95.value !== null,
  );
  const mostHarm = Math.max(1, ...scores.map(({ figures: { harm } }) => harm.upper ?? harm.value!));
  const scales: Scales = {
    x: rootScale({ from: 0, to: HORIZON_HOURS, start: AREA.left, end: AREA.right }),
    y: rootScale({ from: 0, to: mostHarm, start: AREA.bottom, end: AREA.top }),
  };
  const series = seriesOf(card);
  return html`<svg viewBox="0 0 1000 500" role="img" aria-label="Harm against hours to 95 % coverage">
${axes(scales)}
${card.fronts.map((front) => frontLine(front, { card, series, scales }))}
${scores.map((score) => errorBars(score, seriesWith(series, score.policy), scales))}
${scores.map((score) => point(score, seriesWith(series, score.policy), scales))}
${labels(scores, scales)}
</svg>
${legend(card, series)}`;
}

/** Whether a policy takes back more benign runs than the front admits. */
function isBeyondLimit({ figures: { falseRollbacks } }: PolicyScore): boolean {
  return falseRollbacks.value === null || falseRollbacks.value > MAX_FALSE_ROLLBACKS;
}

function axes({ x, y }: Scales): Content {
  const { left, right, top, bottom } = AREA;
  return [
    HOURS.map(
      (hours) => html`<line class="grid" x1="${px(x(hours))}" x2="${px(x(hours))}" y1="${top}" y2="${bottom}"/>
<text class="tick" x="${px(x(hours))}" y="${bottom + 18}" text-anchor="middle">${hours}</text>`,
    ),
    HARMS.map(
      (harm) => html`<line class="grid" x1="${left}" x2="${right}" y1="${px(y(harm))}" y2="${px(y(harm))}"/>
<text class="tick" x="${left - 8}" y="${px(y(harm) + 4)}" text-anchor="end">${harm}</text>`,
    ),
    html`<text class="axis" x="${(left + right) / 2}" y="${bottom + 40}" text-anchor="middle">median hours until coverage of a benign change reaches 95 %</text>
<text class="axis" transform="translate(16 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">mean harm of a harmful change (1 = released to all at once)</text>`,
  ];
}

/** The stairs that a front dominates. */
function frontLine(
  { settings }: ScoreCard['fronts'][number],
  {
    card,
    series,
    scales: { x, y },
  }: { readonly card: ScoreCard; readonly series: readonly Series[]; readonly scales: Scales },
): Content {
  const points = settings
    .filter(({ isOnFront }) => isOnFront)
    .map(({ policy }) => card.policies.find((score) => score.policy === policy)!.figures)
    .map(({ harm, hoursTo95 }) => ({ left: px(x(hoursTo95.value!)), top: px(y(harm.value!)) }))
    .sort((a, b) => a.left - b.left || b.top - a.top);
  const [first, ...others] = points;
  if (first === undefined) return null;
  const stairs = others.map(({ left, top }) => `H${left}V${top}`).join('');
  const colour = seriesWith(series, settings[0]!.policy).colour;
  return html`<path class="front ${colour}" d="M${first.left} ${AREA.top}V${first.top}${stairs}H${AREA.right}"/>`;
}

function errorBars({ figures: { harm, hoursTo95 } }: PolicyScore, { colour }: Series, { x, y }: Scales): Content {
  const [left, top] = [px(x(hoursTo95.value!)), px(y(harm.value!))];
  const [across, along] = [
    `M${px(x(hoursTo95.lower ?? hoursTo95.value!))} ${top}H${px(x(hoursTo95.upper ?? hoursTo95.value!))}`,
    `M${left} ${px(y(harm.lower ?? harm.value!))}V${px(y(harm.upper ?? harm.value!))}`,
  ];
  return html`<path class="error ${colour}" d="${across}${along}"/>`;
}

function point(score: PolicyScore, series: Series, { x, y }: Scales): Content {
  const { policy, figures } = score;
  const { harm, hoursTo95, falseRollbacks } = figures;
  const at = { x: x(hoursTo95.value!), y: y(harm.value!), isHollow: isBeyondLimit(score) };
  return html`<g><title>${policy}
harm ${showValue('harm', harm.value)} ${showInterval('harm', harm)}
${showValue('hoursTo95', hoursTo95.value)} h ${showInterval('hoursTo95', hoursTo95)}
false rollbacks ${showValue('falseRollbacks', falseRollbacks.value)} %</title>${marker(series, at)}</g>`;
}

function labels(scores: readonly PolicyScore[], { x, y }: Scales): Content {
  const points = scores.map(
    ({ policy, figures: { harm, hoursTo95 } }): Labelled => ({
      text: shortened(policy, 28),
      x: x(hoursTo95.value!),
      y: y(harm.value!),
    }),
  );
  return placeLabels(points, AREA).map(
    ({ text, anchor, ...at }) =>
      html`<text class="label" x="${px(at.x)}" y="${px(at.y)}" text-anchor="${anchor}">${text}</text>`,
  );
}

function legend({ fronts }: ScoreCard, series: readonly Series[]): Content {
  const entries = series.map((one, index) => {
    const volume = fronts[index]?.hypervolume;
    return html`<li><svg class="key" viewBox="0 0 16 16">${marker(one, { x: 8, y: 8, isHollow: false })}</svg>${one.name}${
      volume === undefined || volume.value === null ? null : volumeNote(volume)
    }</li>`;
  });
  return html`<ul class="legend">${entries}<li><svg class="key" viewBox="0 0 16 16"><path class="marker hollow" d="M2.5 8a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0z"/></svg>hollow: more than 2 % false rollbacks</li></ul>`;
}

function volumeNote({ value, lower, upper }: ScoreCard['fronts'][number]['hypervolume']): Content {
  const show = (hours: number | null) => showNumber(hours ?? 0, 2);
  return html` <span class="muted">hypervolume ${show(value)} [${show(lower)}, ${show(upper)}] of 12 h</span>`;
}

function seriesWith(series: readonly Series[], policy: string): Series {
  return series.find(({ policies }) => policies.includes(policy))!;
}
