import type { DecisionLog, ListedDecision, Rollout, Scope } from '../../domain/index.ts';

/** Records are large: so many at a time. */
const PAGE = 100;

/** Most records that are read at once; reading more would take longer than it is worth. */
export const MAX_RECORDS = 2_000;

/** Official records of a rollout's present generation about windows in (fromMs, throughMs], oldest first; undefined where there are too many. */
export async function readOfficialRecords(
  decisions: DecisionLog,
  scope: Scope,
  { definition, state }: Rollout,
  { fromMs, throughMs }: { readonly fromMs: number; readonly throughMs: number },
): Promise<readonly ListedDecision[] | undefined> {
  const records: ListedDecision[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const page = await decisions.list(scope, definition.rollout, { limit: PAGE, before, onlyApplied: true });
    const own = page.filter(({ generation, windowEndMs }) => generation === state.generation && windowEndMs > fromMs);
    records.push(...own.filter(({ windowEndMs }) => windowEndMs <= throughMs));
    if (own.length < PAGE) return records.reverse();
    if (records.length > MAX_RECORDS) return undefined;
    before = page.at(-1)!.decidedAtMs;
  }
}
