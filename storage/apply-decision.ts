import { canonicalJson, type DecisionToApply, EXPECTED_HOLDS, SHARE_TOTAL } from '../domain/index.ts';
import type { Query, Session } from './database.ts';
import { isRefusal, LOCK_NOT_AVAILABLE, UNIQUE_VIOLATION } from './refusal.ts';
import { sql } from './statement.ts';

/** A rollback has a slot of its own, so that no other decision about the same window can stand in its way. */
const ROLLBACK_SLOT = 0;

/** Least time between two notices of holds of one rollout at one coverage, so that what comes and goes is no flood. */
const HOLD_NOTICE_PAUSE_MS = 300_000;

/** Undoes the transaction: something has changed since the decision was made. */
class Superseded extends Error {}

/**
 * Applies a decision together with its evidence, at most once; false when it is superseded, and then nothing happened.
 *
 * Each condition guards against a way in which two controllers, or a slow one, could move a rollout twice: the
 * revision (a person acted), the key (another controller decided this window), the evidence (another one decided a
 * later window), the deadline (this one slept). Locks are taken in the order evidence, rollout, environment.
 */
export async function applyDecision(session: Session, decision: DecisionToApply): Promise<boolean> {
  try {
    await session.transaction(async (query) => {
      // Whoever waits longer than this for a lock has lost to somebody else.
      await query(sql`set local lock_timeout = '500ms'`);
      const isNews = await advanceEvidence(query, decision);
      if (!isNews && decision.action !== 'rollback') throw new Superseded();
      if (!(await takeEffect(query, decision))) throw new Superseded();
    });
    return true;
  } catch (error) {
    const isSuperseded =
      error instanceof Superseded || isRefusal(error, LOCK_NOT_AVAILABLE) || isRefusal(error, UNIQUE_VIOLATION);
    if (isSuperseded) return false;
    throw error;
  }
}

/** Evidence only moves forward: false when a decision about this window or a later one has already been taken. */
async function advanceEvidence(query: Query, decision: DecisionToApply): Promise<boolean> {
  const { scope, rollout, generation, windowEndMs, evidence } = decision;
  const advanced = await query(sql`
    update evidence set state = ${JSON.stringify(evidence)}::json, through_ms = ${windowEndMs}
     where tenant = ${scope.tenant} and environment = ${scope.environment} and rollout = ${rollout}
       and generation = ${generation} and through_ms < ${windowEndMs}
    returning 1`);
  return advanced.length > 0;
}

async function takeEffect(query: Query, decision: DecisionToApply): Promise<boolean> {
  switch (decision.action) {
    case 'ramp':
    case 'stepBack':
    case 'complete':
      return move(query, decision);
    case 'hold':
      return decision.admission === undefined ? claimSlot(query, decision) : withdraw(query, decision);
    case 'rollback':
      return takeBack(query, decision);
  }
}

/** The deadline is compared when all locks are held: as a condition of the update it could pass before a long wait. */
async function move(query: Query, decision: DecisionToApply): Promise<boolean> {
  const { scope, rollout, generation, revision, windowEndMs, decisionId, action, coverage, deadlineMs } = decision;
  const isComplete = action === 'complete';
  const isBack = action === 'stepBack';
  const [applied] = await query<{ isInTime: boolean }>(sql`
    with moved as (
      update rollout r
         set phase = case when ${isComplete} then 'completed' else r.phase end, revision = r.revision + 1,
             coverage = ${coverage}, admission = coalesce(${admissionOf(decision)}::json, r.admission),
             coverage_since_ms = case when r.coverage = ${coverage} then r.coverage_since_ms else now_ms() end
       where r.tenant = ${scope.tenant} and r.environment = ${scope.environment} and r.rollout = ${rollout}
         and r.generation = ${generation} and r.revision = ${revision} and r.phase = 'running'
         and case when ${isComplete} then ${coverage} = ${SHARE_TOTAL}::int
                  when ${isBack} then ${coverage} < r.coverage and ${coverage} > 0
                  else ${coverage} > r.coverage and ${coverage} <= r.coverage_ceiling end
      returning r.*, rollout_audited(r, ${decisionId}) as audited
    ), keyed as (
      insert into decision_key (tenant, environment, rollout, generation, slot, decision_id)
      select tenant, environment, rollout, generation, ${windowEndMs}, ${decisionId} from moved
    ), unscheduled as (
      delete from rollout_schedule s using moved m
       where s.tenant = m.tenant and s.environment = m.environment and s.rollout = m.rollout and m.phase = 'completed'
    )
    select record_audited_change(tenant, environment, ${action}, rollout,
      json_build_object('phase', phase, 'coverage', coverage, 'generation', generation, 'revision', revision,
                        'decisionId', ${decisionId}::text, 'reason', ${decision.reason}::text), 'controller',
      ${decision.reason}, 'rollout', audited),
      now_ms() < ${deadlineMs} as "isInTime"
      from moved`);
  return applied?.isInTime === true;
}

