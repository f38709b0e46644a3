/** What must always hold; the names under which violations are reported. */
export type Invariant =
  /** Versions of an environment have no gaps, one change for each. */
  | 'gapless versions'
  /** A reader never goes back to an older version. */
  | 'monotone reader'
  /** At most one ramp or completion per rollout, generation and window. */
  | 'one move per window'
  /** No exposure after the rollback of a generation. */
  | 'rollback is final'
  /** A rollback of a rollout in progress always applies. */
  | 'rollback wins'
  /** A ramp or completion rests on closed windows. */
  | 'closed window'
  /** What takes effect is in the log before. */
  | 'log first'
  /** A decision comes out again when it is made again from its record. */
  | 'decision recomputes'
  /** A decision other than a rollback applies to the state of the rollout that it has seen. */
  | 'as observed'
  /** A decision was made on the database's clock. */
  | "database's clock"
  /** A ramp or completion is applied before its deadline. */
  | 'deadline'
  /** Evidence only moves forward, and holds every closed window once. */
  | 'evidence'
  /** A refused decision changes nothing. */
  | 'all or nothing'
  /** A closed window never changes and the watermark never goes back. */
  | 'closed stays closed'
  /** What is stored is what was sent, each report once, late rows apart. */
  | 'exact sums'
  /** Once nothing fails any more, everything catches up. */
  | 'convergence'
  /** Nothing fails in any other way than the database being away. */
  | 'no other failure';

/** Something that must not happen, and did. */
export interface Violation {
  readonly invariant: Invariant;
  readonly detail: string;
}

/** Reports a violation. */
export type Violate = (invariant: Invariant, detail: string) => void;
