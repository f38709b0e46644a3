import type { PolicyScore } from '../score-card.ts';
import { showValue } from '../show-figure.ts';
import { type Content, html, type Markup, px } from './markup.ts';
import { linearScale, roundTicks, type Scale } from './scale.ts';
import { shortened } from './shortened.ts';

const WIDTH = 1000;
const LEFT = 230;
const RIGHT = 930;
const TOP = 8;
const ROW = 30;
const BAR = 16;

/** The loss of each policy as a bar of its two parts, with its interval. */
export function lossBars(policies: readonly PolicyScore[]): Markup {
  const shown = policies.filter(({ figures }) => figures.loss.value !== null);
  const most = Math.max(1, ...shown.map(({ figures: { loss } }) => loss.upper ?? loss.value!));
  const x = linearScale({ from: 0, to: most, start: LEFT, end: RIGHT });
  const bottom = TOP + ROW * shown.length;
  return html`<svg viewBox="0 0 ${WIDTH} ${bottom + 26}" role="img" aria-label="Loss of each policy">
${roundTicks(most, 8).map((tick) => gridLine(x(tick), bottom, tick))}
${shown.map((score, row) => bar(score, TOP + ROW * (row + 0.5), x))}
</svg>`;
}

function gridLine(at: number, bottom: number, tick: number): Content {
  return html`<line class="grid" x1="${px(at)}" x2="${px(at)}" y1="${TOP}" y2="${bottom}"/>
<text class="tick" x="${px(at)}" y="${bottom + 18}" text-anchor="middle">${tick}</text>`;
}

function bar({ policy, figures: { loss }, lossParts }: PolicyScore, y: number, x: Scale): Content {
  const [harmful, benign] = [lossParts.harmful!, lossParts.benign!];
  const rectangle = (kind: string, from: number, to: number) =>
    html`<rect class="${kind}" x="${px(x(from))}" y="${px(y - BAR / 2)}" width="${px(x(to) - x(from))}" height="${BAR}"/>`;
  const end = x(loss.upper ?? loss.value!) + 8;
  return html`<g><title>${policy}: ${showValue('loss', loss.value)}, of it ${showValue('loss', harmful)} from harmful and ${showValue('loss', benign)} from benign scenarios</title>
<text class="name" x="${LEFT - 10}" y="${px(y + 4)}" text-anchor="end">${shortened(policy, 32)}</text>
${rectangle('harmful', 0, harmful)}${rectangle('benign', harmful, harmful + benign)}${whisker(loss.lower, loss.upper, y, x)}
<text class="value" x="${px(end)}" y="${px(y + 4)}">${showValue('loss', loss.value)}</text></g>`;
}

function whisker(lower: number | null, upper: number | null, y: number, x: Scale): Content {
  if (lower === null || upper === null) return null;
  const [from, to] = [px(x(lower)), px(x(upper))];
  return html`<path class="whisker" d="M${from} ${px(y - 4)}V${px(y + 4)}M${from} ${px(y)}H${to}M${to} ${px(y - 4)}V${px(y + 4)}"/>`;
}
