/** What became of a generation of a rollout, in the end. */
export type LabelVerdict = 'healthy' | 'regressed' | 'unknown';

/** Who says so: a person, a rule over what happened, evidence that came later, or a simulation, which knows. */
export type LabelSource = 'operator' | 'rule' | 'laterEvidence' | 'simulation';

/** An opinion about one generation of a rollout; others may follow, none is ever changed. */
export interface NewLabel {
  /** Chosen by the writer: the same label given twice counts once. */
  readonly labelId: string;
  readonly rollout: string;
  readonly generation: number;
  readonly verdict: LabelVerdict;
  readonly source: LabelSource;
  /** How sure the source is, in [0, 1]. */
  readonly confidence: number;
  /** Id of the API key, or of the rule. */
  readonly author: string;
  readonly note: string;
  /** When the opinion was formed. */
  readonly atMs: number;
}

/** A label as it is kept. */
export interface Label extends NewLabel {
  /** When it was stored: a data set uses those that were known at its cut-off. */
  readonly ingestedAtMs: number;
}
