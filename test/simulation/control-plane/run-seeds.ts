import { describeRun, runSeed, type SeedOptions, type SeedRun } from '../../../simulation/control-plane/index.ts';

/** What many runs came to. */
export interface SeedRuns {
  /** Those in which something did not hold, in words. */
  readonly failures: readonly string[];
  /** How often decisions took effect, by action, and how many were refused. */
  readonly totals: Readonly<Record<string, number>>;
}

/** Runs seeds from `from` on, and stops after a few failures. */
export async function runSeeds(from: number, count: number, options: SeedOptions): Promise<SeedRuns> {
  const failures: string[] = [];
  const totals: Record<string, number> = {};
  for (let seed = from; seed < from + count && failures.length < MAX_FAILURES; seed += 1) {
    const run = await runSeed(seed, options);
    if (run.violations.length > 0) failures.push(describeRun(run));
    const { applied, refused } = run.counts;
    for (const [what, times] of Object.entries({ ...applied, refused })) totals[what] = (totals[what] ?? 0) + times;
  }
  return { failures, totals };
}

/** The first run from seed 1 on in which something does not hold; undefined when there is none within `count`. */
export async function findFailure(
  count: number,
  options: SeedOptions,
  isWanted: (run: SeedRun) => boolean = () => true,
): Promise<SeedRun | undefined> {
  for (let seed = 1; seed <= count; seed += 1) {
    const run = await runSeed(seed, options);
    if (run.violations.length > 0 && isWanted(run)) return run;
  }
  return undefined;
}

/** More would say the same again. */
const MAX_FAILURES = 3;
