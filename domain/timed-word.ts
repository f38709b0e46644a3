/** A person's word that holds until a time, with whom to ask about it. */
export interface TimedWord {
  readonly owner: string;
  readonly reason: string;
  /** Ends by itself then, ms since 1970 by the database's clock. */
  readonly untilMs: number;
}
