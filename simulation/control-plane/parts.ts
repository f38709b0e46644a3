import type { Clock, FlagStore, Scope, Snapshot, Storage } from '../../domain/index.ts';
import type { Machine } from './machine.ts';
import type { AllStatements } from './store/statements.ts';
import type { Tables } from './store/tables.ts';

/** What publishes an environment to readers. */
export interface Hub {
  /** Compares versions with the database and takes over what is newer. */
  reconcile(): Promise<void>;
  /** The newest snapshot as text; undefined before the first. */
  current(): string | undefined;
}

/** What holds a snapshot inside an application. */
export interface Reader {
  /** Takes a snapshot over, unless it should not. */
  offer(snapshot: string): void;
  /** What is held; undefined before the first snapshot. */
  held(): Snapshot | undefined;
}

/** The real parts that are not of the controller, and what a test breaks on purpose. */
export interface Parts {
  readonly openHub: (flags: FlagStore, scope: Scope) => Hub;
  readonly openReader: () => Reader;
  /** Replaces statements of the database. */
  readonly plantStatements?: (statements: AllStatements, tables: Tables, clock: Clock) => AllStatements;
  /** Replaces the storage as one controller sees it. */
  readonly plantStorage?: (storage: Storage, machine: Machine) => Storage;
}
