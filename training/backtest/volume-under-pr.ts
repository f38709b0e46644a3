import { labelledEvents, type PointRange, rangesWhere } from './labelled-events.ts';
import type { Scored } from './scored.ts';

/** So many buffer widths are averaged over; more change the third digit. */
const WIDTHS = 17;

/**
 * Volume under the precision–recall surface of one series: its area, averaged over label buffers up to one period.
 *
 * VUS-PR (Paparrizos et al., PVLDB 2022): a buffer of width ℓ gives points up to ℓ/2 beside an event the soft label
 * √(1 − distance/ℓ), recall is the found share of (hard + soft labels)/2, at most 1, times the share of events of which
 * anything was found. Unlike point-adjusted scores it does not reward guessing. NaN without events.
 */
export function volumeUnderPr(points: readonly Scored[], period: number): number {
  const order = points.map((_, i) => i).sort((i, j) => points[j]!.score - points[i]!.score);
  const events = labelledEvents(points);
  if (events.length === 0) return Number.NaN;
  const areas = Array.from({ length: WIDTHS }, (_, i) => {
    const width = Math.round((i * period) / (WIDTHS - 1));
    return rangeArea(softLabels(points.length, events, width), points, order);
  });
  return areas.reduce((sum, area) => sum + area, 0) / WIDTHS;
}

function softLabels(length: number, events: readonly PointRange[], width: number): readonly number[] {
  const labels = Array.from({ length }, () => 0);
  const reach = Math.floor(width / 2);
  for (const { from, to } of events) {
    for (let point = Math.max(0, from - reach); point < Math.min(length, to + reach); point += 1) {
      const distance = point < from ? from - point : point >= to ? point - to + 1 : 0;
      labels[point] = Math.max(labels[point]!, distance === 0 ? 1 : Math.sqrt(1 - distance / width));
    }
  }
  return labels;
}

function rangeArea(labels: readonly number[], points: readonly Scored[], order: readonly number[]): number {
  const ranges = rangesWhere(labels.length, (point) => labels[point]! > 0);
  const rangeAt = new Map(ranges.flatMap(({ from, to }, range) => pointsOf(from, to).map((point) => [point, range])));
  const hard = points.filter(({ isPositive }) => isPositive).length;
  const total = (hard + labels.reduce((sum, label) => sum + label, 0)) / 2;
  const found = new Set<number>();
  let [hits, recallBefore, area] = [0, 0, 0];
  for (const [k, point] of order.entries()) {
    hits += labels[point]!;
    const range = rangeAt.get(point);
    if (range !== undefined) found.add(range);
    // Equal scores are flagged together.
    if (points[order[k + 1] ?? -1]?.score === points[point]!.score) continue;
    const recall = Math.min(1, hits / total) * (found.size / ranges.length);
    area += (recall - recallBefore) * (hits / (k + 1));
    recallBefore = recall;
  }
  return area;
}

function pointsOf(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
