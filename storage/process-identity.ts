import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process, told apart from a later one that was given the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** As the operating system words it; to be compared, not to be read. */
  readonly startedAt: string;
}

/** The process of this number that is running now; undefined when there is none. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Fields of /proc/<pid>/stat behind the command, which is in parentheses and may hold anything (proc(5)). */
const STATE_FIELD = 0;
const START_TIME_FIELD = 19;

function startOnLinux(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie runs no more; it only waits for its parent to take note.
  return fields[STATE_FIELD] === 'Z' ? undefined : fields[START_TIME_FIELD];
}

function startByPs(pid: number): string | undefined {
  const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() || undefined;
}