function admissionOf({ admission }: DecisionToApply): string | null {
  return admission === undefined ? null : canonicalJson(admission);
}

/** Treatments go and coverage stays. It has no deadline: what is late takes harm away all the same. */
async function withdraw(query: Query, decision: DecisionToApply): Promise<boolean> {
  const { scope, rollout, generation, revision, windowEndMs, decisionId, reason } = decision;
  const applied = await query(sql`
    with moved as (
      update rollout r set revision = r.revision + 1, admission = ${admissionOf(decision)}::json, coverage_since_ms = now_ms()
       where r.tenant = ${scope.tenant} and r.environment = ${scope.environment} and r.rollout = ${rollout}
         and r.generation = ${generation} and r.revision = ${revision} and r.phase in ('running', 'paused')
         and is_automatic(r)
      returning r.*, rollout_audited(r, ${decisionId}) as audited
    ), keyed as (
      insert into decision_key (tenant, environment, rollout, generation, slot, decision_id)
      select tenant, environment, rollout, generation, ${windowEndMs}, ${decisionId} from moved
    )
    select record_audited_change(tenant, environment, 'withdraw', rollout,
      json_build_object('phase', phase, 'coverage', coverage, 'generation', generation, 'revision', revision,
                        'decisionId', ${decisionId}::text, 'reason', ${reason}::text), 'controller',
      ${reason}, 'rollout', audited)
      from moved`);
  return applied.length > 0;
}

/**
 * Without a revision: a rollback applies to the newest row of its generation, whatever happened in the meantime, unless a
 * person has switched automation off.
 */
async function takeBack(query: Query, decision: DecisionToApply): Promise<boolean> {
  const { scope, rollout, generation, decisionId, reason } = decision;
  const applied = await query(sql`
    with moved as (
      update rollout r set phase = 'rolledBack', revision = r.revision + 1, coverage = 0, coverage_since_ms = now_ms()
       where r.tenant = ${scope.tenant} and r.environment = ${scope.environment} and r.rollout = ${rollout}
         and r.generation = ${generation} and r.phase in ('running', 'paused') and is_automatic(r)
      returning r.*, rollout_audited(r, ${decisionId}) as audited
    ), keyed as (
      insert into decision_key (tenant, environment, rollout, generation, slot, decision_id)
      select tenant, environment, rollout, generation, ${ROLLBACK_SLOT}, ${decisionId} from moved
      on conflict do nothing
    ), unscheduled as (
      delete from rollout_schedule s using moved m
       where s.tenant = m.tenant and s.environment = m.environment and s.rollout = m.rollout
    )
    select record_audited_change(tenant, environment, 'rollback', rollout,
      json_build_object('phase', phase, 'coverage', coverage, 'generation', generation, 'revision', revision,
                        'decisionId', ${decisionId}::text, 'reason', ${reason}::text), 'controller',
      ${reason}, 'rollout', audited)
      from moved`);
  return applied.length > 0;
}

/** A hold changes no row of the rollout: it only makes itself the official decision of its window, and is noticed. */
async function claimSlot(query: Query, decision: DecisionToApply): Promise<boolean> {
  const { scope, rollout, generation, revision, windowEndMs, decisionId } = decision;
  const { coverage, reason, reasonCode } = decision;
  const isTold = reasonCode !== undefined && !EXPECTED_HOLDS.includes(reasonCode);
  const hold = { rollout, generation, coverage, reasonCode, reason, decisionId };
  const claimed = await query(sql`
    with claimed as (
      insert into decision_key (tenant, environment, rollout, generation, slot, decision_id)
      select tenant, environment, rollout, generation, ${windowEndMs}, ${decisionId} from rollout
       where tenant = ${scope.tenant} and environment = ${scope.environment} and rollout = ${rollout}
         and generation = ${generation} and revision = ${revision} and phase in ('running', 'paused')
      on conflict do nothing
      returning *
    )
    select notice_hold(tenant, environment, rollout, generation, ${coverage}, ${isTold ? reasonCode : ''},
                       ${JSON.stringify(hold)}::json, ${HOLD_NOTICE_PAUSE_MS})
      from claimed`);
  return claimed.length > 0;
}
