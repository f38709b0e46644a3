import type { Clock, JobHandler, JobQueue } from '../../domain/index.ts';
import type { BackgroundTelemetry } from './background-telemetry.ts';

/** The same queue, each attempt that a worker of it makes counted and timed. */
export function countedJobs(jobs: JobQueue, clock: Clock, telemetry: BackgroundTelemetry): JobQueue {
  const counted =
    (name: string, handler: JobHandler): JobHandler =>
    async (run) => {
      const startedAtMs = clock.nowMs();
      const count = (result: 'completed' | 'failed') =>
        telemetry.countJob(name, result, Math.max(0, clock.nowMs() - startedAtMs));
      try {
        const result = await handler(run);
        count('completed');
        return result;
      } catch (error) {
        // Given back or cancelled is not failed.
        if (!run.signal.aborted) count('failed');
        throw error;
      }
    };
  return {
    add: (job) => jobs.add(job),
    schedule: (schedule) => jobs.schedule(schedule),
    unschedule: (id) => jobs.unschedule(id),
    listSchedules: () => jobs.listSchedules(),
    read: (id) => jobs.read(id),
    list: (options) => jobs.list(options),
    cancel: (id, reason) => jobs.cancel(id, reason),
    work: (handlers, concurrency) =>
      jobs.work(
        Object.fromEntries(Object.entries(handlers).map(([name, handler]) => [name, counted(name, handler)])),
        concurrency,
      ),
    whyAway: () => jobs.whyAway(),
    close: () => jobs.close(),
  };
}
