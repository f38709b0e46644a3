/** What a counter showed at one instant. */
export interface CounterSample {
  readonly atMs: number;
  readonly value: number;
}

/** A counter with its labels. */
export interface CounterSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** By time; if the counter is older than the first sample in question, one from before it comes first. */
  readonly samples: readonly CounterSample[];
}

/** The value of a label; undefined when the series does not have it. */
export function labelOf({ labels }: CounterSeries, name: string): string | undefined {
  return Object.hasOwn(labels, name) ? labels[name] : undefined;
}

/** A text that two series share exactly when all their labels but `name` are the same. */
export function identityWithout({ labels }: Pick<CounterSeries, 'labels'>, name: string): string {
  const rest = Object.entries(labels).filter(([label]) => label !== name);
  return JSON.stringify(rest.sort(([a], [b]) => (a < b ? -1 : 1)));
}
