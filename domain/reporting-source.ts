/** A source as people see it: what it sent lately, and whether decisions may look at it. */
export interface ReportingSource {
  /** Its identity: the id of the API key that reports, or the name of a built-in source. */
  readonly source: string;
  /** Name of the key; null for a built-in source. */
  readonly keyName: string | null;
  /** Counted reports of the last hour. */
  readonly reports: number;
  /** Those among them that held a row whose window was closed already. */
  readonly lateReports: number;
  /** Reports of the last hour that had come before, and those that could not be counted. */
  readonly duplicateReports: number;
  readonly refusedReports: number;
  /** When it was last heard, ms since 1970; null when that is longer ago than reports are remembered. */
  readonly lastSeenMs: number | null;
  /** null: its windows count. */
  readonly quarantine: Quarantine | null;
}

/** Since when, by whom and why a source is left out of all decisions. */
export interface Quarantine {
  readonly sinceMs: number;
  /** Id of the API key. */
  readonly actor: string;
  readonly reason: string | null;
}
