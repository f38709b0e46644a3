export { playOnThreads } from './play-on-threads.ts';
export { spawnWorker } from './spawn-worker.ts';
