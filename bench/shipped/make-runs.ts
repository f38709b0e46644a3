import type { Worker } from 'node:worker_threads';
import { openProgress } from '../../simulate/index.ts';
import { spawnWorker } from '../../threads/index.ts';
import type { LearningInputs, LearningTask } from './learning-worker.ts';
import type { RunFile } from './run-file.ts';

/** Runs to make, where they are kept, and by how many threads. */
export interface Runs<Run> {
  readonly tasks: readonly LearningTask[];
  readonly file: RunFile<Run>;
  readonly inputs: LearningInputs;
  readonly workers: number;
}

/** Makes the runs that are not in the file yet; the result is in the order of the tasks, whoever was first. */
export async function makeRuns<Run>({ tasks, file, inputs, workers }: Runs<Run>): Promise<readonly Run[]> {
  const missing = tasks.filter((task) => file.of(task) === undefined);
  const progress = openProgress(missing.length, performance.now(), (line) => console.error(line));
  const left = missing.values();
  const threads = Array.from({ length: Math.min(workers, missing.length) }, () =>
    spawnWorker('./learning-worker', import.meta.url, { workerData: inputs }),
  );
  const keep = (task: LearningTask, run: Run) => {
    file.add(task, run);
    progress.add(performance.now());
  };
  await Promise.all(threads.map((thread) => runOn(thread, left, keep)));
  await Promise.all(threads.map((thread) => thread.terminate()));
  return tasks.map((task) => file.of(task)!);
}

function runOn<Run>(
  thread: Worker,
  left: Iterator<LearningTask>,
  keep: (task: LearningTask, run: Run) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let task: LearningTask;
    const next = () => {
      const { done, value } = left.next();
      if (done === true) return resolve();
      task = value;
      thread.postMessage(value);
    };
    thread.on('message', (run: Run) => {
      keep(task, run);
      next();
    });
    thread.once('error', reject);
    next();
  });
}
