import type { FlagDefinition } from '../../domain/index.ts';
import { table } from './output.ts';

/** A flag as the API shows it. */
export interface StoredFlag {
  readonly key: string;
  readonly revision: number;
  readonly definition: FlagDefinition;
}

/** Flags in a table: what they can serve, and whether rules decide. */
export function flagTable(flags: Readonly<Record<string, FlagDefinition>>): string {
  const rows = Object.entries(flags).map(([key, { state, variants, defaultVariant, targeting }]) => [
    key,
    state.toLowerCase(),
    Object.keys(variants).join(', '),
    defaultVariant || "(caller's own)",
    targeting && Object.keys(targeting).length > 0 ? 'yes' : 'no',
  ]);
  return table(['FLAG', 'STATE', 'VARIANTS', 'DEFAULT', 'RULES'], rows);
}
