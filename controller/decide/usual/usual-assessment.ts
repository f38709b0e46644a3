/** Whether a rate at full coverage is what control's past lets expect, where no control is left; plain JSON. */
export interface UsualAssessment {
  readonly metric: string;
  /** The forecaster that was asked; null: robust scores alone. */
  readonly forecaster: string | null;
  /** Control's usual rate in the last hour before full coverage. */
  readonly usualRate: number;
  /** The rate now, as the median of the newest steps; null while there are too few. */
  readonly rate: number | null;
  /** The same in robust standard deviations of the history, positive where it is worse. */
  readonly score: number | null;
  readonly isUnusual: boolean;
}
