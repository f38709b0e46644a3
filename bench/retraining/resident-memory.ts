import { readdirSync, readFileSync } from 'node:fs';

/** Memory of a process and of those that it has started, MiB. */
export interface ResidentMemory {
  readonly own: number;
  readonly children: number;
}

/** What a process and its children have in memory now, as Linux tells it. */
export function residentMiB(pid: number): ResidentMemory {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [statusOf(Number(name))] : []));
  const sum = (of: readonly Status[]) => Math.round(of.reduce((kib, status) => kib + status.kib, 0) / 1024);
  return {
    own: sum(all.filter((status) => status.pid === pid)),
    children: sum(all.filter((status) => status.parent === pid)),
  };
}

interface Status {
  readonly pid: number;
  readonly parent: number;
  readonly kib: number;
}

function statusOf(pid: number): Status {
  const text = statusText(pid);
  const fieldOf = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return { pid, parent: fieldOf('PPid'), kib: fieldOf('VmRSS') };
}

/** A process may have ended since it was listed. */
function statusText(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
