import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PACES } from '../../models/index.ts';
import { openProgress } from '../../simulate/index.ts';
import { LEARNED_PACE, type PaceWorld } from '../../simulation/index.ts';
import { playOnThreads } from '../../threads/index.ts';
import { RunFile } from '../run-file.ts';
import type { PaceTask } from './pace-worker.ts';
import { atTenant, type RampTenant } from './ramp-tenants.ts';

/** A world at a tenant's. */
export interface TenantTask extends PaceTask {
  readonly tenant: RampTenant;
}

/** Where worlds are kept between commands, and how many are played at a time. */
export interface PaceTableOptions {
  readonly folder: string;
  readonly workers: number;
}

/** Worlds in which each pace was played, in the order of the tasks: what any policy would have come to in them is a sum. */
export async function paceTable(
  tasks: readonly TenantTask[],
  { folder, workers }: PaceTableOptions,
): Promise<readonly PaceWorld[]> {
  mkdirSync(folder, { recursive: true });
  const file = new RunFile<PaceWorld>(join(folder, 'worlds.jsonl'), { PACES, LEARNED_PACE });
  const missing = tasks
    .filter((task) => file.of(keyOf(task)) === undefined)
    .map((task) => ({ key: keyOf(task), ...task, scenario: atTenant(task.scenario, task.tenant) }));
  const progress = openProgress({ all: missing.length, what: 'worlds' }, performance.now(), (line) =>
    console.error(line),
  );
  const threads = { tasks: missing, path: './pace-worker', from: import.meta.url, workerData: undefined, workers };
  await playOnThreads<(typeof missing)[number], PaceWorld>(threads, ({ key }, played) => {
    file.add(key, played);
    progress.add(performance.now());
  });
  return tasks.map((task) => file.of(keyOf(task))!);
}

function keyOf({ tenant, scenario, seed }: TenantTask): string {
  return `${tenant.name}/${scenario.name}/${seed}`;
}
