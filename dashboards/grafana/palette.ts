import { MappingType, type Threshold, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';

/** Colours by what they mean; the same thing has the same colour on every dashboard. */
export const COLOURS = {
  control: 'blue',
  treatment: 'orange',
  line: 'dark-red',
  neutral: 'text',
  good: 'green',
  waiting: 'yellow',
  bad: 'red',
  moving: 'light-blue',
} as const;

export type Colour = (typeof COLOURS)[keyof typeof COLOURS];

/** What a phase, and a decision, looks like. */
export const MEANINGS: Readonly<Record<string, Colour>> = {
  running: COLOURS.moving,
  paused: COLOURS.waiting,
  completed: COLOURS.good,
  rolledBack: COLOURS.bad,
  ramp: COLOURS.moving,
  hold: COLOURS.waiting,
  stepBack: COLOURS.waiting,
  complete: COLOURS.good,
  rollback: COLOURS.bad,
};

/** A colour from a value on; the first one has no value and holds from below everything. */
export function steps(
  first: Colour,
  ...others: readonly (readonly [value: number, color: Colour])[]
): readonly Threshold[] {
  return [{ value: null, color: first }, ...others.map(([value, color]) => ({ value, color }))];
}

/** Words for numbers: 1 → "yes". */
export function words(texts: Readonly<Record<string, readonly [text: string, color: Colour]>>): ValueMapping {
  const options = Object.entries(texts).map(([value, [text, color]], index) => [value, { text, color, index }]);
  return { type: MappingType.ValueToText, options: Object.fromEntries(options) };
}
