import type { DecisionRecord, ListedDecision, Rollout, RolloutDefinition } from '../../../domain/index.ts';
import type { ApiClient } from '../api-client.ts';
import { CliError, usageError } from '../cli-error.ts';

/** Records are large: so many at a time. */
const PAGE = 50;

/** Most records of one generation; a longer one is of windows of a few seconds, and its newest part is read. */
const MAX_RECORDS = 20_000;

/** The decisions of one generation that took effect, oldest first, and the plan that the last one was made under. */
export interface RecordedDecisions {
  readonly records: readonly DecisionRecord[];
  readonly definition: RolloutDefinition;
  readonly generation: number;
}

/** Reads a generation, the newest that has records unless another is asked for; CliError where nothing is recorded of it. */
export async function readGeneration(
  client: ApiClient,
  rollout: string,
  asked: string | undefined,
): Promise<RecordedDecisions> {
  let generation = asked === undefined ? undefined : wholeNumber(asked);
  const records: DecisionRecord[] = [];
  let before: number | undefined;
  for (;;) {
    const page = await readPage(client, rollout, before);
    generation ??= page[0]?.generation;
    records.push(...page.filter((record) => record.generation === generation).map(withoutEffect));
    const oldest = page.at(-1);
    const isOver = page.length < PAGE || oldest!.generation < (generation ?? 0) || records.length >= MAX_RECORDS;
    if (isOver) break;
    before = oldest!.decidedAtMs;
  }
  const [newest] = records;
  if (newest === undefined || generation === undefined)
    throw new CliError(
      `No decision of "${rollout}"${asked === undefined ? '' : ` generation ${asked}`} is recorded.`,
      1,
    );
  const { definition } = (newest.observation as unknown as { readonly rollout: Rollout }).rollout;
  return { records: records.reverse(), definition, generation };
}

async function readPage(client: ApiClient, rollout: string, before: number | undefined) {
  const query = new URLSearchParams({ limit: String(PAGE), onlyApplied: 'true', inputs: 'true' });
  if (before !== undefined) query.set('before', String(before));
  const path = `/rollouts/${encodeURIComponent(rollout)}/decisions?${query}`;
  return (await client.call<{ readonly decisions: readonly ListedDecision[] }>('GET', path)).decisions;
}

function withoutEffect({ wasApplied: _, ...record }: ListedDecision): DecisionRecord {
  return record;
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw usageError(`--generation ${text}: write a whole number from 1 on`);
}
