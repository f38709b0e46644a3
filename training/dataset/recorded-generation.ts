import type { Observation } from '../../controller/index.ts';
import type { ClosedWindow, DecisionRecord, Label, RolloutDefinition } from '../../domain/index.ts';

/** One generation of a rollout as it was recorded, with every opinion on what became of it. */
export interface RecordedGeneration {
  readonly definition: RolloutDefinition;
  readonly generation: number;
  /** In any order, and repeated ones count once. */
  readonly records: readonly DecisionRecord[];
  readonly labels: readonly Label[];
  /** How it ended; null while it is in progress, and where nobody knows. */
  readonly endedAtMs: number | null;
  /** In which phase; absent while it is in progress, and where nobody says. */
  readonly end?: 'completed' | 'rolledBack' | undefined;
}

/** The name of a generation in rows and splits. */
export function runIdOf({ definition, generation }: Pick<RecordedGeneration, 'definition' | 'generation'>): string {
  return `${definition.rollout}/${generation}`;
}

/** What was observed by a cut-off, in the order in which it was decided; of a decision that was repeated, the first. */
export function observationsUntil(
  { records }: Pick<RecordedGeneration, 'records'>,
  cutOffMs: number,
): readonly { readonly record: DecisionRecord; readonly observation: Observation }[] {
  const ordered = records
    .filter(({ decidedAtMs }) => decidedAtMs <= cutOffMs)
    .toSorted(
      (a, b) =>
        a.decidedAtMs - b.decidedAtMs || a.windowEndMs - b.windowEndMs || (a.decisionId < b.decisionId ? -1 : 1),
    );
  return ordered.map((record) => ({ record, observation: record.observation as unknown as Observation }));
}

/** The records of those decisions, one for each window: those that were not the official one saw the same. */
export function officialRecords(
  generation: Pick<RecordedGeneration, 'records'>,
  cutOffMs: number,
): readonly DecisionRecord[] {
  const records = observationsUntil(generation, cutOffMs).map(({ record }) => record);
  return records.filter(({ windowEndMs }, index) => windowEndMs !== records[index - 1]?.windowEndMs);
}

/** What every window comes after. */
export const BEFORE_ALL: Pick<ClosedWindow, 'startMs' | 'coverage'> = {
  startMs: Number.NEGATIVE_INFINITY,
  coverage: Number.POSITIVE_INFINITY,
};

/** Whether a window comes after another in the order in which decisions see them: a window counts where it was first seen. */
export function isAfter(
  window: Pick<ClosedWindow, 'startMs' | 'coverage'>,
  other: Pick<ClosedWindow, 'startMs' | 'coverage'>,
): boolean {
  return window.startMs > other.startMs || (window.startMs === other.startMs && window.coverage > other.coverage);
}
