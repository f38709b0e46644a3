/** A hash of a text as an integer from 0 to 2³² − 1: MurmurHash3, the one that units are bucketed by. */
export type Hash32 = (text: string) => number;

/** Places that rollouts are spread over, and how many of them are the canary's. */
const PLACES = 10_000;
const CANARY_PLACES = 1_000;

/** Share of rollouts that are given to a model in the canary. */
export const CANARY_SHARE = CANARY_PLACES / PLACES;

/** Whether a rollout is decided with the model in the canary: a tenth of them, the same ones wherever one asks. */
export function isInCanary(canaryId: string, rollout: string, hash: Hash32): boolean {
  return hash(`model:${canaryId}:${rollout}`) % PLACES < CANARY_PLACES;
}
