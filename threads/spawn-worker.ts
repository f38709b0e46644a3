import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a worker thread from a module, compiled or not; `path` has no extension and is relative to the module `from`.
 *
 * Node 20 cannot run TypeScript and loaders do not reach workers, so a `.ts` module is started through tsx's API.
 */
export function spawnWorker(path: string, from: string, options: WorkerOptions): Worker {
  if (!from.endsWith('.ts')) return new Worker(new URL(`${path}.js`, from), options);
  const tsx = import.meta.resolve('tsx/esm/api');
  const { href } = new URL(`${path}.ts`, from);
  const boot = `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(href)}); })`;
  return new Worker(boot, { ...options, eval: true });
}
