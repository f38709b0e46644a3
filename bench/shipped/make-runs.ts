import { openProgress } from '../../simulate/index.ts';
import { playOnThreads } from '../../threads/index.ts';
import type { RunFile } from '../run-file.ts';
import type { LearningInputs, LearningTask } from './learning-worker.ts';

/** Runs to make, where they are kept, and by how many threads. */
export interface Runs<Run> {
  readonly tasks: readonly LearningTask[];
  readonly file: RunFile<Run>;
  readonly inputs: LearningInputs;
  readonly workers: number;
  /** Module of the threads; absent: whole runs, minute by minute. */
  readonly thread?: './learning-worker' | './maxima-worker';
}

/** Makes the runs that are not in the file yet; the result is in the order of the tasks, whoever was first. */
export async function makeRuns<Run>({
  tasks,
  file,
  inputs,
  workers,
  thread = './learning-worker',
}: Runs<Run>): Promise<readonly Run[]> {
  const missing = tasks.filter((task) => file.of(keyOf(task)) === undefined);
  const progress = openProgress({ all: missing.length, what: 'worlds' }, performance.now(), (line) =>
    console.error(line),
  );
  const threads = { tasks: missing, path: thread, from: import.meta.url, workerData: inputs, workers };
  await playOnThreads<LearningTask, Run>(threads, (task, run) => {
    file.add(keyOf(task), run);
    progress.add(performance.now());
  });
  return tasks.map((task) => file.of(keyOf(task))!);
}

function keyOf({ scenario, seed }: LearningTask): string {
  return `${scenario.name} ${seed}`;
}
