import {
  decideAdvance,
  moveFor,
  observe,
  type PlainVerb,
  requireMovable,
  type SteeringWish,
  stageAfter,
  steeringMove,
} from '../../controller/index.ts';
import {
  type Authorship,
  type Decision,
  Problem,
  type Rollout,
  type RolloutMove,
  type Scope,
} from '../../domain/index.ts';
import type { Dependencies } from './dependencies.ts';
import { requireUnrestricted } from './require-unrestricted.ts';

/** What a person asks for, as it comes over HTTP. */
export type VerbRequest =
  | { readonly verb: PlainVerb }
  | { readonly verb: 'advance'; readonly force?: boolean }
  | Exclude<SteeringWish, { readonly verb: 'advance' | 'jump' }>
  | { readonly verb: 'jump'; readonly coverage: number };

/** Who asks, and the revision that they have seen. */
type By = Authorship & { readonly ifRevision?: number };

/** The move that a request asks for; Problems say what works instead. */
export async function verbMove(
  deps: Dependencies,
  { scope, rollout }: { readonly scope: Scope; readonly rollout: Rollout },
  asked: VerbRequest,
  by: By,
): Promise<RolloutMove> {
  const nowMs = deps.clock.nowMs();
  switch (asked.verb) {
    case 'advance': {
      requireMovable('advance', rollout, nowMs);
      await requireUnrestricted(deps, scope, rollout, 'advance');
      const { coverage, ...why } = await advance(deps, scope, rollout, asked.force === true, by);
      return steeringMove({ verb: 'advance', coverage }, rollout, { ...by, ...why }, nowMs);
    }
    case 'jump': {
      const move = steeringMove(asked, rollout, by, nowMs);
      if (asked.coverage <= rollout.state.coverage) return move;
      await requireUnrestricted(deps, scope, rollout, 'jump up');
      return { ...move, ...past(await decisionWithoutPace(deps, scope, rollout), by) };
    }
    case 'pin': {
      const move = steeringMove(asked, rollout, by, nowMs);
      if ((move.coverage ?? 0) > rollout.state.coverage)
        await requireUnrestricted(deps, scope, rollout, 'be pinned higher');
      return move;
    }
    case 'start':
    case 'retry':
    case 'resume':
    case 'complete': {
      const move = moveFor(asked.verb, rollout, by);
      await requireUnrestricted(deps, scope, rollout, asked.verb);
      return move;
    }
    case 'mode':
    case 'override':
    case 'restore':
      return steeringMove(asked, rollout, by, nowMs);
    default:
      return moveFor(asked.verb, rollout, by);
  }
}

/** Where an advance leads to: as far as the gates permit, or by force to the next stage, with what was passed over. */
async function advance(
  deps: Dependencies,
  scope: Scope,
  rollout: Rollout,
  isForced: boolean,
  by: By,
): Promise<{ readonly coverage: number; readonly reason?: string }> {
  const { definition, state } = rollout;
  const next = stageAfter(definition, state.coverage);
  if (next === undefined)
    throw new Problem('wrongPhase', `"${definition.rollout}" is at its last stage; what works now: complete, jump`);
  if (isForced && !by.reason) {
    throw new Problem('invalidRequest', 'force needs a reason', [
      { path: '/reason', message: 'is missing: it goes into the audit' },
    ]);
  }
  const decision = await decisionWithoutPace(deps, scope, rollout);
  if (isForced) return { coverage: next.coverage, ...past(decision, by) };
  if (decision.action === 'ramp') return { coverage: decision.coverage };
  const found = decision.reasons.map(
    ({ code, message, releasedBy }) =>
      `${code}: ${message}${releasedBy === undefined ? '' : ` (until: ${releasedBy})`}`,
  );
  throw new Problem('notCleared', `"${definition.rollout}" would ${decision.action}: ${found.join('; ')}`);
}

/** The reason with the gates that a person passes over. */
function past({ action, reasons }: Decision, { reason }: By): { readonly reason?: string } {
  if (reason === undefined || action === 'ramp' || action === 'complete') return {};
  return { reason: `${reason} (past ${reasons.map(({ code }) => code).join(', ')})` };
}

async function decisionWithoutPace(deps: Dependencies, scope: Scope, rollout: Rollout): Promise<Decision> {
  return decideAdvance(await observe(deps.storage, scope, rollout), deps.modelsFor(scope, rollout.definition.rollout));
}
