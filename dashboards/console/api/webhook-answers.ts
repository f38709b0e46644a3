import type { Delivery, Webhook } from '../../../domain/index.ts';

export type { Webhook } from '../../../domain/index.ts';

/** `GET …/webhooks`; of Slack's address only the host. */
export interface WebhooksAnswer {
  readonly webhooks: readonly Webhook[];
}

/** A message and what became of it. */
export type ListedDelivery = Omit<Delivery, 'event'> & { readonly kind: string; readonly subject: string };

/** `GET …/webhooks/:webhook/deliveries`, newest first. */
export interface DeliveriesAnswer {
  readonly deliveries: readonly ListedDelivery[];
}

/** `POST …/webhooks/:webhook/test`. */
export interface WebhookTestAnswer {
  readonly isAccepted: boolean;
  readonly outcome: string;
}
