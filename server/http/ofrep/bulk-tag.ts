import type { EvaluationContext } from '../../../domain/index.ts';
import type { PublishedEnvironment } from '../../snapshot-publisher.ts';
import { contextHash } from './context-hash.ts';
import { TICKET_WINDOW_MS } from './stream-ticket.ts';

/** Rules that read the clock may be answered this late with 304, in ms. A ticket's window is a multiple of it. */
const CLOCK_BUCKET_MS = 10_000;

/**
 * The entity tag of a bulk answer: version, context and a coarse time.
 *
 * The context belongs to it because clients send the tag of one context with another (open-feature/flagd#2012); what the
 * environment adds to every context is part of the version. The time belongs to it because rules may read the clock, and
 * because a 304 makes the client keep its ticket, which must not have expired.
 */
export function bulkTag(
  { snapshot, compiled }: PublishedEnvironment,
  context: EvaluationContext,
  nowMs: number,
): string {
  const bucketMs = compiled.readsClock ? CLOCK_BUCKET_MS : TICKET_WINDOW_MS;
  return `"${snapshot.epoch}.${snapshot.version}-${contextHash(context)}-${Math.floor(nowMs / bucketMs)}"`;
}
