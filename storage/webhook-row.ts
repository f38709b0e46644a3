import type { Webhook, WebhookSecrets } from '../domain/index.ts';

/** A webhook as the database gives it; bytes inside JSON would come as text, so secrets are columns. */
export interface WebhookRow extends Webhook {
  readonly secret: Uint8Array | null;
  readonly previousSecret: Uint8Array | null;
  readonly previousUntilMs: number | null;
}

/** The webhook with its secrets. */
export function webhookOf({ previousSecret, previousUntilMs, ...webhook }: WebhookRow): Webhook & WebhookSecrets {
  const isRotated = previousSecret !== null && previousUntilMs !== null;
  return { ...webhook, previous: isRotated ? { secret: previousSecret, untilMs: previousUntilMs } : null };
}
