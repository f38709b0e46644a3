import { createHmac } from 'node:crypto';
import type { WebhookSecrets } from '../../domain/index.ts';

/** A message as it is sent once. */
export interface MessageToSign {
  readonly id: string;
  /** The moment of this attempt. */
  readonly sentAtMs: number;
  readonly body: string;
}

/**
 * The three headers of Standard Webhooks 1.0.0: id, timestamp in seconds, and an HMAC-SHA256 with each secret in use.
 *
 * Signed is "id.timestamp.body"; receivers take a message whose signature fits one of theirs.
 */
export function signatureHeaders(
  { id, sentAtMs, body }: MessageToSign,
  { secret, previous }: WebhookSecrets,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(sentAtMs / 1000));
  const isOverlapping = previous !== null && previous.untilMs > sentAtMs;
  const secrets = [...(secret === null ? [] : [secret]), ...(isOverlapping ? [previous.secret] : [])];
  const sign = (key: Uint8Array) =>
    `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(secrets.length === 0 ? {} : { 'webhook-signature': secrets.map(sign).join(' ') }),
  };
}
