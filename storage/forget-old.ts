import { SESSION_IDLE_MS } from '../domain/index.ts';
import type { Session } from './database.ts';
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

/** Most rows of a kind that one batch deletes: it holds no lock for long. */
const ROWS_PER_BATCH = 2_000;

/** Deletes a batch of what is remembered for some days only, of all tenants; resolves to the number of rows. */
export async function forgetOld({ query }: Session): Promise<number> {
  const deliveries = await query(sql`
    delete from report_inbox where ctid = any(array(
      select ctid from report_inbox where received_at_ms < (select now_ms()) - ${INBOX_RETENTION_MS}::bigint
       order by received_at_ms limit ${ROWS_PER_BATCH} for update skip locked))
    returning 1`);
  const streams = await query(sql`
    delete from otlp_stream where ctid = any(array(
      select ctid from otlp_stream where seen_at_ms < (select now_ms()) - ${STREAM_RETENTION_MS}::bigint
       order by seen_at_ms limit ${ROWS_PER_BATCH} for update skip locked))
    returning 1`);
  const troubles = await query(sql`
    delete from source_trouble where ctid = any(array(
      select ctid from source_trouble where minute_ms < (select now_ms()) - ${TROUBLE_RETENTION_MS}::bigint
       order by minute_ms limit ${ROWS_PER_BATCH} for update skip locked))
    returning 1`);
  const answers = await query(sql`
    delete from answered_request where ctid = any(array(
      select ctid from answered_request where at_ms < (select now_ms()) - ${ANSWER_RETENTION_MS}::bigint
       order by at_ms limit ${ROWS_PER_BATCH} for update skip locked))
    returning 1`);
  const sessions = await query(sql`
    delete from user_session where ctid = any(array(
      select ctid from user_session
       where expires_at_ms < (select now_ms()) - ${SESSION_RETENTION_MS}::bigint
          or seen_at_ms < (select now_ms()) - ${SESSION_IDLE_MS + SESSION_RETENTION_MS}::bigint
       limit ${ROWS_PER_BATCH} for update skip locked))
    returning 1`);
  return sessions.length + deliveries.length + streams.length + troubles.length + answers.length;
}
