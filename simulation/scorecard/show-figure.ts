import { METRIC_LABELS } from './metric-labels.ts';
import type { MetricName } from './metrics.ts';
import type { Estimate } from './resamples.ts';

/** What stands for a figure that does not exist. */
export const NOTHING = '–';

/** A value of a metric in the unit and with the digits of its label. */
export function showValue(metric: MetricName, value: number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  const { unit, digits } = METRIC_LABELS[metric];
  return showNumber(unit === '%' ? 100 * value : value, digits);
}

/** An interval of a metric, in brackets; empty where there is none. */
export function showInterval(metric: MetricName, { lower, upper }: Estimate): string {
  return lower === null || upper === null ? '' : `[${showValue(metric, lower)}, ${showValue(metric, upper)}]`;
}

/** A difference of a metric: its sign is always shown. */
export function showDifference(metric: MetricName, value: number | null): string {
  const text = showValue(metric, value);
  return value !== null && value > 0 && Number.parseFloat(text) !== 0 ? `+${text}` : text;
}

/** Heading and unit of a metric. */
export function showHeading(metric: MetricName): string {
  const { heading, unit } = METRIC_LABELS[metric];
  return unit === '' ? heading : `${heading} (${unit})`;
}

/** A number with a true minus sign, and without one before zero. */
export function showNumber(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number.parseFloat(text) !== 0 ? `−${text}` : text;
}

/** A count with a thin gap between thousands. */
export function showCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}
