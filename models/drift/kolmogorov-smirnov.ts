/** Whether two samples may come from one distribution. */
export interface TwoSampleTest {
  /** D, the largest distance of the two empirical distribution functions. */
  readonly distance: number;
  readonly pValue: number;
}

/**
 * Two-sample Kolmogorov–Smirnov test, two-sided, with the asymptotic p-value; ties make it cautious.
 *
 * Q(λ) = 2 Σ (−1)^(j−1) exp(−2j²λ²) at λ = (√n + 0.12 + 0.11/√n) D, n = n₁n₂/(n₁+n₂) (Smirnov 1939; the correction for
 * finite samples is Stephens, JRSS B 1970). A sample without values shows nothing: p = 1.
 */
export function kolmogorovSmirnov(first: readonly number[], second: readonly number[]): TwoSampleTest {
  if (first.length === 0 || second.length === 0) return { distance: 0, pValue: 1 };
  const distance = largestDistance(
    first.toSorted((a, b) => a - b),
    second.toSorted((a, b) => a - b),
  );
  const root = Math.sqrt((first.length * second.length) / (first.length + second.length));
  return { distance, pValue: kolmogorovTail((root + 0.12 + 0.11 / root) * distance) };
}

function largestDistance(first: readonly number[], second: readonly number[]): number {
  let [i, j, largest] = [0, 0, 0];
  while (i < first.length && j < second.length) {
    const value = Math.min(first[i]!, second[j]!);
    while (first[i] === value) i += 1;
    while (second[j] === value) j += 1;
    largest = Math.max(largest, Math.abs(i / first.length - j / second.length));
  }
  return largest;
}

const TERMS = 100;

/** Below this Q is 1 to more digits than a number has, and the series needs too many terms. */
const CERTAIN_BELOW = 0.18;

function kolmogorovTail(lambda: number): number {
  if (lambda < CERTAIN_BELOW) return 1;
  let tail = 0;
  for (let j = 1; j <= TERMS; j += 1) tail += (j % 2 === 1 ? 2 : -2) * Math.exp(-2 * (j * lambda) ** 2);
  return Math.min(1, Math.max(0, tail));
}
