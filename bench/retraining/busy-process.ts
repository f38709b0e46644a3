import { once } from 'node:events';
import { spawnProcess } from '../../threads/index.ts';

const MAX_HEAP_MIB = 512;

/**
 * Keeps a processor as busy as it may from a process that gives way to all others, while something goes on.
 *
 * It shares nothing with the server, so what the server is slower for it any work on the same machine would cost.
 */
export async function besideBusyProcess<Result>(task: () => Promise<Result>): Promise<Result> {
  const child = spawnProcess('./keep-busy', import.meta.url, MAX_HEAP_MIB);
  try {
    return await task();
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}
