import type { ScoreCard } from './score-card.ts';

const DIGITS = 6;

/** The score card as JSON: keys in the order of its type, numbers with six significant digits. */
export function scoreCardJson(card: ScoreCard): string {
  return `${JSON.stringify(card, shorten, 1)}\n`;
}

function shorten(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(DIGITS)) : value;
}
