import type { Invariant } from '../../../../simulation/control-plane/invariants/violation.ts';
import type { Parts } from '../../../../simulation/control-plane/parts.ts';
import { applyDecision, GUARDS, type Guard } from '../../../../simulation/control-plane/store/apply-decision.ts';
import type { AllStatements } from '../../../../simulation/control-plane/store/statements.ts';
import type { Tables } from '../../../../simulation/control-plane/store/tables.ts';

/** A bug made on purpose, and what must notice it. */
export interface Plant {
  readonly name: string;
  readonly parts: Partial<Parts>;
  /** One of these must be violated, within so many seeds. */
  readonly finds: readonly Invariant[];
  readonly withinSeeds: number;
}

/** The statements with some of one port replaced. */
export function replaced<Port extends keyof AllStatements>(
  statements: AllStatements,
  port: Port,
  changes: Partial<AllStatements[Port]>,
): AllStatements {
  return { ...statements, [port]: { ...statements[port], ...changes } };
}

/** A database that applies decisions without some of its conditions. */
export function without(...missing: readonly Guard[]): Pick<Parts, 'plantStatements'> {
  return withGuards((Object.keys(GUARDS) as Guard[]).filter((guard) => !missing.includes(guard)));
}

function withGuards(guards: readonly Guard[]): Required<Pick<Parts, 'plantStatements'>> {
  return {
    plantStatements: (statements, tables, clock) =>
      replaced(statements, 'rollouts', {
        applyDecision: (decision) => applyDecision(tables, decision, clock.nowMs(), guards),
      }),
  };
}

/** The only environment of a run. */
export function environmentOf(tables: Tables) {
  return tables.environments.values().next().value!;
}
