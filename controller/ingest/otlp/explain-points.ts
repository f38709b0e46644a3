/** Something to say of a point: which instrument, and what about it: "is a gauge". */
export interface PointNote {
  readonly instrument: string;
  readonly fault: string;
}

/** Different things that one answer says; the rest is a number. */
const MAX_SENTENCES = 8;

/** Longest name of an instrument that is repeated to the sender. */
const MAX_NAME_LENGTH = 80;

/** What to tell the sender of points: each thing once, with how many points it concerns; empty when there is nothing. */
export function explainPoints(rejections: readonly PointNote[], warnings: readonly PointNote[]): string {
  const sentences = [...summarise(rejections, 'refused'), ...summarise(warnings, 'counted')];
  const more = sentences.length - MAX_SENTENCES;
  return [...sentences.slice(0, MAX_SENTENCES), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function summarise(notes: readonly PointNote[], outcome: 'refused' | 'counted'): readonly string[] {
  const pointCounts = new Map<string, number>();
  for (const { instrument, fault } of notes) {
    const sentence = `"${shortened(instrument)}" ${fault}`;
    pointCounts.set(sentence, (pointCounts.get(sentence) ?? 0) + 1);
  }
  return [...pointCounts].map(
    ([sentence, count]) => `${sentence} (${count} ${count === 1 ? 'point' : 'points'} ${outcome})`,
  );
}

function shortened(name: string): string {
  return name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name;
}
