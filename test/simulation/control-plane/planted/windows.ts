import type { RolloutTable, Tables } from '../../../../simulation/control-plane/store/tables.ts';
import { environmentOf, type Plant, replaced } from './plant.ts';

/** Bugs in how windows are filled and closed. */
export const WINDOW_PLANTS: readonly Plant[] = [
  {
    name: 'a watermark that follows the clock of the controller, back as well',
    parts: {
      plantStorage: (storage, machine) => ({
        ...storage,
        windows: {
          ...storage.windows,
          closeWindows: (scope, name, generation, options) =>
            storage.windows.closeWindows(scope, name, generation, {
              ...options,
              attributionMs: options.attributionMs - machine.clockAheadMs,
            }),
        },
      }),
      plantStatements: (statements, tables) =>
        replaced(statements, 'windows', {
          closeWindows: (scope, name, generation, options) => {
            rolloutIn(tables, name).closedThroughMs = 0;
            return statements.windows.closeWindows(scope, name, generation, options);
          },
        }),
    },
    finds: ['closed stays closed', 'evidence'],
    withinSeeds: 300,
  },
  {
    name: 'a late row that counts',
    parts: {
      plantStatements: (statements, tables) =>
        replaced(statements, 'windows', {
          acceptReport: (...args) => {
            const receipt = statements.windows.acceptReport(...args);
            for (const { parts } of environmentOf(tables).rollouts.values()) {
              const newest = parts.at(-1);
              if (newest !== undefined) parts[parts.length - 1] = { ...newest, isLate: false };
            }
            return receipt;
          },
        }),
    },
    finds: ['exact sums', 'closed stays closed', 'evidence'],
    withinSeeds: 60,
  },
  {
    name: 'a report that counts again when it comes again',
    parts: {
      plantStatements: (statements, tables) =>
        replaced(statements, 'windows', {
          acceptReport: (scope, report, origin) => {
            const receipt = statements.windows.acceptReport(scope, report, origin);
            if (!receipt.isDuplicate) return receipt;
            for (const [name, { parts }] of environmentOf(tables).rollouts) {
              const startMs = report.rows.find(({ rollout }) => rollout === name)?.startMs;
              const same = parts.find((part) => part.source === origin && part.startMs === startMs);
              if (same !== undefined) parts.push(same);
            }
            return receipt;
          },
        }),
    },
    finds: ['exact sums', 'closed stays closed', 'evidence'],
    withinSeeds: 20,
  },
  {
    name: 'a report that is acknowledged before it is kept',
    parts: {
      plantStatements: (statements) => {
        let kept: Parameters<typeof statements.windows.acceptReport> | undefined;
        return replaced(statements, 'windows', {
          acceptReport: (...args) => {
            if (kept !== undefined) statements.windows.acceptReport(...kept);
            kept = args;
            return { isDuplicate: false, lateRowCount: 0 };
          },
        });
      },
    },
    finds: ['exact sums'],
    withinSeeds: 20,
  },
  {
    name: 'decisions on windows that are still open',
    parts: {
      plantStatements: (statements, tables) =>
        replaced(statements, 'windows', {
          closeWindows: (scope, name, generation, options) => {
            const row = statements.windows.closeWindows(scope, name, generation, options);
            const ends = rolloutIn(tables, name).parts.map(({ endMs }) => endMs);
            return { ...row, closedThroughMs: Math.max(row.closedThroughMs, ...ends) };
          },
          readClosedWindows: (scope, name, generation, range) => {
            const rollout = rolloutIn(tables, name);
            const { closedThroughMs } = rollout;
            rollout.closedThroughMs = range.throughMs;
            const windows = statements.windows.readClosedWindows(scope, name, generation, range);
            rollout.closedThroughMs = closedThroughMs;
            return windows;
          },
        }),
    },
    finds: ['closed window', 'evidence'],
    withinSeeds: 20,
  },
];

function rolloutIn(tables: Tables, name: string): RolloutTable {
  return environmentOf(tables).rollouts.get(name)!;
}
