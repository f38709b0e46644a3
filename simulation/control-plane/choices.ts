/** What one seed chooses, in the order in which it is asked. */
export interface Choices {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** An integer in [least, most]. */
  between(least: number, most: number): number;
  /** One of the candidates, each with the same probability. */
  pick<T>(candidates: readonly T[]): T;
}

/** The choices of a seed (mulberry32 by Tommy Ettinger, public domain). */
export function seededChoices(seed: number): Choices {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number) => least + Math.floor(uniform() * (most - least + 1));
  return {
    uniform,
    between,
    chance: (probability) => uniform() < probability,
    pick: (candidates) => candidates[between(0, candidates.length - 1)]!,
  };
}
