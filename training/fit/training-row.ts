/** One feature vector of a run with what is known of the run: what models are fitted on. */
export interface TrainingRow {
  /** Rows of one run are never on both sides of a split. */
  readonly runId: string;
  /** One number per feature of the schema. */
  readonly features: ArrayLike<number>;
  /** 1: the rollout is harmful, and was so at this moment. */
  readonly label: 0 | 1;
  readonly isSharedIncident: 0 | 1;
  readonly isDataFault: 0 | 1;
  /** Which kind of harm; null where there is none, or nobody knows. */
  readonly harmType: string | null;
  /** How much the row counts, > 0. */
  readonly weight: number;
}
