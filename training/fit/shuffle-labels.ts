import { permutation, seededStream } from './seeded-stream.ts';
import type { TrainingRow } from './training-row.ts';

/** The same features with the labels of other rows: whoever predicts these has seen them. */
export function shuffleLabels(rows: readonly TrainingRow[], seed: number, purpose: string): readonly TrainingRow[] {
  const order = permutation(rows.length, seededStream(seed, `shuffled labels, ${purpose}`));
  return rows.map(({ runId, features, weight }, index) => {
    const { label, isSharedIncident, isDataFault, harmType } = rows[order[index]!]!;
    return { runId, features, weight, label, isSharedIncident, isDataFault, harmType };
  });
}
