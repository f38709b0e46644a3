import type { DecisionLog, DecisionRecord, Scope } from '../../../domain/index.ts';
import { ROLLBACK_SLOT } from './apply-decision.ts';
import type { Statements } from './statements.ts';
import { compareBytes, findEnvironment, parsed, type Tables } from './tables.ts';
import { thinOut } from './thin-out.ts';

/** The append-only log of decisions. */
export function decisionStatements(tables: Tables): Statements<DecisionLog> {
  return {
    append(scope, record) {
      const records = findEnvironment(tables, scope)?.records;
      if (records === undefined || records.has(record.decisionId)) return;
      const { rollout, generation, windowEndMs, decidedAtMs } = record;
      records.set(record.decisionId, { rollout, generation, windowEndMs, decidedAtMs, text: JSON.stringify(record) });
    },
    list(scope, rollout, { limit, before = Number.MAX_SAFE_INTEGER, onlyApplied = false }) {
      const environment = findEnvironment(tables, scope);
      const keys = environment?.rollouts.get(rollout)?.decisionKeys;
      return [...(environment?.records ?? [])]
        .filter(([, record]) => record.rollout === rollout && record.decidedAtMs < before)
        .map(([id, { text, windowEndMs, decidedAtMs }]) => {
          const wasApplied = keys?.get(windowEndMs) === id || keys?.get(ROLLBACK_SLOT) === id;
          return { id, text, decidedAtMs, wasApplied };
        })
        .filter(({ wasApplied }) => wasApplied || !onlyApplied)
        .sort((left, right) => right.decidedAtMs - left.decidedAtMs || compareBytes(right.id, left.id))
        .slice(0, limit)
        .map(({ text, wasApplied }) => ({ ...parsed<DecisionRecord>(text), wasApplied }));
    },
    listNewest: (scope) =>
      newestOf(tables, scope).map(({ rollout, generation, windowEndMs, decidedAtMs, text }) => {
        const { decision } = parsed<DecisionRecord>(text);
        return { rollout, generation, windowEndMs, decidedAtMs, decision };
      }),
    newestTimes: (scope) =>
      new Map(newestOf(tables, scope).map(({ rollout, decidedAtMs }) => [rollout, decidedAtMs] as const)),
    readHistory(scope, rollout, generation, { afterMs, limit }) {
      const environment = findEnvironment(tables, scope);
      const keys = [...(environment?.rollouts.get(rollout)?.decisionKeys ?? [])];
      const official = keys.filter(([slot]) => slot === ROLLBACK_SLOT || slot > afterMs);
      return thinOut(official, limit)
        .flatMap((id) => environment?.records.get(id) ?? [])
        .filter((record) => record.generation === generation && record.windowEndMs >= afterMs)
        .sort((left, right) => left.windowEndMs - right.windowEndMs || left.decidedAtMs - right.decidedAtMs)
        .map(({ windowEndMs, decidedAtMs, text }) => {
          const { decision, assessment } = parsed<DecisionRecord>(text);
          return { windowEndMs, decidedAtMs, decision, assessment };
        });
    },
  };
}

/** The newest record of each rollout. */
function newestOf(tables: Tables, scope: Scope) {
  const environment = findEnvironment(tables, scope);
  return [...(environment?.rollouts.keys() ?? [])].sort(compareBytes).flatMap((rollout) => {
    const own = [...(environment?.records.values() ?? [])].filter((record) => record.rollout === rollout);
    return own.sort((left, right) => right.decidedAtMs - left.decidedAtMs).slice(0, 1);
  });
}
