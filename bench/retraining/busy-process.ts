import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Makes objects from text and forgets them, as a training run does with records, and leaves the processor to all others. */
const WORK = `
  require('node:os').setPriority(require('node:os').constants.priority.PRIORITY_LOW);
  const text = JSON.stringify(Array.from({ length: 500 }, (_, minute) => ({ minute, counts: [minute, 1, 2, 3] })));
  for (;;) JSON.parse(text);
`;

/**
 * Keeps a processor as busy as it may from a process of its own, at the lowest priority, while something goes on.
 *
 * It shares nothing with the server, so what the server is slower for it any work on the same machine would cost.
 */
export async function besideBusyProcess<Result>(task: () => Promise<Result>): Promise<Result> {
  const child = spawn(process.execPath, ['-e', WORK], { stdio: 'inherit' });
  try {
    return await task();
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}
