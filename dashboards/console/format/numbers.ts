const SHARE_TOTAL = 100_000;

/** A number and its unit stay on one line. */
const SPACE = '\u00a0';
const thousands = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** A share out of 100 000 as "20 %" or "0.5 %". */
export function percentOfShare(share: number): string {
  return percent(share / SHARE_TOTAL);
}

/** A probability or rate as "0.37 %". */
export function percent(rate: number): string {
  return `${significant(rate * 100, 3)}${SPACE}%`;
}

/** A probability that is never quite 1, as "99.6 %" or "over 99.9 %". */
export function probability(value: number): string {
  return value > 0.999 ? `over ${percent(0.999)}` : percent(value);
}

/** A whole number with its thousands told apart. */
export function count(value: number): string {
  return thousands.format(value);
}

/** A duration of the service: "19.1 ms", "1.2 s". */
export function milliseconds(ms: number): string {
  return ms >= 1_000 ? `${significant(ms / 1_000, 3)}${SPACE}s` : `${significant(ms, 3)}${SPACE}ms`;
}

/** A ratio as "×0.72". */
export function ratio(value: number): string {
  return `×${significant(value, 3)}`;
}

/** An e-value on its log scale, as people read it: "10^2.0". */
export function powerOfTen(log10: number): string {
  const exponent = log10.toFixed(1);
  return `10^${exponent === '-0.0' ? '0.0' : exponent}`;
}

/** A number with so many digits that mean something, and no more zeros than it takes. */
export function significant(value: number, digits: number): string {
  if (!Number.isFinite(value)) return '∞';
  return value >= 1_000 ? count(value) : String(Number(value.toPrecision(digits)));
}
