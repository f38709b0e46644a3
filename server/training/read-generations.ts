import type { DecisionRecord, Label, LearningStorage, Rollout, RolloutDefinition, Scope } from '../../domain/index.ts';
import { takingTurns } from './taking-turns.ts';

/** One generation of a rollout as the storage has it. */
export interface StoredGeneration {
  readonly definition: RolloutDefinition;
  readonly generation: number;
  readonly records: readonly DecisionRecord[];
  readonly labels: readonly Label[];
  readonly endedAtMs: number | null;
  readonly end: 'completed' | 'rolledBack' | undefined;
}

const PAGE = 1_000;

/** Records are large: so many at a time, because on the embedded database everybody else waits for a page. */
const RECORD_PAGE = 50;

/** More records of one rollout than this are of a plan gone wrong; the newest are read. */
const MAX_RECORDS = 20_000;

/** All rollouts, archived ones included. */
export async function listAllRollouts(storage: LearningStorage, scope: Scope): Promise<readonly Rollout[]> {
  const rollouts: Rollout[] = [];
  for (;;) {
    const after = rollouts.at(-1)?.definition.rollout;
    const page = await storage.rollouts.listRollouts(scope, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    rollouts.push(...page);
    if (page.length < PAGE) return rollouts;
  }
}

/** Their names. */
export async function listRolloutNames(storage: LearningStorage, scope: Scope): Promise<readonly string[]> {
  return (await listAllRollouts(storage, scope)).map(({ definition }) => definition.rollout);
}

/** Names of those in which a learned policy has a say: no others have choices in their records. */
export async function listLearnedRollouts(storage: LearningStorage, scope: Scope): Promise<readonly string[]> {
  const rollouts = await listAllRollouts(storage, scope);
  return rollouts.flatMap(({ definition }) => (definition.rampPolicy === 'learned' ? [definition.rollout] : []));
}

/** All generations of a rollout with what was recorded by a cut-off and the labels that were known by then. */
export async function readGenerations(
  storage: LearningStorage,
  scope: Scope,
  name: string,
  cutOffMs: number,
): Promise<readonly StoredGeneration[]> {
  const rollout = await storage.rollouts.readRollout(scope, name);
  if (rollout === undefined) return [];
  const records = await readRecords(storage, scope, name, cutOffMs);
  const labels = await readLabels(storage, scope, name, cutOffMs);
  const generations = [...new Set(records.map(({ generation }) => generation))].sort((a, b) => a - b);
  return generations.map((generation) => {
    const own = records.filter((record) => record.generation === generation);
    return {
      definition: (own[0]!.observation as unknown as { readonly rollout: Rollout }).rollout.definition,
      generation,
      records: own,
      labels: labels.filter((label) => label.generation === generation),
      endedAtMs: isOver(rollout, generation) ? own[0]!.decidedAtMs : null,
      end: endOf(rollout, generation),
    };
  });
}

/** Newest first; decisions that did not take effect saw the same windows, and count once with those that did. */
async function readRecords(
  { decisions }: LearningStorage,
  scope: Scope,
  name: string,
  cutOffMs: number,
): Promise<readonly DecisionRecord[]> {
  const records: DecisionRecord[] = [];
  let before = cutOffMs + 1;
  for (;;) {
    const page = await takingTurns(() => decisions.list(scope, name, { limit: RECORD_PAGE, before }));
    records.push(...page);
    if (page.length < RECORD_PAGE || records.length >= MAX_RECORDS) return records;
    before = page.at(-1)!.decidedAtMs;
  }
}

/** All labels of a rollout that were known by then. */
export async function readLabels(
  { labels }: LearningStorage,
  scope: Scope,
  rollout: string,
  knownAtMs: number,
): Promise<readonly Label[]> {
  const all: Label[] = [];
  for (;;) {
    const after = all.at(-1)?.labelId;
    const page = await labels.list(scope, {
      limit: PAGE,
      rollout,
      knownAtMs,
      ...(after === undefined ? {} : { after }),
    });
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

/** A rollout that completed has no further generation. */
function endOf({ state: { generation: newest, phase } }: Rollout, generation: number): StoredGeneration['end'] {
  if (generation < newest) return 'rolledBack';
  return phase === 'completed' || phase === 'rolledBack' ? phase : undefined;
}

/** A generation is over when the next has begun, and the newest when its rollout is. */
function isOver({ state }: Rollout, generation: number): boolean {
  return generation < state.generation || state.phase === 'completed' || state.phase === 'rolledBack';
}
