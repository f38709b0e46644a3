import { hash } from 'node:crypto';

const HASH_RANGE = 2 ** 53;

/**
 * A unit as a number: 53 bits of its SHA-256.
 *
 * Bucketing uses another hash, so which units a sample keeps says nothing about the variant that they are served.
 */
export function hashOfUnit(unit: string): number {
  const digest = hash('sha256', unit, 'buffer');
  return digest.readUInt32BE(0) * 2 ** 21 + (digest.readUInt32BE(4) >>> 11);
}

/** A random subset of all units that can only shrink; a unit that is in it stays or leaves for good. */
export class UnitSample {
  /** Share of all units that are in the sample, a power of one half. */
  share = 1;

  /** True when the unit of this hash is in the sample. */
  has(unitHash: number): boolean {
    return unitHash < this.share * HASH_RANGE;
  }

  /** Drops half of the units. */
  halve(): void {
    this.share /= 2;
  }
}
