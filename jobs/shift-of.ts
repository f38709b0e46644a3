import { createHash } from 'node:crypto';

/** A share of `jitterMs` that depends on the id alone: the same in every process, and different between ids. */
export function shiftOf(id: string, jitterMs: number): number {
  const share = createHash('sha256').update(id).digest().readUInt32BE(0) / 2 ** 32;
  return Math.floor(share * jitterMs);
}
