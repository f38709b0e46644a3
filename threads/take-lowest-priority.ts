import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/**
 * Leaves the processor to everybody else, as far as this process is concerned: what it starts later inherits that.
 *
 * A thread of low priority still finishes its slice before one that wakes up gets its turn; what Linux calls idle gives
 * way at once (sched(7)). Where either is refused the process stays as important as it was.
 */
export function takeLowestPriority(): void {
  try {
    for (const thread of ownThreads()) setPriority(thread, constants.priority.PRIORITY_LOW);
    if (process.platform !== 'linux') return;
    // Node has no call for it; where this program of util-linux is missing the low priority has to do.
    spawnSync('chrt', ['--all-tasks', '--idle', '--pid', '0', String(process.pid)], { stdio: 'ignore' });
  } catch {
    // A sandbox that permits no change.
  }
}

/** On Linux priorities are those of threads, and Node has started some before any of our code; elsewhere 0 is the process. */
function ownThreads(): readonly number[] {
  return process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [0];
}
