import type { DecisionRecord, Scope, Storage } from '../../../../domain/index.ts';
import { applyDecision } from '../../../../simulation/control-plane/store/apply-decision.ts';
import { environmentOf, type Plant, replaced, without } from './plant.ts';

/** Bugs in how decisions are logged and applied. */
export const DECISION_PLANTS: readonly Plant[] = [
  {
    name: 'nothing against a second decision about a window',
    parts: without('evidence', 'revision', 'key'),
    finds: ['one move per window', 'as observed', 'evidence'],
    withinSeeds: 100,
  },
  {
    name: 'no compare-and-set on the revision',
    parts: without('revision'),
    finds: ['as observed'],
    withinSeeds: 200,
  },
  {
    name: 'evidence that a later decision has overtaken is saved over it',
    parts: without('evidence'),
    finds: ['evidence'],
    withinSeeds: 400,
  },
  { name: 'no deadline', parts: without('deadline'), finds: ['deadline'], withinSeeds: 200 },
  {
    name: 'a deadline that is set when the decision is applied, not when it is made',
    parts: {
      plantStorage: (storage, machine) =>
        applying(storage, (decision) =>
          storage.rollouts.applyDecision({ ...decision, deadlineMs: machine.clock.nowMs() + 60_000 }),
        ),
    },
    finds: ['deadline'],
    withinSeeds: 200,
  },
  {
    name: 'a ramp that a rollback does not stop',
    parts: without('revision', 'phase'),
    finds: ['rollback is final', 'as observed'],
    withinSeeds: 100,
  },
  {
    name: 'a rollback that asks for the revision',
    parts: {
      plantStatements: (statements, tables) =>
        replaced(statements, 'rollouts', {
          applyDecision: (decision) => {
            const { revision } = environmentOf(tables).rollouts.get(decision.rollout)!.state;
            return decision.revision === revision && statements.rollouts.applyDecision(decision);
          },
        }),
    },
    finds: ['rollback wins'],
    withinSeeds: 400,
  },
  {
    name: 'applied first, logged afterwards',
    parts: { plantStorage: (storage) => loggingLast(storage) },
    finds: ['log first'],
    withinSeeds: 20,
  },
  {
    name: 'evidence that is saved with the end of the claim instead of with the decision',
    parts: {
      plantStatements: (statements, tables, clock) => {
        const late = new Map<string, string>();
        return replaced(statements, 'rollouts', {
          applyDecision: (decision) => {
            const rollout = environmentOf(tables).rollouts.get(decision.rollout)!;
            const { state } = rollout.evidence;
            if (!applyDecision(tables, decision, clock.nowMs())) return false;
            late.set(decision.rollout, rollout.evidence.state!);
            rollout.evidence = { ...rollout.evidence, state };
            return true;
          },
          releaseClaim: (scope, name, delayMs) => {
            const rollout = environmentOf(tables).rollouts.get(name);
            const state = late.get(name);
            if (rollout !== undefined && state !== undefined) rollout.evidence = { ...rollout.evidence, state };
            statements.rollouts.releaseClaim(scope, name, delayMs);
          },
        });
      },
    },
    finds: ['evidence', 'decision recomputes'],
    withinSeeds: 20,
  },
  {
    name: 'a refused decision that leaves its evidence behind',
    parts: {
      plantStatements: (statements, tables) =>
        replaced(statements, 'rollouts', {
          applyDecision: (decision) => {
            if (statements.rollouts.applyDecision(decision)) return true;
            const rollout = environmentOf(tables).rollouts.get(decision.rollout)!;
            const { windowEndMs: throughMs, evidence } = decision;
            if (throughMs > rollout.evidence.throughMs)
              rollout.evidence = { throughMs, state: JSON.stringify(evidence) };
            return false;
          },
        }),
    },
    finds: ['all or nothing'],
    withinSeeds: 100,
  },
  {
    name: 'a claim that is taken for a lock',
    parts: {
      ...without('evidence', 'revision', 'key'),
      plantStorage: (storage) => trustingClaims(storage),
    },
    finds: ['one move per window', 'as observed', 'evidence'],
    withinSeeds: 100,
  },
  {
    name: 'decisions on the clock of the controller',
    parts: {
      plantStorage: (storage, machine) => ({
        ...storage,
        windows: {
          ...storage.windows,
          closeWindows: async (...args) => ({
            ...(await storage.windows.closeWindows(...args)),
            nowMs: machine.clock.nowMs(),
          }),
        },
      }),
    },
    finds: ["database's clock"],
    withinSeeds: 20,
  },
];

function applying(storage: Storage, applyDecision: Storage['rollouts']['applyDecision']): Storage {
  return { ...storage, rollouts: { ...storage.rollouts, applyDecision } };
}

function loggingLast(storage: Storage): Storage {
  let unwritten: { readonly scope: Scope; readonly record: DecisionRecord } | undefined;
  const append = async (scope: Scope, record: DecisionRecord) => {
    unwritten = { scope, record };
  };
  const logging = { ...storage, decisions: { ...storage.decisions, append } };
  return applying(logging, async (decision) => {
    const wasApplied = await storage.rollouts.applyDecision(decision);
    if (unwritten !== undefined) await storage.decisions.append(unwritten.scope, unwritten.record);
    return wasApplied;
  });
}

/** Applies only what it has claimed and not given back, and asks for nothing else. */
function trustingClaims(storage: Storage): Storage {
  const mine = new Set<string>();
  const { rollouts } = storage;
  return {
    ...storage,
    rollouts: {
      ...rollouts,
      claimDue: async (limit, claimMs) => {
        const claimed = await rollouts.claimDue(limit, claimMs);
        for (const { rollout } of claimed) mine.add(rollout);
        return claimed;
      },
      releaseClaim: async (scope, rollout, delayMs) => {
        mine.delete(rollout);
        await rollouts.releaseClaim(scope, rollout, delayMs);
      },
      applyDecision: async (decision) => mine.has(decision.rollout) && (await rollouts.applyDecision(decision)),
    },
  };
}
