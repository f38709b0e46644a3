import { type OurSettings, TUNED } from '../../simulation/index.ts';

const MINUTE_MS = 60_000;
const FULL = 95_000;

/** Fixed paces, from careful to quick; all but the ladder and its times is as in the tuned schedule. */
export const PROFILES: readonly { readonly name: string; readonly settings: OurSettings }[] = [
  profile('very cautious', [500, 1_000, 3_000, 10_000, 25_000, 50_000], 8, 60),
  profile('cautious', [1_000, 3_000, 10_000, 25_000, 50_000], 6, 30),
  profile('fast', [2_000, 10_000, 50_000], 2, 10),
  profile('aggressive', [5_000, 50_000], 1, 5),
];

/** Dwell after a burn-in of six minutes, and at one half, in minutes. */
function profile(name: string, coverages: readonly number[], dwell: number, atHalf: number) {
  const stages = [...coverages, FULL].map((coverage) => ({
    coverage,
    dwellMs: (6 + (coverage === 50_000 ? atHalf : dwell)) * MINUTE_MS,
  }));
  return { name, settings: { ...TUNED, stages, maxStepFactor: 20 } };
}
