/** Random numbers of one purpose, the same for the same seed. */
export interface SeededStream {
  /** Uniform in (0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
}

/**
 * A stream of its own for each seed and purpose, so that nothing changes what another part draws.
 *
 * Mulberry32 (Tommy Ettinger, public domain), started from an FNV-1a hash of both; normal by Box and Muller.
 */
export function seededStream(seed: number, purpose: string): SeededStream {
  let state = hashOf(`${seed}:${purpose}`);
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return (((word ^ (word >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

/** The numbers 0 to count − 1 in random order (Fisher and Yates). */
export function permutation(count: number, stream: SeededStream): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor(stream.uniform() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  return hash;
}
