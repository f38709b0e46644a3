/** Random numbers of one decision, all from its seed. */
export interface DecisionDraws {
  /** Uniform in (0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
}

/** A seed in [0, 2³²) from names: FNV-1a (Fowler, Noll, Vo) and the finaliser of MurmurHash3 (Appleby, public domain). */
export function seedOf(...names: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of names.join('\n')) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The same numbers for the same seed (splitmix32; normals by Box and Muller 1958). */
export function decisionDraws(seed: number): DecisionDraws {
  // Signed, because the engine keeps an integer below 2³¹ where it is, and makes an object of a larger one.
  let state = seed | 0;
  const uniform = () => {
    state = (state + 0x9e3779b9) | 0;
    let word = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return (((word ^ (word >>> 15)) >>> 0) + 0.5) / 2 ** 32;
  };
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()) };
}
