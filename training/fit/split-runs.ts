import { permutation, seededStream } from './seeded-stream.ts';
import type { TrainingRow } from './training-row.ts';

/** Rows to fit on, and rows of other runs to judge the fit by. */
export interface RunSplit {
  readonly fitting: readonly TrainingRow[];
  readonly heldOut: readonly TrainingRow[];
}

/** Holds a share of the runs out, the same share of the harmful and of the others; whole runs, whatever their order. */
export function splitRuns(rows: readonly TrainingRow[], share: number, seed: number): RunSplit {
  const harmful = new Set(rows.filter(({ label }) => label === 1).map(({ runId }) => runId));
  const runs = [...new Set(rows.map(({ runId }) => runId))].sort();
  const held = new Set(
    [true, false].flatMap((isHarmful) => {
      const some = runs.filter((run) => harmful.has(run) === isHarmful);
      const order = permutation(some.length, seededStream(seed, `held out ${isHarmful}`));
      return Array.from(order.subarray(0, Math.round(share * some.length)), (index) => some[index]!);
    }),
  );
  return {
    fitting: rows.filter(({ runId }) => !held.has(runId)),
    heldOut: rows.filter(({ runId }) => held.has(runId)),
  };
}
