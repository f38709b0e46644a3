import type { FastifyRequest } from 'fastify';
import { Problem, type Rollout, type RolloutMove, type Scope } from '../../domain/index.ts';
import { actorOf } from './access.ts';
import { type Dependencies, published, readPublished } from './dependencies.ts';
import { revisionCondition } from './preconditions.ts';
import { answeredBefore, requestKeyOf } from './request-key.ts';
import { type VerbRequest, verbMove } from './verb-move.ts';

/** Completed rollouts that may stay in force on one flag: each one doubles the size of its targeting. */
const MAX_COMPLETED_OVERLAYS_PER_FLAG = 3;

/** What a person asks for. */
export interface ManualMove {
  readonly scope: Scope;
  readonly rollout: Rollout;
  readonly asked: VerbRequest;
  readonly reason: string | undefined;
}

/**
 * Moves a rollout by a verb and publishes the result; Problems where the verb does not fit, says why and what would.
 *
 * A request with an Idempotency-Key that was answered before gets that answer, and changes nothing.
 */
export async function moveByHand(
  deps: Dependencies,
  request: FastifyRequest,
  { scope, rollout, asked, reason }: ManualMove,
): Promise<Rollout> {
  const key = requestKeyOf(request);
  const answered = await answeredBefore(deps.storage, scope, key);
  if (answered !== undefined) return answered;
  const { verb } = asked;
  // Asking again for what already holds is no mistake.
  if (verb === 'rollback' && rollout.state.phase === 'rolledBack') return rollout;
  if (verb === 'start' || verb === 'retry') await requireStartable(deps, scope, rollout);
  if (verb === 'archive') await requireAdopted(deps, scope, rollout);
  const ifRevision = revisionCondition(request);
  const by = {
    actor: actorOf(request),
    ...(reason === undefined ? {} : { reason }),
    ...(ifRevision === undefined ? {} : { ifRevision }),
  };
  const move = await verbMove(deps, { scope, rollout }, asked, by);
  const name = rollout.definition.rollout;
  const requested = key === undefined ? move : { ...move, request: key };
  const moved = await published(deps, scope, moveOnce(deps, scope, name, requested));
  if (moved !== undefined) {
    deps.telemetry.showMove(scope, moved, verb);
    deps.annotations.onMove(scope, moved, { verb, reason });
    return moved;
  }
  // The same request was faster, by another way or after a time-out.
  const repeated = await answeredBefore(deps.storage, scope, key);
  if (repeated !== undefined) return repeated;
  const newest = (await deps.storage.rollouts.readRollout(scope, name)) ?? rollout;
  // Somebody else's rollback, a moment earlier, is as good as ours.
  if (verb === 'rollback' && newest.state.phase === 'rolledBack') return newest;
  throw new Problem(
    'revisionMismatch',
    `"${name}" was not at revision ${move.ifRevision}; it is now at ${newest.state.revision}`,
  );
}

/** The rollout after the move; undefined when it was not as the move wants it, or its request was answered meanwhile. */
async function moveOnce(
  { storage }: Dependencies,
  scope: Scope,
  name: string,
  move: RolloutMove,
): Promise<Rollout | undefined> {
  try {
    return await storage.rollouts.moveRollout(scope, name, move);
  } catch (error) {
    if (error instanceof Problem && error.code === 'requestRepeated') return undefined;
    throw error;
  }
}

async function requireStartable(deps: Dependencies, scope: Scope, { definition }: Rollout): Promise<void> {
  const { flagSet, rollouts } = await readPublished(deps, scope);
  const flag = flagSet.flags[definition.flag];
  const used = [definition.control, ...definition.treatments.map((treatment) => treatment.variant)];
  const missing = used.filter((variant) => flag === undefined || !Object.hasOwn(flag.variants, variant));
  if (missing.length > 0)
    throw new Problem('invalidRollout', `flag "${definition.flag}" no longer has the variant(s) ${missing.join(', ')}`);
  const completed = rollouts.filter(
    (other) => other.definition.flag === definition.flag && other.state.phase === 'completed',
  );
  if (completed.length >= MAX_COMPLETED_OVERLAYS_PER_FLAG) {
    throw new Problem(
      'tooManyOverlays',
      `"${definition.flag}" still depends on: ${completed.map((other) => other.definition.rollout).join(', ')}`,
    );
  }
}

/** Archiving a completed rollout takes its overlay away, so the flag itself must have the new variant by then. */
async function requireAdopted(deps: Dependencies, scope: Scope, { definition, state }: Rollout): Promise<void> {
  const flag = await deps.storage.flags.readFlag(scope, definition.flag);
  if (state.phase === 'completed' && flag?.definition.defaultVariant === definition.control) {
    throw new Problem(
      'stillNeeded',
      `flag "${definition.flag}" would go back to its default variant "${definition.control}"`,
    );
  }
}
