import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Starts a process from a module, compiled or not, with a channel to it; `path` has no extension and is relative to the module `from`. */
export function spawnProcess(path: string, from: string, maxHeapMiB: number): ChildProcess {
  const isCompiled = !from.endsWith('.ts');
  const module = fileURLToPath(new URL(`${path}.${isCompiled ? 'js' : 'ts'}`, from));
  const loader = isCompiled ? [] : ['--import', import.meta.resolve('tsx')];
  // Its own flags, and not those of this process: a debugger's port is taken.
  return fork(module, { execArgv: [`--max-old-space-size=${maxHeapMiB}`, ...loader] });
}
