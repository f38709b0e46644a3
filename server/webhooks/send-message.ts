import { Problem, type Webhook, type WebhookEvent, type WebhookSecrets } from '../../domain/index.ts';
import type { Attempt } from './after-attempt.ts';
import { slackMessage } from './message/slack-message.ts';
import { standardMessage } from './message/standard-message.ts';
import { postMessage } from './post-message.ts';
import { signatureHeaders } from './sign-message.ts';
import { parseWebhookUrl, resolveTarget } from './webhook-target.ts';

/** What every message is sent with. */
export interface SendingParts {
  /** Hosts that may be private or without encryption. */
  readonly allowedHosts: readonly string[];
  /** Where people find the console; null: messages have no links. */
  readonly publicUrl: string | null;
}

/** One message, as it is tried now. */
export interface MessageToSend {
  readonly webhook: Webhook & WebhookSecrets;
  readonly eventId: string;
  readonly event: WebhookEvent;
  readonly nowMs: number;
}

/** Longest that a receiver may take, from the look-up of its name to the end of its answer. */
const TIMEOUT_MS = 10_000;

const GONE = 410;

/** Tries a message once; never rejects, and says nothing of an answer but its status. */
export async function sendMessage(
  { webhook, eventId, event, nowMs }: MessageToSend,
  { allowedHosts, publicUrl }: SendingParts,
  stop: AbortSignal,
): Promise<Attempt> {
  const isSlack = webhook.format === 'slack';
  const body = isSlack ? slackMessage(event, publicUrl) : standardMessage(event, publicUrl);
  const ended = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), stop]);
  const headers = isSlack ? {} : signatureHeaders({ id: eventId, sentAtMs: nowMs, body }, webhook);
  try {
    const target = await resolveTarget(parseWebhookUrl(webhook.url, allowedHosts), allowedHosts, ended);
    const { status, retryAfterSeconds } = await postMessage(target, body, headers, ended);
    const isRedirect = status >= 300 && status < 400;
    return {
      isAccepted: status >= 200 && status < 300,
      outcome: `status ${status}${isRedirect ? ' (redirects are not followed)' : ''}`,
      isGone: status === GONE,
      waitMs: 1000 * (retryAfterSeconds ?? 0),
    };
  } catch (error) {
    return { isAccepted: false, outcome: whyNone(error), isGone: false, waitMs: 0 };
  }
}

function whyNone(error: unknown): string {
  if (error instanceof Problem) return error.message;
  const { name, code } = error as Error & { readonly code?: string };
  return name === 'TimeoutError' || name === 'AbortError' ? 'no answer in time' : `no answer (${code ?? name})`;
}
