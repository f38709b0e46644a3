import {
  type Authorship,
  type Clock,
  type DueRollout,
  type EnvironmentSettings,
  NO_STEERING,
  Problem,
  type Rollout,
  type RolloutDefinition,
  type RolloutMove,
  type RolloutPhase,
  type RolloutState,
  type RolloutStore,
  type Scope,
  type Surroundings,
  type WriteOptions,
} from '../../../domain/index.ts';
import { applyDecision } from './apply-decision.ts';
import type { Statements } from './statements.ts';
import {
  compareBytes,
  type EnvironmentTable,
  findEnvironment,
  findRollout,
  parsed,
  type RolloutTable,
  recordChange,
  requireEnvironment,
  type Tables,
} from './tables.ts';

/** Rollouts. */
export function rolloutStatements(tables: Tables, clock: Clock): Statements<RolloutStore> {
  return {
    createRollout: (scope, definition, by) => createRollout(tables, scope, definition, by, clock.nowMs()),
    readRollout(scope, name) {
      const rollout = findRollout(tables, scope, name);
      return rollout && rolloutOf(rollout);
    },
    listRollouts: (scope, { limit, after = '' }) =>
      [...(findEnvironment(tables, scope)?.rollouts ?? [])]
        .filter(([name]) => compareBytes(name, after) > 0)
        .sort(([left], [right]) => compareBytes(left, right))
        .slice(0, limit)
        .map(([, rollout]) => rolloutOf(rollout)),
    updateRollout: (scope, definition, options) => updateRollout(tables, scope, definition, options, clock.nowMs()),
    moveRollout: (scope, name, move) => moveRollout(tables, scope, name, move, clock.nowMs()),
    readSurroundings: (scope, name) => surroundingsOf(tables, scope, name),
    listSurroundings: (scope) =>
      [...(findEnvironment(tables, scope)?.rollouts ?? [])]
        .filter(([, { state }]) => !state.isArchived && (state.phase === 'draft' || isInProgress(state.phase)))
        .sort(([left], [right]) => compareBytes(left, right))
        .map(([name, rollout]) => ({ ...surroundingsOf(tables, scope, name), of: rolloutOf(rollout) })),
    readAnswer: (scope, key) => findEnvironment(tables, scope)?.answers.get(key),
    applyDecision: (decision) => applyDecision(tables, decision, clock.nowMs()),
    claimDue: (limit, claimMs) => claimDue(tables, limit, claimMs, clock.nowMs()),
    releaseClaim(scope, name, delayMs) {
      const rollout = findRollout(tables, scope, name);
      if (rollout?.schedule !== undefined) rollout.schedule = { dueAtMs: clock.nowMs() + delayMs, claimedUntilMs: 0 };
    },
  };
}

/** A rollout in the form in which the domain knows it. */
export function rolloutOf({ definition, state }: RolloutTable): Rollout {
  return { definition: parsed<RolloutDefinition>(definition), state };
}

/** Whether a rollout is being looked at by the controller. */
export function isInProgress(phase: RolloutPhase): boolean {
  return phase === 'running' || phase === 'paused';
}

function createRollout(
  tables: Tables,
  scope: Scope,
  definition: RolloutDefinition,
  { actor, reason }: Authorship,
  nowMs: number,
): Rollout {
  const name = definition.rollout;
  const environment = findEnvironment(tables, scope);
  if (!environment?.flags.has(definition.flag)) throw new Problem('flagNotFound', `"${definition.flag}"`);
  if (environment.rollouts.has(name)) throw new Problem('rolloutExists', `"${name}"`);
  refuseCircle(environment, definition);
  const rollout = draftOf(definition, actor, nowMs);
  environment.rollouts.set(name, rollout);
  const payload = { revision: 1, definition, reason: reason ?? null };
  recordChange(environment, { kind: 'rolloutCreated', subject: name, payload, actor, atMs: nowMs });
  return rolloutOf(rollout);
}

function draftOf(definition: RolloutDefinition, plannedBy: string, nowMs: number): RolloutTable {
  return {
    ...documentOf(definition),
    state: {
      phase: 'draft',
      generation: 1,
      revision: 1,
      coverage: 0,
      coverageSinceMs: nowMs,
      startedAtMs: null,
      isArchived: false,
    },
    coverageCeiling: ceilingOf(definition),
    plannedBy,
    startedBy: null,
    schedule: undefined,
    closedThroughMs: 0,
    evidence: { throughMs: 0, state: null },
    decisionKeys: new Map(),
    parts: [],
  };
}

