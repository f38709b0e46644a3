import type { DecisionLog, DecisionRecord } from '../../../domain/index.ts';
import { ROLLBACK_SLOT } from './apply-decision.ts';
import type { Statements } from './statements.ts';
import { compareBytes, findEnvironment, parsed, type Tables } from './tables.ts';

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
  };
}
