import type { Worker } from 'node:worker_threads';
import { spawnWorker } from '../threads/index.ts';
import type { PlayedWorld, WorkerInputs, World } from './world-worker.ts';

/** Worlds to play, and with how many threads. */
export interface Worlds extends WorkerInputs {
  readonly worlds: readonly World[];
  readonly workers: number;
}

/** Plays worlds on worker threads and hands over each as soon as it was played, in any order. */
export async function playWorlds(
  { worlds, workers, policies, traces }: Worlds,
  onPlayed: (played: PlayedWorld) => void,
): Promise<void> {
  const workerData: WorkerInputs = { policies, traces };
  const left = worlds.values();
  const threads = Array.from({ length: Math.min(workers, worlds.length) }, () =>
    spawnWorker('./world-worker', import.meta.url, { workerData }),
  );
  try {
    await Promise.all(threads.map((thread) => playOn(thread, left, onPlayed)));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

/** Gives a thread one world after the other until none is left. */
function playOn(thread: Worker, left: Iterator<World>, onPlayed: (played: PlayedWorld) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = () => {
      const { done, value } = left.next();
      if (done === true) resolve();
      else thread.postMessage(value);
    };
    thread.on('message', (played: PlayedWorld) => {
      try {
        onPlayed(played);
        next();
      } catch (error) {
        reject(error as Error);
      }
    });
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`a worker thread ended with exit code ${code}`)));
    next();
  });
}
