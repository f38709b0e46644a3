import { Type } from 'typebox';
import { type Delivery, WEBHOOK_EVENT_KINDS, type Webhook } from '../../domain/index.ts';
import { NameSchema, TimestampMsSchema } from '../../domain/schema/index.ts';

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([Type.Null(), schema]);

/** Kinds of events that a webhook may be told of. */
export const KindsSchema = Type.Array(Type.Enum([...WEBHOOK_EVENT_KINDS]), {
  minItems: 1,
  maxItems: WEBHOOK_EVENT_KINDS.length,
  uniqueItems: true,
});

/** A webhook as it is shown: without its secret, and of Slack's address only the host, for the rest is a secret too. */
export const WebhookAnswer = Type.Object({
  webhook: NameSchema,
  url: Type.String(),
  format: Type.Enum(['standard', 'slack']),
  kinds: KindsSchema,
  isEnabled: Type.Boolean(),
  disabledBecause: orNull(Type.String()),
  failingSinceMs: orNull(TimestampMsSchema),
  createdAtMs: TimestampMsSchema,
});

/** A webhook with the secret that receivers check signatures with, which is shown this once; null for Slack. */
export const MadeWebhookAnswer = Type.Object({ webhook: WebhookAnswer, secret: orNull(Type.String()) });

/** A message and what became of it. */
export const DeliveryAnswer = Type.Object({
  eventId: Type.String(),
  kind: Type.String(),
  subject: Type.String(),
  state: Type.Enum(['pending', 'delivered', 'failed']),
  attemptCount: Type.Integer(),
  lastOutcome: orNull(Type.String()),
  createdAtMs: TimestampMsSchema,
  nextAttemptAtMs: orNull(TimestampMsSchema),
  endedAtMs: orNull(TimestampMsSchema),
});

/** The webhook as the schema wants it. */
export function shownWebhook({ url, kinds, ...webhook }: Webhook) {
  const { origin } = new URL(url);
  return { ...webhook, kinds: [...kinds], url: webhook.format === 'slack' ? `${origin}/…` : url };
}

/** The message as the schema wants it. */
export function shownDelivery({ event, ...delivery }: Delivery) {
  return { ...delivery, kind: event.kind, subject: event.subject };
}
