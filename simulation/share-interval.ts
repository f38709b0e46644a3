import { lowerRegularisedBeta } from '../models/index.ts';

/** A share seen in independent runs, and the interval that holds the true one. */
export interface ShareInterval {
  readonly share: number;
  readonly lower: number;
  readonly upper: number;
}

const ERROR = 0.05;
const BISECTIONS = 60;

/** The exact 95 % interval of a share, from `hits` among `runs` > 0 (Clopper & Pearson 1934). */
export function shareInterval(hits: number, runs: number): ShareInterval {
  return {
    share: hits / runs,
    lower: hits === 0 ? 0 : betaQuantile(ERROR / 2, hits, runs - hits + 1),
    upper: hits === runs ? 1 : betaQuantile(1 - ERROR / 2, hits + 1, runs - hits),
  };
}

function betaQuantile(p: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = (low + high) / 2;
    if (lowerRegularisedBeta(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
