import type { Job as BullMqJob } from 'bullmq';
import type { JsonValue } from '../domain/index.ts';

/** What is stored as a job's data: the caller's, and what this folder adds to it. */
export interface JobEnvelope {
  readonly data: JsonValue;
  readonly key: string | null;
  /** By how much its schedule's jitter makes it late. */
  readonly shiftMs: number;
  /** Names the job that is meant, because a schedule hands the data of one job on to the next. */
  readonly cancelled: { readonly id: string; readonly reason: string } | null;
}

/** A job as BullMQ keeps it, on either backend. */
export type StoredJob = BullMqJob<JobEnvelope, JsonValue>;

/** Why a job was cancelled; null when it was not. */
export function cancellationOf({ id, data }: StoredJob): string | null {
  return data.cancelled !== null && data.cancelled.id === id ? data.cancelled.reason : null;
}
