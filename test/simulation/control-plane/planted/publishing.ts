import type { Snapshot } from '../../../../domain/index.ts';
import { REAL_PARTS } from '../real-parts.ts';
import { environmentOf, type Plant, replaced } from './plant.ts';

/** Bugs in how changes get versions and reach readers. */
export const PUBLISHING_PLANTS: readonly Plant[] = [
  {
    name: 'a hold that takes a version and leaves no change',
    parts: {
      plantStatements: (statements, tables) =>
        replaced(statements, 'rollouts', {
          applyDecision: (decision) => {
            const wasApplied = statements.rollouts.applyDecision(decision);
            if (wasApplied && decision.action === 'hold') environmentOf(tables).version += 1;
            return wasApplied;
          },
        }),
    },
    finds: ['gapless versions'],
    withinSeeds: 20,
  },
  {
    name: 'a move of a person that keeps the version',
    parts: {
      plantStatements: (statements, tables) =>
        replaced(statements, 'rollouts', {
          moveRollout: (...args) => {
            const moved = statements.rollouts.moveRollout(...args);
            if (moved !== undefined) environmentOf(tables).version -= 1;
            return moved;
          },
        }),
    },
    finds: ['gapless versions'],
    withinSeeds: 20,
  },
  {
    name: 'a reader that takes whatever comes',
    parts: {
      openReader: () => {
        let held: Snapshot | undefined;
        return {
          offer: (snapshot) => {
            held = JSON.parse(snapshot) as Snapshot;
          },
          held: () => held,
        };
      },
    },
    finds: ['monotone reader'],
    withinSeeds: 60,
  },
  {
    name: 'a publisher that stops after its first failure',
    parts: {
      openHub: (flags, scope) => {
        const hub = REAL_PARTS.openHub(flags, scope);
        let hasFailed = false;
        return {
          current: hub.current,
          reconcile: async () => {
            if (hasFailed) return;
            await hub.reconcile().catch(() => {
              hasFailed = true;
            });
          },
        };
      },
    },
    finds: ['convergence'],
    withinSeeds: 20,
  },
];
