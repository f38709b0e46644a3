import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { constants, getPriority } from 'node:os';
import { expect, it } from 'vitest';
import { spawnProcess } from '../../threads/index.ts';

/** Of sched.h. */
const SCHED_OTHER = 0;
const SCHED_IDLE = 5;

it.runIf(process.platform === 'linux')('a process leaves the processor to all others, with every thread', async () => {
  const before = getPriority();
  const [threads] = await once(spawnProcess('./low-priority-process', import.meta.url, 100), 'message');
  const policy = spawnSync('chrt', ['--version']).status === 0 ? SCHED_IDLE : SCHED_OTHER;
  expect(threads.length).toBeGreaterThan(1);
  for (const thread of threads) expect(thread).toEqual({ nice: constants.priority.PRIORITY_LOW, policy });
  expect(getPriority(), 'and who started it is as important as it was').toBe(before);
});