function documentOf(definition: RolloutDefinition): Pick<RolloutTable, 'definition' | 'plan'> {
  const text = JSON.stringify(definition);
  return { definition: text, plan: parsed<RolloutDefinition>(text) };
}

/** The most that automation may reach before completion: the plan's last stage. */
function ceilingOf({ stages }: RolloutDefinition): number {
  return Math.max(0, ...stages.map((stage) => stage.coverage));
}

function updateRollout(
  tables: Tables,
  scope: Scope,
  definition: RolloutDefinition,
  { ifRevision, actor, reason }: WriteOptions,
  nowMs: number,
): Rollout {
  const name = definition.rollout;
  const environment = findEnvironment(tables, scope);
  const rollout = environment?.rollouts.get(name);
  if (environment === undefined || rollout === undefined) throw new Problem('rolloutNotFound', `"${name}"`);
  const { phase, isArchived, revision } = rollout.state;
  if (phase !== 'draft' || isArchived) {
    throw new Problem('rolloutNotDraft', `"${name}" is ${isArchived ? 'archived' : phase}`);
  }
  if (!environment.flags.has(definition.flag)) throw new Problem('flagNotFound', `"${definition.flag}"`);
  if (ifRevision !== undefined && ifRevision !== revision) {
    throw new Problem('revisionMismatch', `"${name}" is at revision ${revision}, not ${ifRevision}`);
  }
  refuseCircle(environment, definition);
  Object.assign(rollout, documentOf(definition));
  rollout.coverageCeiling = ceilingOf(definition);
  rollout.plannedBy = actor;
  rollout.state = { ...withoutVotes(rollout.state), revision: revision + 1 };
  const payload = { revision: revision + 1, definition, reason: reason ?? null };
  recordChange(environment, { kind: 'rolloutUpdated', subject: name, payload, actor, atMs: nowMs });
  return rolloutOf(rollout);
}

/** Votes are about the plan that there was. */
function withoutVotes(state: RolloutState): RolloutState {
  const { votes, ...steering } = state.steering ?? NO_STEERING;
  return votes === undefined ? state : { ...state, steering };
}

function moveRollout(
  tables: Tables,
  scope: Scope,
  name: string,
  move: RolloutMove,
  nowMs: number,
): Rollout | undefined {
  const environment = findEnvironment(tables, scope);
  const rollout = environment?.rollouts.get(name);
  if (environment === undefined || rollout === undefined || !isMovable(rollout, move)) return undefined;
  if (isInProgress(move.phase)) refuseSecond(environment, name, rollout, move);
  if (move.phase === 'running' && !isInProgress(rollout.state.phase)) refuseOneMore(environment, name);
  if (move.request !== undefined && environment.answers.has(move.request.key))
    throw new Problem('requestRepeated', `"${move.request.key}"`);
  if (!isInProgress(rollout.state.phase) && move.phase === 'running') rollout.startedBy = move.actor;
  if (move.isNewGeneration === true) beginGeneration(rollout);
  const { state } = rollout;
  const coverage = move.coverage ?? state.coverage;
  rollout.state = {
    ...state,
    phase: move.phase,
    revision: state.revision + 1,
    coverage,
    coverageSinceMs: coverage === state.coverage ? state.coverageSinceMs : nowMs,
    startedAtMs: move.phase === 'running' ? (state.startedAtMs ?? nowMs) : state.startedAtMs,
    isArchived: move.isArchived ?? state.isArchived,
    ...(move.steering === undefined ? {} : { steering: move.steering }),
    ...(move.admission === undefined ? {} : { admission: move.admission }),
  };
  rollout.schedule = isInProgress(move.phase)
    ? { dueAtMs: nowMs, claimedUntilMs: rollout.schedule?.claimedUntilMs ?? 0 }
    : undefined;
  const { phase, generation, revision, isArchived } = rollout.state;
  recordChange(environment, {
    kind: move.verb,
    subject: name,
    payload: { phase, coverage, generation, revision, isArchived, reason: move.reason ?? null },
    actor: move.actor,
    atMs: nowMs,
  });
  if (move.request !== undefined)
    environment.answers.set(move.request.key, { ...move.request, rollout: rolloutOf(rollout) });
  return rolloutOf(rollout);
}

function beginGeneration(rollout: RolloutTable): void {
  rollout.state = { ...rollout.state, generation: rollout.state.generation + 1, startedAtMs: null };
  rollout.closedThroughMs = 0;
  rollout.evidence = { throughMs: 0, state: null };
  rollout.decisionKeys.clear();
  rollout.parts.length = 0;
}

