/** One part of a mixture: normal, Student, or a normal folded at 0, so that it has only positive values. */
export interface EffectPart {
  readonly shape: 'normal' | 'student' | 'folded';
  /** Its share of the whole; shares sum to 1. */
  readonly share: number;
  readonly location: number;
  readonly scale: number;
  /** Degrees of freedom, for Student only. */
  readonly degrees?: number;
}

/** What is believed about an effect: a mixture, of log ratios (positive is more events) or of relative effects. */
export interface EffectDistribution {
  readonly measure: 'logRatio' | 'relativeEffect';
  readonly parts: readonly EffectPart[];
}
