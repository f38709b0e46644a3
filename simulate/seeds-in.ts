import { WrongInput } from './wrong-input.ts';

/** More seeds than this are a slip of the finger. */
const MAX_SEEDS = 100_000;

/** The seeds of a range such as "1..20", both ends among them. */
export function seedsIn(range: string): readonly number[] {
  const [, from, to] = (/^(\d{1,9})\.\.(\d{1,9})$/.exec(range) ?? []).map(Number);
  if (from === undefined || to === undefined || to < from || to - from >= MAX_SEEDS) {
    throw new WrongInput(`--seeds ${range}: write a range such as 1..20, of at most ${MAX_SEEDS} seeds`);
  }
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
