import { SHARE_TOTAL } from '../../domain/index.ts';

/** A number as people read it: two or three digits that matter. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(size >= 10 ? 3 : 2)));
}

/** A probability or rate in per cent. */
export function percent(share: number): string {
  return `${shortNumber(share * 100)} %`;
}

/** A coverage, an integer share of traffic, in per cent. */
export function coverageInWords(coverage: number): string {
  return `${Number(((coverage / SHARE_TOTAL) * 100).toPrecision(4))} %`;
}

/** An e-value by its exponent. */
export function powerOfTen(log10: number): string {
  return `10^${log10.toFixed(1)}`;
}

/** A duration in the unit that suits it, rounded up: nobody waits for less. */
export function span(ms: number): string {
  if (ms < 120_000) return `${Math.ceil(ms / 1000)} s`;
  if (ms < 7_200_000) return `${Math.ceil(ms / 60_000)} min`;
  return `${shortNumber(ms / 3_600_000)} h`;
}
