import { playOnThreads } from '../threads/index.ts';
import type { PlayedWorld, WorkerInputs, World } from './world-worker.ts';

/** Worlds to play, and with how many threads. */
export interface Worlds extends WorkerInputs {
  readonly worlds: readonly World[];
  readonly workers: number;
}

/** Plays worlds on worker threads and hands over each as soon as it was played, in any order. */
export function playWorlds(
  { worlds, workers, policies, traces }: Worlds,
  onPlayed: (played: PlayedWorld) => void,
): Promise<void> {
  const workerData: WorkerInputs = { policies, traces };
  const threads = { tasks: worlds, path: './world-worker', from: import.meta.url, workerData, workers };
  return playOnThreads<World, PlayedWorld>(threads, (_, played) => onPlayed(played));
}
