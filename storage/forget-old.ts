import { SESSION_IDLE_MS } from '../domain/index.ts';
import type { Session } from './database.ts';
import { deleteBatch } from './delete-batch.ts';
import { sql } from './statement.ts';

/** How long deliveries are remembered: longer than the oldest window that is still accepted. */
const INBOX_RETENTION_MS = 48 * 3_600_000;

/** How long a silent stream is remembered: longer than points are old that are still accepted. */
const STREAM_RETENTION_MS = 25 * 3_600_000;

/** How long it is remembered that reports did not simply count. */
const TROUBLE_RETENTION_MS = 48 * 3_600_000;

/** How long the answer of a request is given again. */
export const ANSWER_RETENTION_MS = 24 * 3_600_000;

/** How long sessions are kept that are over. */
const SESSION_RETENTION_MS = 24 * 3_600_000;

const OLD = [
  {
    table: 'report_inbox',
    key: ['tenant', 'environment', 'origin', 'source', 'epoch', 'sequence'],
    where: sql`received_at_ms < (select now_ms()) - ${INBOX_RETENTION_MS}::bigint order by received_at_ms`,
  },
  {
    table: 'otlp_stream',
    key: ['tenant', 'environment', 'origin', 'stream'],
    where: sql`seen_at_ms < (select now_ms()) - ${STREAM_RETENTION_MS}::bigint order by seen_at_ms`,
  },
  {
    table: 'source_trouble',
    key: ['tenant', 'environment', 'source', 'minute_ms'],
    where: sql`minute_ms < (select now_ms()) - ${TROUBLE_RETENTION_MS}::bigint order by minute_ms`,
  },
  {
    table: 'answered_request',
    key: ['tenant', 'environment', 'request_key'],
    where: sql`at_ms < (select now_ms()) - ${ANSWER_RETENTION_MS}::bigint order by at_ms`,
  },
  {
    table: 'user_session',
    key: ['tenant', 'session_id'],
    where: sql`(expires_at_ms < (select now_ms()) - ${SESSION_RETENTION_MS}::bigint
             or seen_at_ms < (select now_ms()) - ${SESSION_IDLE_MS + SESSION_RETENTION_MS}::bigint)`,
  },
];

/** Deletes a batch of what is remembered for some days only, of all tenants; resolves to the number of rows. */
export async function forgetOld({ query }: Session): Promise<number> {
  let count = 0;
  for (const batch of OLD) count += (await deleteBatch(query, batch)).length;
  return count;
}
