import type { FlagSet } from '../domain/index.ts';

/** What became of a flag, or of a part of it, that has no exact equal here. */
export type FindingKind =
  /** The flag is not in the set (or only as a disabled one), because a part of it cannot be said in JsonLogic. */
  | 'untranslatable'
  /** The flag is in the set and differs from its source in the way that the message says. */
  | 'changed'
  /** The source itself no longer serves the flag. */
  | 'skipped';

/** One thing that a person should know about an import. */
export interface Finding {
  readonly kind: FindingKind;
  readonly flag: string;
  /** JSON pointer into the source. */
  readonly place: string;
  /** What it is about and why it cannot stay as it is. */
  readonly message: string;
  /** What was done instead. */
  readonly instead: string;
}

/** Flags in flagd's format, and what a person should know about them. */
export interface ImportedFlags {
  readonly flagSet: FlagSet;
  readonly findings: readonly Finding[];
}

/** What an import does with a flag that it cannot translate. */
export interface ImportOptions {
  /** Leave the flag out (default), or import its variants with state DISABLED, so that callers get their own default. */
  readonly untranslatable?: 'leaveOut' | 'disable';
}

/** The source is not an export of the product, or it lacks the environment asked for: nothing can be imported. */
export class UnreadableSource extends Error {}
