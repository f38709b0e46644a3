import { type Clock, type LearningStorage, type ModelRecord, Problem, type Scope } from '../../domain/index.ts';
import { type ModelStanding, readStanding } from './model-standing.ts';
import { moveToCanary } from './move-to-canary.ts';

/** Who moves challengers when nobody asked for it by hand. */
const WATCH = 'watch';

const PAGE = 200;

/** What a review of one challenger has led to. */
export interface ChallengerReview {
  readonly modelId: string;
  /** Where it was moved, and why; absent where it stays. */
  readonly moved?: { readonly to: 'canary' | 'champion' | 'retired'; readonly reason: string };
}

/**
 * Looks at all challengers of an environment: one that is worse than the champion is retired, one that has passed all
 * checks of its stage goes a stage further.
 */
export async function reviewChallengers(
  storage: LearningStorage,
  clock: Clock,
  scope: Scope,
  kind: string,
): Promise<readonly ChallengerReview[]> {
  const reviews: ChallengerReview[] = [];
  for (const state of ['canary', 'shadow'] as const)
    for (const record of await storage.models.list(scope, { limit: PAGE, kind, state })) {
      // What one environment has seen must not move what all others use.
      if (record.environment === null) continue;
      const standing = await readStanding(storage, scope, record, clock.nowMs());
      const moved = moveFor(record, standing);
      const isMoved = moved !== undefined && (await move(storage, scope, record, moved));
      reviews.push({ modelId: record.modelId, ...(isMoved ? { moved } : {}) });
    }
  return reviews;
}

function moveFor({ state }: ModelRecord, { canary, gate }: ModelStanding): ChallengerReview['moved'] {
  if (canary?.isWorse)
    return { to: 'retired', reason: 'on the rollouts that it was given it is worse than the champion' };
  if (state === 'canary' && gate?.verdict === 'promote')
    return { to: 'champion', reason: 'it has passed every check, in the shadow and in the canary' };
  const isBeyondShadow = gate?.nextState === 'canary' || gate?.nextState === 'champion';
  return state === 'shadow' && isBeyondShadow
    ? { to: 'canary', reason: 'it has passed every check of the shadow' }
    : undefined;
}

/** False where somebody was faster, or another one has the canary. */
async function move(
  storage: LearningStorage,
  scope: Scope,
  { modelId }: ModelRecord,
  { to, reason }: NonNullable<ChallengerReview['moved']>,
): Promise<boolean> {
  const by = { actor: WATCH };
  try {
    if (to === 'champion') await storage.models.promote(scope, modelId, { ...by, reason });
    else if (to === 'canary') await moveToCanary(storage, scope, modelId, { ...by, reason });
    else await storage.models.setState(scope, modelId, to, reason, by);
    return true;
  } catch (error) {
    if (error instanceof Problem && error.code === 'wrongModelState') return false;
    throw error;
  }
}
