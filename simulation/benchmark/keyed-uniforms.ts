/** A uniform number in (0, 1) by where it is used: the same key gives the same number, whoever asks and in which order. */
export type KeyedUniform = (stream: number, tick: number, index: number) => number;

/** Streams of a world; the numbers of one never depend on how many another one used. */
export const STREAM = {
  base: 1,
  series: 2,
  effect: 3,
  exposures: 4,
  errors: 5,
  slow: 6,
  durations: 7,
  conversions: 8,
  revenue: 9,
  armNoise: 10,
  delay: 11,
  lateness: 12,
  missing: 13,
  duplicate: 14,
  loss: 15,
  policy: 16,
} as const;

/** The numbers of one world of one scenario. */
export function keyedUniforms(scenario: string, seed: number): KeyedUniform {
  const root = scrambled([...scenario].reduce((hash, letter) => scrambled(hash ^ letter.codePointAt(0)!), seed));
  return (stream, tick, index) => {
    const inStream = scrambled(root ^ Math.imul(stream, 0x9e3779b1));
    const atTick = scrambled(inStream + Math.imul(tick + 1, 0x85ebca77));
    return (scrambled(atTick ^ Math.imul(index + 1, 0xc2b2ae3d)) + 0.5) / 2 ** 32;
  };
}

/** The finaliser of MurmurHash3 (A. Appleby, public domain), after an odd constant so that 0 moves too. */
function scrambled(value: number): number {
  let word = (value + 0x6d2b79f5) >>> 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}
