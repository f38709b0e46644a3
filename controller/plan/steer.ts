import {
  type Authorship,
  Problem,
  type Rollout,
  type RolloutMove,
  type Steering,
  type SteeringMode,
  steeringAt,
} from '../../domain/index.ts';
import { admitting, guarded, requireVerb } from './verbs.ts';

/** What a person asks for that needs more than the name of a verb. */
export type SteeringWish =
  | { readonly verb: 'advance' | 'jump'; readonly coverage: number }
  | { readonly verb: 'pin'; readonly coverage?: number; readonly owner?: string; readonly untilMs: number }
  | { readonly verb: 'mode'; readonly mode: SteeringMode }
  | { readonly verb: 'override'; readonly metric: string; readonly owner?: string; readonly untilMs: number }
  | { readonly verb: 'restore'; readonly metric: string };

/** Whatever a person says for longer than this belongs into the plan. */
const MAX_WORD_MS = 90 * 24 * 3_600_000;

/** The move that a wish asks for, as a compare-and-set; Problems say what works instead. */
export function steeringMove(
  wish: SteeringWish,
  rollout: Rollout,
  by: Authorship & { readonly ifRevision?: number },
  nowMs: number,
): RolloutMove {
  requireMovable(wish.verb, rollout, nowMs);
  const move = guarded(wish.verb, rollout, by);
  const { phase, coverage } = rollout.state;
  const said = steeringAt(rollout.state.steering, nowMs);
  switch (wish.verb) {
    case 'advance':
    case 'jump':
      return { ...move, phase, ...admitting(rollout, withinPlan(wish.coverage, rollout)) };
    case 'pin': {
      const pinned = wish.coverage === undefined ? coverage : withinPlan(wish.coverage, rollout);
      const pin = wordOf(wish, by, nowMs);
      return { ...move, phase, ...admitting(rollout, pinned), steering: { ...said, pin } };
    }
    case 'mode':
      return { ...move, phase, steering: { ...said, mode: wish.mode } };
    case 'override': {
      requireGuardrail(wish.metric, rollout);
      const override = { metric: wish.metric, ...wordOf(wish, by, nowMs) };
      return { ...move, phase, steering: { ...said, overrides: [...without(wish.metric, said), override] } };
    }
    case 'restore': {
      const overrides = without(wish.metric, said);
      if (overrides.length < said.overrides.length) return { ...move, phase, steering: { ...said, overrides } };
      const names = said.overrides.map(({ metric }) => metric).join(', ');
      throw new Problem('notSteered', `"${wish.metric}" is not overridden; overridden are: ${names || 'none'}`);
    }
  }
}

/** Problem `wrongPhase` unless the verb works in the rollout's phase, and `pinned` where it would move a pinned coverage. */
export function requireMovable(verb: SteeringWish['verb'], rollout: Rollout, nowMs: number): void {
  requireVerb(verb, rollout);
  const { pin } = steeringAt(rollout.state.steering, nowMs);
  if (pin === null || (verb !== 'advance' && verb !== 'jump')) return;
  throw new Problem(
    'pinned',
    `"${rollout.definition.rollout}" cannot ${verb}: ${pin.owner} pinned it until ${new Date(pin.untilMs).toISOString()} (${pin.reason}); unpin it, or pin it to the coverage that you want`,
  );
}

/** Caps of the plan hold for people too: beyond its last stage there is only completion. */
function withinPlan(coverage: number, { definition }: Rollout): number {
  const most = definition.stages.at(-1)?.coverage ?? 0;
  if (coverage >= 1 && coverage <= most) return coverage;
  throw new Problem('invalidRequest', `coverage ${coverage} is outside the plan`, [
    { path: '/coverage', message: `must be from 1 to ${most}; less is a rollback, more is complete` },
  ]);
}

function requireGuardrail(metric: string, { definition }: Rollout): void {
  const guardrails = definition.metrics.filter(({ role }) => role === 'guardrail').map((guardrail) => guardrail.metric);
  if (guardrails.includes(metric)) return;
  throw new Problem('invalidRequest', `"${metric}" is no guardrail of "${definition.rollout}"`, [
    { path: '/metric', message: `must be one of: ${guardrails.join(', ')}` },
  ]);
}

function wordOf(
  { owner, untilMs }: { readonly owner?: string; readonly untilMs: number },
  { actor, reason = '' }: Authorship,
  nowMs: number,
) {
  requireWordEnd(untilMs, nowMs);
  return { owner: owner ?? actor, reason, untilMs };
}

/** Problem `invalidRequest` unless a word ends in the future, and soon enough. */
export function requireWordEnd(untilMs: number, nowMs: number): void {
  if (untilMs > nowMs && untilMs <= nowMs + MAX_WORD_MS) return;
  const most = new Date(nowMs + MAX_WORD_MS).toISOString();
  throw new Problem('invalidRequest', `untilMs ${untilMs} is in the past or too far away`, [
    { path: '/untilMs', message: `must be after now (${nowMs}) and not after ${most}` },
  ]);
}

function without(metric: string, { overrides }: Steering): Steering['overrides'] {
  return overrides.filter((override) => override.metric !== metric);
}
