import { Worker } from 'node:worker_threads';

/** Starts a TypeScript module in a worker thread: Node 20's loaders do not reach workers, so tsx is registered there. */
export function startWorker(module: URL, workerData: unknown): Worker {
  const tsx = import.meta.resolve('tsx/esm/api');
  const boot = `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(module.href)}); })`;
  return new Worker(boot, { workerData, eval: true });
}
