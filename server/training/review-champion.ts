import { type Clock, type LearningStorage, Problem, type Scope } from '../../domain/index.ts';
import { type ChampionSigns, judgeChampion } from '../../training/watch/index.ts';
import { readChampionSigns } from './read-champion-signs.ts';

/** Who takes champions back when nobody asked for it by hand. */
const WATCH = 'watch';

/** What a review has found. */
export interface ChampionReview {
  readonly modelId: string;
  readonly signs: ChampionSigns;
  /** Why it was taken back; empty for a champion that stays. */
  readonly demotedFor: readonly string[];
}

/** Looks at the champion of an environment and takes it back if it has to go; undefined without one of its own. */
export async function reviewChampion(
  storage: LearningStorage,
  clock: Clock,
  scope: Scope,
  kind: string,
): Promise<ChampionReview | undefined> {
  const champion = await storage.models.readChampion(scope, kind);
  // What one environment has seen must not take a model from all others.
  if (champion === undefined || champion.environment === null) return undefined;
  const { modelId } = champion;
  const [newest] = await storage.models.listMoves(scope, kind, 1);
  const signs = await readChampionSigns(storage, scope, champion, clock.nowMs());
  const { isToGo, reasons } = judgeChampion(signs);
  if (!isToGo) return { modelId, signs, demotedFor: [] };
  try {
    const options = { actor: WATCH, reason: reasons.join(' '), ifRevision: newest?.revision ?? 0 };
    await storage.models.demote(scope, modelId, options);
    return { modelId, signs, demotedFor: reasons };
  } catch (error) {
    // Somebody was faster, and has seen what there was to see.
    if (error instanceof Problem && ['revisionMismatch', 'wrongModelState'].includes(error.code)) return undefined;
    throw error;
  }
}
