/** Where values lie on an axis, in pixels. */
export type Scale = (value: number) => number;

/** The ends of an axis, in values and in pixels. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

/** Even steps. */
export function linearScale(axis: Axis): Scale {
  return scaleOf(axis, (value) => value);
}

/** Even steps of the square root: room for what is small, and a place for zero. */
export function rootScale(axis: Axis): Scale {
  return scaleOf(axis, (value) => Math.sqrt(Math.max(0, value)));
}

/** Even steps of the logarithm; values must be positive. */
export function logScale(axis: Axis): Scale {
  return scaleOf(axis, Math.log);
}

/** At most about `count` round numbers from 0 to a limit. */
export function roundTicks(limit: number, count: number): readonly number[] {
  const rough = limit / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough)!;
  return Array.from({ length: Math.floor(limit / step + 1e-9) + 1 }, (_, k) => k * step);
}

function scaleOf({ from, to, start, end }: Axis, shape: (value: number) => number): Scale {
  const [low, high] = [shape(from), shape(to)];
  return (value) => start + ((shape(value) - low) / (high - low)) * (end - start);
}
