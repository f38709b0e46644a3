import { ROLLBACK_SLOT } from './apply-decision.ts';

/** Ids of at most `limit` windows, of each stretch of time the last one, and that of the rollback. */
export function thinOut(keys: readonly (readonly [slot: number, id: string])[], limit: number): readonly string[] {
  const slots = keys.map(([slot]) => slot).filter((slot) => slot !== ROLLBACK_SLOT);
  const stretchMs = Math.max(1, Math.ceil((Math.max(...slots) - Math.min(...slots) + 1) / limit));
  const last = new Map<number, readonly [slot: number, id: string]>();
  for (const key of keys) {
    const stretch = key[0] === ROLLBACK_SLOT ? -1 : Math.floor(key[0] / stretchMs);
    if (key[0] >= (last.get(stretch)?.[0] ?? 0)) last.set(stretch, key);
  }
  return [...last.values()].map(([, id]) => id);
}
