import { logSumExp } from './special-functions.ts';

/** Share of the sources that may lie without forcing a rollback, from `MIN_SOURCES` sources on. */
const TOLERATED_SHARE = 0.2;

/** With fewer sources than this there is no majority to believe: all of them count. */
const MIN_SOURCES = 5;

/** How many of so many sources may lie without forcing a rollback. */
export function toleratedSources(sourceCount: number): number {
  return sourceCount < MIN_SOURCES ? 0 : Math.floor(sourceCount * TOLERATED_SHARE);
}

/** Chance with which each source is taken to be worthless: what it may hide is bounded by its logarithm. */
const WORTHLESS = 0.1;

/**
 * log E of several independent sources of which up to `toleratedSources` may be forged.
 *
 * `logParts` holds ln-evidence of each source for each alternative k, `pi` the prior masses. Forgers cannot force a
 * rollback: for each k the sources that look most harmful are left out and the others' logarithms added. The least sum
 * over all sets of that size is at most the sum over the honest sources, whichever they are, and the product of
 * independent e-processes is one. They cannot hide harm for ever either: each source counts as the mixture
 * ε + (1 − ε) e^ℓ, again an e-process, which never falls below ε. Without forgers both only cost power.
 */
export function combineSources(logParts: readonly (readonly number[])[], pi: readonly number[]): number {
  const [only] = logParts;
  if (only !== undefined && logParts.length === 1) return logSumExp(pi.map((mass, k) => Math.log(mass) + only[k]!));
  const isRobust = logParts.length >= MIN_SOURCES;
  const kept = logParts.length - toleratedSources(logParts.length);
  return logSumExp(
    pi.map((mass, k) => {
      const parts = logParts.map((ofSource) => (isRobust ? doubted(ofSource[k]!) : ofSource[k]!));
      return Math.log(mass) + sumOf(lowest(kept, parts));
    }),
  );
}

function doubted(logE: number): number {
  return logSumExp([Math.log(WORTHLESS), Math.log1p(-WORTHLESS) + logE]);
}

function lowest(count: number, values: readonly number[]): readonly number[] {
  return count === values.length ? values : [...values].sort((a, b) => a - b).slice(0, count);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** A source counts for at most this many times the median source. */
const VOLUME_CAP = 1.5;

/**
 * Factors by which the counts of each source are multiplied so that none has more than 1.5 times the median volume.
 *
 * Fewer counts only temper the evidence (Jensen: a power below 1 of an e-value has a mean below 1), and a flood of
 * forged counts cannot drown the others. Below five sources nothing is capped.
 */
export function volumeFactors(volumes: readonly number[]): readonly number[] {
  if (volumes.length < MIN_SOURCES) return volumes.map(() => 1);
  const sorted = [...volumes].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)]!, sorted[Math.floor(sorted.length / 2)]!];
  const limit = (VOLUME_CAP * (low + high)) / 2;
  return volumes.map((volume) => (volume > limit && limit > 0 ? limit / volume : 1));
}
