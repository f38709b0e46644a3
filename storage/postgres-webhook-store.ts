import {
  type Authorship,
  canonicalJson,
  type NewWebhook,
  Problem,
  type Scope,
  type Webhook,
  type WebhookSecrets,
  type WebhookStore,
} from '../domain/index.ts';
import type { Database } from './database.ts';
import { isRefusal, UNIQUE_VIOLATION } from './refusal.ts';
import { sql } from './statement.ts';
import { type WebhookRow, webhookOf } from './webhook-row.ts';

/** Every event may become a message to each. */
const MAX_WEBHOOKS_PER_ENVIRONMENT = 20;

/** Webhooks in PostgreSQL; the audit gets neither secrets nor the path of an address, which may be one. */
export class PostgresWebhookStore implements WebhookStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create(scope: Scope, created: NewWebhook, authorship: Authorship): Promise<Webhook> {
    const { actor, reason = null } = authorship;
    const { tenant, environment } = scope;
    const { webhook, url, format, kinds, secret } = created;
    const after = { format, isEnabled: true, kinds: [...kinds], origin: new URL(url).origin };
    const [made] = await this.#database
      .of(tenant)
      .query<{ webhook: string }>(sql`
        with created as (
          insert into webhook (tenant, environment, webhook, url, format, kinds, secret)
          select e.tenant, e.environment, ${webhook}, ${url}, ${format}, ${kinds}, ${secret} from environment e
           where e.tenant = ${tenant} and e.environment = ${environment}
             and (select count(*) from webhook w where w.tenant = e.tenant and w.environment = e.environment)
                 < ${MAX_WEBHOOKS_PER_ENVIRONMENT}
          returning *
        )
        select webhook, record_audit(tenant, environment, ${actor}, 'webhookCreated', 'webhook', webhook, ${reason},
                                     ${canonicalJson(after)})
          from created`)
      .catch((error: unknown) => {
        if (isRefusal(error, UNIQUE_VIOLATION)) throw new Problem('webhookExists', `"${webhook}"`);
        throw error;
      });
    if (made === undefined) {
      throw (await this.list(scope)).length < MAX_WEBHOOKS_PER_ENVIRONMENT
        ? new Problem('environmentNotFound', `"${environment}"`)
        : new Problem('tooManyWebhooks', `"${environment}" has ${MAX_WEBHOOKS_PER_ENVIRONMENT}`);
    }
    return (await this.#read(scope, webhook))[0]!;
  }

  list(scope: Scope): Promise<readonly Webhook[]> {
    return this.#read(scope, null);
  }

  async read({ tenant, environment }: Scope, webhook: string): Promise<(Webhook & WebhookSecrets) | undefined> {
    const [row] = await this.#database.of(tenant).query<WebhookRow>(sql`
      select webhook, url, format, kinds, is_enabled as "isEnabled", disabled_because as "disabledBecause",
             failing_since_ms as "failingSinceMs", created_at_ms as "createdAtMs", secret,
             previous_secret as "previousSecret", previous_until_ms as "previousUntilMs"
        from webhook where tenant = ${tenant} and environment = ${environment} and webhook = ${webhook}`);
    return row && webhookOf(row);
  }

  async remove({ tenant, environment }: Scope, webhook: string, authorship: Authorship): Promise<boolean> {
    const { actor, reason = null } = authorship;
    const removed = await this.#database.of(tenant).query(sql`
      with removed as (
        delete from webhook where tenant = ${tenant} and environment = ${environment} and webhook = ${webhook}
        returning *
      )
      select record_audit(tenant, environment, ${actor}, 'webhookRemoved', 'webhook', webhook, ${reason}, 'null')
        from removed`);
    return removed.length > 0;
  }

  async rotate(
    scope: Scope,
    webhook: string,
    { secret, overlapMs }: { readonly secret: Uint8Array; readonly overlapMs: number },
    authorship: Authorship,
  ): Promise<Webhook | undefined> {
    const { actor, reason = null } = authorship;
    const { tenant, environment } = scope;
    await this.#database.of(tenant).query(sql`
      with rotated as (
        update webhook set secret = ${secret}, previous_secret = secret,
               previous_until_ms = now_ms() + ${overlapMs}::bigint
         where tenant = ${tenant} and environment = ${environment} and webhook = ${webhook} and secret is not null
        returning *
      )
      select record_audit(tenant, environment, ${actor}, 'webhookRotated', 'webhook', webhook, ${reason},
                          ${canonicalJson({ overlapMs })})
        from rotated`);
    const rotated = await this.read(scope, webhook);
    return rotated === undefined || rotated.secret === null ? undefined : (await this.#read(scope, webhook))[0];
  }

  async enable(scope: Scope, webhook: string, authorship: Authorship): Promise<Webhook | undefined> {
    const { actor, reason = null } = authorship;
    const { tenant, environment } = scope;
    await this.#database.of(tenant).query(sql`
      with enabled as (
        update webhook set is_enabled = true, disabled_because = null, failing_since_ms = null
         where tenant = ${tenant} and environment = ${environment} and webhook = ${webhook} and not is_enabled
        returning *
      )
      select record_audit(tenant, environment, ${actor}, 'webhookEnabled', 'webhook', webhook, ${reason},
                          ${canonicalJson({ isEnabled: true })})
        from enabled`);
    return (await this.#read(scope, webhook))[0];
  }

  #read({ tenant, environment }: Scope, webhook: string | null): Promise<readonly Webhook[]> {
    return this.#database.of(tenant).query(sql`
      select webhook, url, format, kinds, is_enabled as "isEnabled", disabled_because as "disabledBecause",
             failing_since_ms as "failingSinceMs", created_at_ms as "createdAtMs"
        from webhook
       where tenant = ${tenant} and environment = ${environment} and coalesce(webhook = ${webhook}::text, true)
       order by webhook`);
  }
}
