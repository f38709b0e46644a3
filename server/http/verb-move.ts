import {
  decideAdvance,
  moveFor,
  observe,
  type PlainVerb,
  requireMovable,
  type SteeringWish,
  stageAfter,
  steeringMove,
  type VoteWish,
  voteMove,
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
import { requireRoom } from './require-room.ts';
import { requireUnrestricted } from './require-unrestricted.ts';

/** In spite of freezes; whether the key may is checked before. */
type Emergency = { readonly overrideFreeze?: boolean };

/** What a person asks for, as it comes over HTTP. */
export type VerbRequest =
  | ({ readonly verb: PlainVerb } & Emergency)
  | ({ readonly verb: 'advance'; readonly force?: boolean } & Emergency)
  | Exclude<SteeringWish, { readonly verb: 'advance' | 'jump' }>
  | ({ readonly verb: 'jump'; readonly coverage: number } & Emergency)
  | VoteWish;

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
      const next = nextCoverageOf(rollout);
      const isForced = asked.force === true;
      if (isForced) requireReason(by);
      // Unless it is forced, the gates know how far it may go.
      const reach = isForced ? next : rollout.state.coverage;
      const passed = await requireUnrestricted(deps, scope, rollout, { ...asked, coverage: reach });
      const decision = await decisionWithoutPace(deps, scope, rollout, asked);
      const coverage = isForced ? next : clearedCoverage(rollout, decision);
      const why = reasonWith(isForced ? [...passed, ...heldBy(decision)] : passed, by);
      return steeringMove({ verb: 'advance', coverage }, rollout, { ...by, ...why }, nowMs);
    }
    case 'jump': {
      const move = steeringMove(asked, rollout, by, nowMs);
      if (asked.coverage <= rollout.state.coverage) return move;
      const passed = await requireUnrestricted(deps, scope, rollout, { ...asked, verb: 'jump up' });
      const decision = await decisionWithoutPace(deps, scope, rollout, asked);
      return { ...move, ...reasonWith([...passed, ...heldBy(decision)], by) };
    }
    case 'pin': {
      const move = steeringMove(asked, rollout, by, nowMs);
      const { coverage = 0 } = move;
      if (coverage > rollout.state.coverage)
        await requireUnrestricted(deps, scope, rollout, { verb: 'be pinned higher', coverage });
      return move;
    }
    case 'start':
    case 'retry':
    case 'resume':
    case 'complete': {
      const move = moveFor(asked.verb, rollout, by);
      const { coverage = rollout.state.coverage } = move;
      const passed = await requireUnrestricted(deps, scope, rollout, { ...asked, coverage });
      if (asked.verb === 'start' || asked.verb === 'retry') await requireRoom(deps, scope);
      return { ...move, ...reasonWith(passed, by) };
    }
    case 'approve':
    case 'decline': {
      const surroundings = await deps.storage.rollouts.readSurroundings(scope, rollout.definition.rollout);
      return voteMove(asked, { rollout, surroundings }, by, nowMs);
    }
    case 'mode':
    case 'override':
    case 'restore':
      return steeringMove(asked, rollout, by, nowMs);
    default:
      return moveFor(asked.verb, rollout, by);
  }
}

/** Where the gates let an advance go; Problem `notCleared` says what holds it. */
function clearedCoverage(rollout: Rollout, decision: Decision): number {
  if (decision.action === 'ramp') return decision.coverage;
  const found = decision.reasons.map(
    ({ code, message, releasedBy }) =>
      `${code}: ${message}${releasedBy === undefined ? '' : ` (until: ${releasedBy})`}`,
  );
  const name = rollout.definition.rollout;
  throw new Problem('notCleared', `"${name}" would ${decision.action}: ${found.join('; ')}`);
}

function requireReason({ reason }: By): void {
  if (reason) return;
  throw new Problem('invalidRequest', 'force needs a reason', [
    { path: '/reason', message: 'is missing: it goes into the audit' },
  ]);
}

function nextCoverageOf({ definition, state }: Rollout): number {
  const next = stageAfter(definition, state.coverage);
  if (next !== undefined) return next.coverage;
  throw new Problem('wrongPhase', `"${definition.rollout}" is at its last stage; what works now: complete, jump`);
}

/** The gates that a person passes over. */
function heldBy({ action, reasons }: Decision): readonly string[] {
  return action === 'ramp' || action === 'complete' ? [] : reasons.map(({ code }) => code);
}

/** The reason, with what was passed over. */
function reasonWith(passed: readonly string[], { reason }: By): { readonly reason?: string } {
  if (reason === undefined || passed.length === 0) return {};
  return { reason: `${reason} (past ${passed.join(', ')})` };
}

async function decisionWithoutPace(
  deps: Dependencies,
  scope: Scope,
  rollout: Rollout,
  { overrideFreeze = false }: Emergency,
): Promise<Decision> {
  const observation = await observe(deps.storage, scope, rollout);
  const { restrictions } = observation;
  const isOverridden = overrideFreeze && restrictions !== undefined;
  const seen = isOverridden ? { ...observation, restrictions: { ...restrictions, freezes: [] } } : observation;
  return decideAdvance(seen, deps.modelsFor(scope, rollout.definition.rollout));
}
