import { type JobSchedule, type JobTiming, type NewJob, Problem } from '../domain/index.ts';
import { nextCronTime } from './next-cron-time.ts';

/** Jobs carry ids, never state. */
const MAX_DATA_BYTES = 65_536;

/** More would be a loop in disguise. */
const MAX_ATTEMPTS = 100;

const MAX_DELAY_MS = 366 * 24 * 3_600_000;

const ID = /^[A-Za-z][\w.-]{0,127}$/;

/** Problem `invalidJob` when a queue could not keep the job as it is. */
export function checkJob({ id, name, data, key = '', delayMs = 0, maxAttempts = 1, backOffMs = 1 }: NewJob): void {
  if (id !== undefined) checkId(id);
  checkId(name);
  const size = Buffer.byteLength(JSON.stringify(data));
  if (size > MAX_DATA_BYTES) refuse(`the data of "${name}" has ${size} bytes; at most ${MAX_DATA_BYTES} are allowed`);
  if (key.length > 256) refuse(`the key of "${name}" has more than 256 characters`);
  checkInteger('delayMs', delayMs, 0, MAX_DELAY_MS);
  checkInteger('maxAttempts', maxAttempts, 1, MAX_ATTEMPTS);
  checkInteger('backOffMs', backOffMs, 1, MAX_DELAY_MS);
}

/** Problem `invalidJob` when a schedule names no times, or its job could not be kept; `nowMs` is when the times begin. */
export function checkSchedule({ id, timing, jitterMs = 0, job }: JobSchedule, nowMs: number): void {
  checkId(id);
  checkJob(job);
  checkInteger('jitterMs', jitterMs, 0, MAX_DELAY_MS);
  if (timing.kind === 'interval') checkInteger('everyMs', timing.everyMs, 1, MAX_DELAY_MS);
  else checkCron(timing, nowMs);
}

function checkCron({ pattern, timeZone }: Extract<JobTiming, { readonly kind: 'cron' }>, nowMs: number): void {
  if (nextCronTime(pattern, timeZone, nowMs) === undefined) {
    refuse(`"${pattern}" in "${timeZone}" names no time: five fields such as "0 3 * * *", and a zone such as "UTC"`);
  }
}

function checkId(id: string): void {
  if (!ID.test(id)) refuse(`"${id}" is no id: a letter, then at most 127 letters, digits, ".", "_" or "-"`);
}

function checkInteger(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    refuse(`${name} is ${value}; it must be an integer from ${least} to ${most}`);
  }
}

function refuse(detail: string): never {
  throw new Problem('invalidJob', detail);
}
