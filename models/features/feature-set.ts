/** One input of a model. */
export interface FeatureDefinition {
  readonly name: string;
  /** What one of it is. */
  readonly unit: string;
  /** Values are clipped to [least, most]; what lies outside in a vector was not made by this feature set. */
  readonly clip: readonly [least: number, most: number];
  /** Features that explain one thing together, and are left out together. */
  readonly group: string;
  /** Name of the feature that is 0 while this one is unknown; absent: it is always known. */
  readonly mask?: string;
}

/** What a stratum makes of a state, and the model inputs that come out. */
export interface FeatureStep<State> {
  readonly state: State;
  /** One number per feature, in the order of the set. */
  readonly vector: readonly number[];
}

/** A version of model inputs: the same pure function makes them for the controller, for training and for replay. */
export interface FeatureSet<State, Stratum> {
  readonly name: string;
  readonly version: number;
  readonly features: readonly FeatureDefinition[];
  /** The state before the first stratum. */
  empty(): State;
  /** Adds one stratum; the state is plain JSON of bounded size. */
  addStratum(state: State, stratum: Stratum): FeatureStep<State>;
}

/** What is fixed by a feature set's version. */
export type FeatureSchema = Pick<FeatureSet<never, never>, 'name' | 'version' | 'features'>;

/** Definitions of features of one group, each from [name, unit, least, most]. */
export function defineGroup(
  group: string,
  rows: readonly (readonly [name: string, unit: string, least: number, most: number])[],
  mask?: string,
): readonly FeatureDefinition[] {
  return rows.map(([name, unit, least, most]) => ({
    name,
    unit,
    clip: [least, most],
    group,
    ...(mask === undefined ? {} : { mask }),
  }));
}

/** The values, each inside the clip of its feature. */
export function clipToSchema(features: readonly FeatureDefinition[], values: readonly number[]): readonly number[] {
  // + 0 makes 0 of −0, which JSON does not know.
  return values.map((value, index) => clip(value, ...features[index]!.clip) + 0);
}

/** The value, or the end of [least, most] that it lies beyond. */
export function clip(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
