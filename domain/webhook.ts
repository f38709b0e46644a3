import type { AuditEntry } from './audit-entry.ts';
import type { JsonObject } from './json.ts';
import type { Authorship, Scope } from './ports.ts';

/** What a webhook can be told of; the list is their documentation. */
export const WEBHOOK_EVENT_KINDS = [
  /** A decision raised the coverage of a rollout. */
  'rollout.ramped',
  /** A rollout waits for something else than the pace of its plan, or for something else than before. */
  'rollout.held',
  /** A rollout was rolled back, by a decision or by a person. */
  'rollout.rolledBack',
  /** A rollout completed, by a decision or by a person. */
  'rollout.completed',
  /** A person moved or steered a rollout in another way: start, pause, advance, pin, … */
  'rollout.moved',
  /** A rollout waits for an approval. */
  'approval.wanted',
  /** Somebody changed the calendar of freezes. */
  'freeze.changed',
  /** Somebody changed a flag. */
  'flag.changed',
  /** A model became champion. */
  'model.promoted',
  /** A model is no longer champion. */
  'model.demoted',
  /** No decision looks at a source of metrics any more. */
  'source.quarantined',
  /** A source of metrics counts again. */
  'source.released',
] as const;

/** One thing that a webhook can be told of. */
export type WebhookEventKind = (typeof WEBHOOK_EVENT_KINDS)[number];

/** How messages look: as Standard Webhooks says, signed; or as Slack's incoming webhooks want them. */
export type WebhookFormat = 'standard' | 'slack';

/** An address that is told what happens in an environment. */
export interface Webhook {
  /** Its name. */
  readonly webhook: string;
  /** With Slack, a secret by itself. */
  readonly url: string;
  readonly format: WebhookFormat;
  readonly kinds: readonly WebhookEventKind[];
  readonly isEnabled: boolean;
  /** Why it was disabled; null while it is enabled. */
  readonly disabledBecause: string | null;
  /** Since when no message was accepted any more; null when the last one was. */
  readonly failingSinceMs: number | null;
  readonly createdAtMs: number;
}

/** What messages are signed with. */
export interface WebhookSecrets {
  /** null for formats without a signature. */
  readonly secret: Uint8Array | null;
  /** The secret before the last rotation, for as long as messages are signed with both; null when there is none. */
  readonly previous: { readonly secret: Uint8Array; readonly untilMs: number } | null;
}

/** A webhook to be stored. */
export type NewWebhook = Pick<Webhook, 'webhook' | 'url' | 'format' | 'kinds'> & Pick<WebhookSecrets, 'secret'>;

/** The webhooks of environments. */
export interface WebhookStore {
  /** Problems `webhookExists`, `tooManyWebhooks`, `environmentNotFound`. */
  create(scope: Scope, webhook: NewWebhook, authorship: Authorship): Promise<Webhook>;
  /** By name. */
  list(scope: Scope): Promise<readonly Webhook[]>;
  read(scope: Scope, webhook: string): Promise<(Webhook & WebhookSecrets) | undefined>;
  /** Removes it with its deliveries; false when there is none. */
  remove(scope: Scope, webhook: string, authorship: Authorship): Promise<boolean>;
  /** Gives it a new secret; messages are signed with the old one too for `overlapMs`. Undefined when it has none. */
  rotate(
    scope: Scope,
    webhook: string,
    secret: { readonly secret: Uint8Array; readonly overlapMs: number },
    authorship: Authorship,
  ): Promise<Webhook | undefined>;
  /** Has it told again from now on; undefined when there is none. */
  enable(scope: Scope, webhook: string, authorship: Authorship): Promise<Webhook | undefined>;
}

/** A rollout waits for something that it did not wait for before. */
export interface HoldNotice {
  readonly rollout: string;
  readonly generation: number;
  readonly coverage: number;
  readonly reasonCode: string;
  readonly reason: string;
  readonly decisionId: string;
}

