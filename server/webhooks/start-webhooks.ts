import type { ClaimedDelivery, DeliveryStore } from '../../domain/index.ts';
import { createSleeper } from '../timers.ts';
import { afterAttempt } from './after-attempt.ts';
import { eventOfNotice } from './message/event-of-notice.ts';
import { type SendingParts, sendMessage } from './send-message.ts';
import type { WebhookTelemetry } from './webhook-telemetry.ts';

/** Pause between two looks into the outbox. */
const LOOK_MS = 1_000;

/** Notices that become messages in one transaction. */
const NOTICES_PER_TURN = 100;

/** Messages that one webhook is sent at a time; a slow receiver takes up these, and nobody else's. */
const AT_ONCE_PER_WEBHOOK = 4;

/** After this a message is taken for lost with its process, and sent again; longer than any attempt takes. */
const CLAIM_MS = 60_000;

/** What webhooks work with. */
export interface WebhookParts extends SendingParts {
  readonly deliveries: DeliveryStore;
  readonly telemetry: WebhookTelemetry;
  /** Uniform in [0, 1), for pauses that differ. */
  readonly random: () => number;
  readonly onError: (error: unknown) => void;
}

/** Webhooks that are being told. */
export interface RunningWebhooks {
  /** Ends attempts in progress; their messages are tried again, here or elsewhere. */
  stop(): Promise<void>;
}

/**
 * Tells webhooks what happened, in the background: notices become messages, and messages are sent.
 *
 * At least once: a message whose process died between the receiver's answer and its settling is sent again, under the
 * same id. The order of messages is not promised.
 */
export function startWebhooks(parts: WebhookParts): RunningWebhooks {
  const { deliveries, telemetry, onError } = parts;
  const { sleep, wake } = createSleeper();
  const stopping = new AbortController();
  const attempts = new Set<Promise<void>>();
  const inFlight = new Map<string, number>();

  const turn = async () => {
    const { hasNotices, oldestAgeMs } = await deliveries.waiting();
    telemetry.showOldestPending(oldestAgeMs ?? 0);
    if (!hasNotices && oldestAgeMs === null) return;
    while ((await deliveries.fanOut(NOTICES_PER_TURN, eventOfNotice)) === NOTICES_PER_TURN);
    const limits = { limitPerWebhook: AT_ONCE_PER_WEBHOOK, inFlight, claimMs: CLAIM_MS };
    for (const claimed of await deliveries.claim(limits)) start(claimed);
  };

  const start = (claimed: ClaimedDelivery) => {
    const key = [claimed.tenant, claimed.environment, claimed.webhook.webhook].join('\n');
    count(inFlight, key, 1);
    const attempt = tryOnce(claimed, parts, stopping.signal)
      .catch(onError)
      .finally(() => {
        attempts.delete(attempt);
        count(inFlight, key, -1);
        wake();
      });
    attempts.add(attempt);
  };

  const loop = async () => {
    while (!stopping.signal.aborted) {
      await turn().catch(onError);
      await sleep(LOOK_MS);
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopping.abort();
      wake();
      await running;
      await Promise.all(attempts);
    },
  };
}

async function tryOnce(claimed: ClaimedDelivery, parts: WebhookParts, stop: AbortSignal): Promise<void> {
  const { delivery, webhook, nowMs } = claimed;
  const { eventId, event } = delivery;
  const attempt = await sendMessage({ webhook, eventId, event, nowMs }, parts, stop);
  // Cut off by us, which says nothing about the receiver; the claim ends by itself.
  if (stop.aborted && !attempt.isAccepted) return;
  const times = {
    attemptCount: delivery.attemptCount + 1,
    ageMs: nowMs - delivery.createdAtMs,
    failingForMs: webhook.failingSinceMs === null ? 0 : nowMs - webhook.failingSinceMs,
  };
  const settled = afterAttempt(attempt, times, parts.random);
  await parts.deliveries.settle(claimed, settled);
  parts.telemetry.countAttempt(settled.state);
}

function count(counts: Map<string, number>, key: string, change: number): void {
  const next = (counts.get(key) ?? 0) + change;
  if (next === 0) counts.delete(key);
  else counts.set(key, next);
}
