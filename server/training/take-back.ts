import { type LearningStorage, type ModelRecord, Problem, type Scope } from '../../domain/index.ts';

/** Who takes champions back when nobody asked for it by hand. */
const WATCH = 'watch';

/**
 * Takes an environment's own champion back, for reasons that are kept with it.
 *
 * false for a model of all environments: what one of them has seen must not take it from all others. undefined where
 * somebody has moved it since the revision that the reasons are of.
 */
export async function takeBack(
  { models }: Pick<LearningStorage, 'models'>,
  scope: Scope,
  { modelId, environment }: Pick<ModelRecord, 'modelId' | 'environment'>,
  { reasons, ifRevision }: { readonly reasons: readonly string[]; readonly ifRevision: number },
): Promise<boolean | undefined> {
  if (environment === null) return false;
  try {
    await models.demote(scope, modelId, { actor: WATCH, reason: reasons.join(' '), ifRevision });
    return true;
  } catch (error) {
    if (error instanceof Problem && ['revisionMismatch', 'wrongModelState'].includes(error.code)) return undefined;
    throw error;
  }
}