function isMovable({ state }: RolloutTable, { fromPhases, ifRevision }: RolloutMove): boolean {
  return fromPhases.includes(state.phase) && (ifRevision === undefined || ifRevision === state.revision);
}

function refuseSecond(environment: EnvironmentTable, name: string, { plan }: RolloutTable, { phase }: RolloutMove) {
  for (const [other, rollout] of environment.rollouts) {
    if (other !== name && rollout.plan.flag === plan.flag && isInProgress(rollout.state.phase)) {
      throw new Problem('flagHasRollout', `"${name}" cannot be ${phase} beside it`);
    }
    const { exclusionGroup } = rollout.plan;
    const isRival = exclusionGroup !== undefined && exclusionGroup === plan.exclusionGroup;
    if (other !== name && isRival && isInProgress(rollout.state.phase)) {
      throw new Problem('groupHasRollout', `"${name}" cannot be ${phase} beside it`);
    }
  }
}

function refuseOneMore({ settings, rollouts }: EnvironmentTable, name: string): void {
  const { maxInProgress } = parsed<Partial<EnvironmentSettings>>(settings);
  const others = [...rollouts].filter(([other, { state }]) => other !== name && isInProgress(state.phase));
  if (maxInProgress === undefined || others.length < maxInProgress) return;
  const names = others.map(([other]) => other).join(', ');
  throw new Problem(
    'environmentFull',
    `"${name}" would be one more than the ${maxInProgress} that may be in progress here: ${names}`,
  );
}

function refuseCircle({ rollouts }: EnvironmentTable, { rollout, dependsOn = [] }: RolloutDefinition): void {
  const leadsBack = (from: string, seen: Set<string>): boolean => {
    if (from === rollout) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return (rollouts.get(from)?.plan.dependsOn ?? []).some((next) => leadsBack(next, seen));
  };
  const violations = dependsOn.flatMap((name, position) =>
    leadsBack(name, new Set())
      ? [
          {
            path: `/dependsOn/${position}`,
            message: `"${name}" depends on "${rollout}", directly or through others; leave one of them out`,
          },
        ]
      : [],
  );
  if (violations.length > 0) throw new Problem('invalidRollout', `"${rollout}" would wait for itself`, violations);
}

function surroundingsOf(tables: Tables, scope: Scope, name: string): Surroundings {
  const { settings, rollouts } = requireEnvironment(tables, scope);
  const rollout = rollouts.get(name);
  if (rollout === undefined) throw new Problem('rolloutNotFound', `"${name}"`);
  const dependencies = (rollout.plan.dependsOn ?? []).map((other) => ({
    rollout: other,
    phase: rollouts.get(other)?.state.phase ?? null,
  }));
  const { freezes = [], approvals = [], twoPersonRule = false } = parsed<Partial<EnvironmentSettings>>(settings);
  const { plannedBy, startedBy } = rollout;
  return { freezes, dependencies, approvals, twoPersonRule, plannedBy, startedBy };
}

function claimDue(tables: Tables, limit: number, claimMs: number, nowMs: number): readonly DueRollout[] {
  const due = [...tables.environments.values()].flatMap(({ tenant, environment, rollouts }) =>
    [...rollouts].flatMap(([rollout, { schedule }]) =>
      schedule !== undefined && schedule.dueAtMs <= nowMs && schedule.claimedUntilMs <= nowMs
        ? [{ claim: { tenant, environment, rollout }, schedule }]
        : [],
    ),
  );
  const claimed = inTurn(due.sort((left, right) => left.schedule.dueAtMs - right.schedule.dueAtMs)).slice(0, limit);
  for (const { schedule } of claimed) schedule.claimedUntilMs = nowMs + claimMs;
  return claimed.map(({ claim, schedule }) => ({ ...claim, lateMs: nowMs - schedule.dueAtMs }));
}

/** The first of each tenant, then the second of each, and so on; in the order given among those. */
function inTurn<Due extends { readonly claim: Scope }>(due: readonly Due[]): readonly Due[] {
  const counts = new Map<string, number>();
  const turns = due.map((one) => {
    const turn = counts.get(one.claim.tenant) ?? 0;
    counts.set(one.claim.tenant, turn + 1);
    return { one, turn };
  });
  return turns.sort((left, right) => left.turn - right.turn).map(({ one }) => one);
}