/** Something that happened, written in the transaction in which it did, and not told yet. */
export interface Notice extends Scope {
  readonly eventId: string;
  readonly atMs: number;
  /** The flag, where it is about a rollout; else null. */
  readonly flag: string | null;
  /** Name of the key that did it; null where it was none. */
  readonly actorName: string | null;
  /** One of the two. */
  readonly entry: AuditEntry | null;
  readonly hold: HoldNotice | null;
}

/** What webhooks are told, whatever their format. */
export interface WebhookEvent extends Scope {
  readonly kind: WebhookEventKind | 'test';
  readonly atMs: number;
  /** Name of the rollout, flag, model or source. */
  readonly subject: string;
  /** What was done: "ramp", "rollback", "pause", "hold", … */
  readonly action: string;
  readonly actor: string;
  /** What people call the actor; null where it has no other name. */
  readonly actorName: string | null;
  readonly reason: string | null;
  /** What else is known: flag, coverage, phase, generation, reason code, decision. */
  readonly details: JsonObject;
}

/** A message on its way to one webhook. */
export interface Delivery {
  /** The same at every attempt, for receivers to tell a repetition by. */
  readonly eventId: string;
  readonly event: WebhookEvent;
  readonly state: 'pending' | 'delivered' | 'failed';
  readonly attemptCount: number;
  /** What came of the last attempt; null before the first one. */
  readonly lastOutcome: string | null;
  readonly createdAtMs: number;
  /** When it is tried next; null when it is over. */
  readonly nextAttemptAtMs: number | null;
  readonly endedAtMs: number | null;
}

/** A delivery to be tried now, with all that is needed for it. */
export interface ClaimedDelivery extends Scope {
  readonly delivery: Pick<Delivery, 'eventId' | 'event' | 'attemptCount' | 'createdAtMs'>;
  readonly webhook: Webhook & WebhookSecrets;
  /** By the database's clock. */
  readonly nowMs: number;
}

/** What an attempt came to. */
export interface SettledAttempt {
  readonly state: Delivery['state'];
  /** Until the next attempt; counts while it is pending. */
  readonly delayMs: number;
  readonly outcome: string;
  /** Why the webhook is to be told nothing any more; absent: it is. */
  readonly disableBecause?: string;
}

/** What waits to be told. */
export interface WaitingMessages {
  readonly hasNotices: boolean;
  /** How long the oldest message that is still to be delivered has been waiting, in ms; null when there is none. */
  readonly oldestAgeMs: number | null;
}

/** Messages to webhooks: an outbox of notices, and what became of each message. */
export interface DeliveryStore {
  /**
   * Turns up to `limit` notices into deliveries to the webhooks that want them, in one transaction; resolves to the
   * number of notices. `eventOf` must be pure; what it has no event for is told to nobody.
   */
  fanOut(limit: number, eventOf: (notice: Notice) => WebhookEvent | undefined): Promise<number>;
  /** Claims due deliveries for `claimMs`, at most `limitPerWebhook` of each less those that `inFlight` counts. */
  claim(options: {
    readonly limitPerWebhook: number;
    /** By tenant, environment and name, with line breaks between. */
    readonly inFlight: ReadonlyMap<string, number>;
    readonly claimMs: number;
  }): Promise<readonly ClaimedDelivery[]>;
  /** Keeps what came of an attempt; a webhook that is to be disabled is, with an entry in the audit. */
  settle(claimed: ClaimedDelivery, attempt: SettledAttempt): Promise<void>;
  /** Newest first. */
  list(scope: Scope, webhook: string, limit: number): Promise<readonly Delivery[]>;
  /** What waits; one cheap question, for there mostly is nothing. */
  waiting(): Promise<WaitingMessages>;
  /** Deletes what is long over, a batch at a time; resolves to the number of rows, 0 when nothing is left to do. */
  maintain(): Promise<number>;
}
