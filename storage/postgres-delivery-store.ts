import {
  type ClaimedDelivery,
  canonicalJson,
  type Delivery,
  type DeliveryStore,
  type Notice,
  type Scope,
  type SettledAttempt,
  type WaitingMessages,
  type WebhookEvent,
} from '../domain/index.ts';
import type { Database, Query } from './database.ts';
import { deleteBatch } from './delete-batch.ts';
import { fanOutNotices } from './fan-out-notices.ts';
import { sql } from './statement.ts';
import { type WebhookRow, webhookOf } from './webhook-row.ts';

/** How long what became of a message can be looked up. */
const KEPT_MS = 7 * 24 * 3_600_000;

interface ClaimedRow extends Scope, WebhookRow {
  readonly eventId: string;
  readonly event: WebhookEvent;
  readonly attemptCount: number;
  readonly deliveryCreatedAtMs: number;
  readonly nowMs: number;
}

/** Messages to webhooks in PostgreSQL. */
export class PostgresDeliveryStore implements DeliveryStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  fanOut(limit: number, eventOf: (notice: Notice) => WebhookEvent | undefined): Promise<number> {
    return this.#database.acrossTenants.transaction((query) => fanOutNotices(query, limit, eventOf));
  }

  async claim({
    limitPerWebhook,
    inFlight,
    claimMs,
  }: Parameters<DeliveryStore['claim']>[0]): Promise<readonly ClaimedDelivery[]> {
    const counts = JSON.stringify(Object.fromEntries(inFlight));
    const rows = await this.#database.acrossTenants.query<ClaimedRow>(sql`
      with due as (
        select d.tenant, d.environment, d.webhook, d.event_id
          from webhook w cross join lateral (
            select * from webhook_delivery d
             where d.tenant = w.tenant and d.environment = w.environment and d.webhook = w.webhook
               and d.state = 'pending' and d.due_at_ms <= (select now_ms()) and d.claimed_until_ms <= (select now_ms())
             order by d.due_at_ms
             limit greatest(0, ${limitPerWebhook}::int - coalesce(
               (${counts}::json ->> concat_ws(E'\\n', w.tenant, w.environment, w.webhook))::int, 0))
               for update skip locked) d
         where w.is_enabled
      ), claimed as (
        update webhook_delivery d set claimed_until_ms = now_ms() + ${claimMs}::bigint from due
         where d.tenant = due.tenant and d.environment = due.environment and d.webhook = due.webhook
           and d.event_id = due.event_id
        returning d.*
      )
      select c.tenant, c.environment, c.event_id as "eventId", c.event, c.attempt_count as "attemptCount",
             c.created_at_ms as "deliveryCreatedAtMs", now_ms() as "nowMs", w.webhook, w.url, w.format, w.kinds,
             w.is_enabled as "isEnabled", w.disabled_because as "disabledBecause",
             w.failing_since_ms as "failingSinceMs", w.created_at_ms as "createdAtMs", w.secret,
             w.previous_secret as "previousSecret", w.previous_until_ms as "previousUntilMs"
        from claimed c join webhook w using (tenant, environment, webhook)`);
    return rows.map(
      ({ tenant, environment, eventId, event, attemptCount, deliveryCreatedAtMs, nowMs, ...webhook }) => ({
        tenant,
        environment,
        delivery: { eventId, event, attemptCount, createdAtMs: deliveryCreatedAtMs },
        webhook: webhookOf(webhook),
        nowMs,
      }),
    );
  }

  settle(claimed: ClaimedDelivery, attempt: SettledAttempt): Promise<void> {
    return this.#database.of(claimed.tenant).transaction(async (query) => {
      await settleDelivery(query, claimed, attempt);
      await settleWebhook(query, claimed, attempt);
      if (attempt.disableBecause !== undefined) await disable(query, claimed, attempt.disableBecause);
    });
  }

  list({ tenant, environment }: Scope, webhook: string, limit: number): Promise<readonly Delivery[]> {
    return this.#database.of(tenant).query(sql`
      select event_id as "eventId", event, state, attempt_count as "attemptCount", last_outcome as "lastOutcome",
             created_at_ms as "createdAtMs", ended_at_ms as "endedAtMs",
             case state when 'pending' then due_at_ms end as "nextAttemptAtMs"
        from webhook_delivery
       where tenant = ${tenant} and environment = ${environment} and webhook = ${webhook}
       order by created_at_ms desc, event_id limit ${limit}`);
  }

  async waiting(): Promise<WaitingMessages> {
    const [waiting] = await this.#database.acrossTenants.query<WaitingMessages>(sql`
      select exists (select from notice) as "hasNotices",
             case when count(*) > 0 then greatest(0, now_ms() - min(d.created_at_ms)) end as "oldestAgeMs"
        from webhook_delivery d join webhook w using (tenant, environment, webhook)
       where d.state = 'pending' and w.is_enabled`);
    return waiting!;
  }

  async maintain(): Promise<number> {
    const deleted = await deleteBatch(this.#database.acrossTenants.query, {
      table: 'webhook_delivery',
      key: ['tenant', 'environment', 'webhook', 'event_id'],
      where: sql`state <> 'pending' and ended_at_ms < (select now_ms()) - ${KEPT_MS}::bigint`,
    });
    return deleted.length;
  }
}

async function settleDelivery(
  query: Query,
  { tenant, environment, webhook, delivery }: ClaimedDelivery,
  { state, delayMs, outcome }: SettledAttempt,
): Promise<void> {
  await query(sql`
    update webhook_delivery
       set state = ${state}, attempt_count = attempt_count + 1, last_outcome = ${outcome}, claimed_until_ms = 0,
           due_at_ms = now_ms() + ${delayMs}::bigint,
           ended_at_ms = case ${state} when 'pending' then null else now_ms() end
     where tenant = ${tenant} and environment = ${environment} and webhook = ${webhook.webhook}
       and event_id = ${delivery.eventId} and state = 'pending'`);
}

async function settleWebhook(
  query: Query,
  { tenant, environment, webhook }: ClaimedDelivery,
  { state }: SettledAttempt,
): Promise<void> {
  const isAccepted = state === 'delivered';
  await query(sql`
    update webhook set failing_since_ms = case when ${isAccepted} then null else now_ms() end
     where tenant = ${tenant} and environment = ${environment} and webhook = ${webhook.webhook}
       and (failing_since_ms is null) <> ${isAccepted}`);
}

/** What still waits for it is given up: told much later it would only confuse. */
async function disable(
  query: Query,
  { tenant, environment, webhook }: ClaimedDelivery,
  because: string,
): Promise<void> {
  await query(sql`
    with given_up as (
      update webhook_delivery set state = 'failed', ended_at_ms = now_ms()
       where tenant = ${tenant} and environment = ${environment} and webhook = ${webhook.webhook}
         and state = 'pending'
    ), disabled as (
      update webhook set is_enabled = false, disabled_because = ${because}
       where tenant = ${tenant} and environment = ${environment} and webhook = ${webhook.webhook} and is_enabled
      returning *
    )
    select record_audit(tenant, environment, 'server', 'webhookDisabled', 'webhook', webhook, ${because},
                        ${canonicalJson({ isEnabled: false })})
      from disabled`);
}
