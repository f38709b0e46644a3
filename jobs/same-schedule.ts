import type { JobSchedulerJson, JobsOptions } from 'bullmq';
import { canonicalJson, type JobTiming, type JsonValue } from '../domain/index.ts';
import type { JobEnvelope } from './job-envelope.ts';

/** When a stored schedule adds jobs. */
export function timingOf({ pattern, tz, every }: Pick<JobSchedulerJson, 'pattern' | 'tz' | 'every'>): JobTiming {
  return pattern === undefined
    ? { kind: 'interval', everyMs: every ?? 0 }
    : { kind: 'cron', pattern, timeZone: tz ?? 'UTC' };
}

/** Whether a stored schedule adds the same jobs at the same times. */
export function isSameSchedule(
  stored: JobSchedulerJson<JobEnvelope> | undefined,
  timing: JobTiming,
  job: { readonly name: string; readonly data: JobEnvelope; readonly opts: JobsOptions },
): boolean {
  const data = stored?.template?.data;
  if (stored === undefined || data === undefined) return false;
  // A schedule hands on the data of its last job, with the name of one that was cancelled.
  const kept = { name: stored.name, data: { ...data, cancelled: null }, opts: stored.template?.opts ?? {} };
  return sameText(timingOf(stored), timing) && sameText(kept, job);
}

function sameText(a: unknown, b: unknown): boolean {
  return canonicalJson(a as JsonValue) === canonicalJson(b as JsonValue);
}
