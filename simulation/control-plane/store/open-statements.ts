import type { Clock } from '../../../domain/index.ts';
import { decisionStatements } from './decisions.ts';
import { flagStatements } from './flags.ts';
import { keyStatements } from './keys.ts';
import { rolloutStatements } from './rollouts.ts';
import type { AllStatements } from './statements.ts';
import type { Tables } from './tables.ts';
import { windowStatements } from './windows.ts';

/** What a database has by itself. */
export interface DatabaseParts {
  /** The database's own clock. */
  readonly clock: Clock;
  readonly drawBytes: (count: number) => Uint8Array;
}

/** The statements on some tables, with the meaning that `storage/` gives them. */
export function openStatements(tables: Tables, { clock, drawBytes }: DatabaseParts): AllStatements {
  return {
    flags: flagStatements(tables, clock, drawBytes),
    rollouts: rolloutStatements(tables, clock),
    windows: windowStatements(tables, clock),
    decisions: decisionStatements(tables),
    keys: keyStatements(tables, clock),
  };
}
