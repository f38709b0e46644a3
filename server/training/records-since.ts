import type { DecisionLog, ListedDecision, Scope } from '../../domain/index.ts';

/** Records are large: so many at a time. */
const PAGE = 50;

/** The records of a rollout's decisions since a moment, newest first. */
export async function* recordsSince(
  decisions: DecisionLog,
  scope: Scope,
  rollout: string,
  sinceMs: number,
): AsyncGenerator<ListedDecision> {
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const page = await decisions.list(scope, rollout, { limit: PAGE, before });
    yield* page.filter(({ decidedAtMs }) => decidedAtMs >= sinceMs);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE || last.decidedAtMs < sinceMs) return;
    before = last.decidedAtMs;
  }
}
