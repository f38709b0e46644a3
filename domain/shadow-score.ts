/** What a model that decides nothing yet said about one window. */
export interface ShadowScore {
  readonly rollout: string;
  readonly generation: number;
  readonly windowEndMs: number;
  readonly modelId: string;
  readonly score: number;
  /** Above it the model would have acted; null when it has none for this traffic. */
  readonly threshold: number | null;
  /** What it would have done, such as "hold". */
  readonly action: string;
}
