import { seededChoices } from './choices.ts';
import { checkConvergence } from './invariants/check-convergence.ts';
import type { Invariant, Violation } from './invariants/violation.ts';
import type { Counts } from './invariants/witness.ts';
import type { Parts } from './parts.ts';
import { SCOPE, World } from './world.ts';

/** Lines of the trace that are kept: what led to the first violation. */
const TRACE_LINES = 40;

/** What to run. */
export interface SeedOptions {
  readonly parts: Parts;
  /** What must hold; absent: everything. */
  readonly watched?: readonly Invariant[];
}

/** What one run came to. */
export interface SeedRun {
  readonly seed: number;
  /** None: everything held. A run ends with the first moment at which something did not. */
  readonly violations: readonly Violation[];
  /** The last things that happened. */
  readonly trace: readonly string[];
  readonly counts: Counts;
}

/** Runs the control plane of one seed from the first fault to a minute after the last: the same for the same seed. */
export async function runSeed(seed: number, { parts, watched }: SeedOptions): Promise<SeedRun> {
  const violations: Violation[] = [];
  const violate = (invariant: Invariant, detail: string) => {
    if (watched?.includes(invariant) ?? true) violations.push({ invariant, detail });
  };
  const isOver = () => violations.length > 0;
  const world = new World(seededChoices(seed), parts, violate);
  await world.time.runUntil(world.endsAtMs, isOver);
  if (!isOver()) {
    checkConvergence(world, violate);
    world.ledger.compare(world.tables.environments.values().next().value!);
    world.witness.checkRecords(SCOPE);
  }
  return { seed, violations, trace: world.trace.last(TRACE_LINES), counts: world.witness.counts };
}

/** A run that failed, in words: the seed that repeats it, what did not hold and what led there. */
export function describeRun({ seed, violations, trace }: SeedRun): string {
  const found = violations.map(({ invariant, detail }) => `${invariant}: ${detail}`);
  return [`seed ${seed}`, ...found, ...trace.map((line) => `  ${line}`)].join('\n');
}
