import { hash } from 'node:crypto';
import { canonicalJson, type EvaluationContext } from '../../../domain/index.ts';
import type { PublishedEnvironment } from '../../snapshot-publisher.ts';
import { TICKET_WINDOW_MS } from './stream-ticket.ts';

/** Rules that read the clock may be answered this late with 304, in ms. A ticket's window is a multiple of it. */
const CLOCK_BUCKET_MS = 10_000;

const HASH_LENGTH = 22;

/**
 * The entity tag of a bulk answer: version, context and a coarse time.
 *
 * The context belongs to it because clients send the tag of one context with another (open-feature/flagd#2012). So does
 * the time: rules may read the clock, and a 304 makes the client keep its ticket, which must not have expired.
 */
export function bulkTag(
  { snapshot, compiled }: PublishedEnvironment,
  context: EvaluationContext,
  nowMs: number,
): string {
  const { epoch, version, settings } = snapshot;
  const merged = { ...context, ...settings.staticContext };
  const contextHash = hash('sha256', canonicalJson(merged), 'base64url').slice(0, HASH_LENGTH);
  const bucketMs = compiled.readsClock ? CLOCK_BUCKET_MS : TICKET_WINDOW_MS;
  return `"${epoch}.${version}-${contextHash}-${Math.floor(nowMs / bucketMs).toString(36)}"`;
}
