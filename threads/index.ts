export { playOnThreads } from './play-on-threads.ts';
export { spawnProcess } from './spawn-process.ts';
export { spawnWorker } from './spawn-worker.ts';
export { takeLowestPriority } from './take-lowest-priority.ts';
