import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a worker thread from a module, compiled or not.
 *
 * Node 20 cannot run TypeScript and loaders do not reach workers, so a `.ts` module is started through tsx's API.
 */
export function spawnWorker(module: URL, options: WorkerOptions): Worker {
  if (!module.pathname.endsWith('.ts')) return new Worker(module, options);
  const tsx = import.meta.resolve('tsx/esm/api');
  const boot = `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(module.href)}); })`;
  return new Worker(boot, { ...options, eval: true });
}
