import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ApiKey, Scope } from '../../../domain/index.ts';
import type { Dependencies } from '../dependencies.ts';

/** Tickets of a key are the same for this long, so that answers that carry one can be kept. */
export const TICKET_WINDOW_MS = 300_000;

/** A ticket outlives the window in which it was handed out by one more: it opens streams for 5 to 10 minutes. */
const WINDOWS_OF_LIFE = 2;

/** Number of the window that a time falls into. */
export function ticketWindow(nowMs: number): number {
  return Math.floor(nowMs / TICKET_WINDOW_MS);
}

const TICKET = /^([A-Za-z0-9]{12})\.(\d{1,12})\.([A-Za-z0-9_-]{43})$/;

/**
 * A short-lived proof of a key for the event stream, since a browser's EventSource cannot send headers.
 *
 * It names the key and when it expires, signed with the secret of the environment (HMAC-SHA256).
 */
export function issueTicket(key: ApiKey, ticketSecret: Uint8Array, nowMs: number): string {
  const expiresAtWindow = ticketWindow(nowMs) + WINDOWS_OF_LIFE;
  return `${key.keyId}.${expiresAtWindow}.${signature(key, expiresAtWindow, ticketSecret).toString('base64url')}`;
}

/** The key that a ticket was handed out to; undefined when it is forged or expired, or the key revoked. */
export async function holderOfTicket(
  ticket: string,
  { authenticator, publisher, clock }: Pick<Dependencies, 'authenticator' | 'publisher' | 'clock'>,
): Promise<ApiKey | undefined> {
  const [, keyId, window, given] = TICKET.exec(ticket) ?? [];
  if (keyId === undefined || Number(window) * TICKET_WINDOW_MS <= clock.nowMs()) return undefined;
  const key = await authenticator.find(keyId);
  if (key === undefined || key.environment === null) return undefined;
  const scope: Scope = { tenant: key.tenant, environment: key.environment };
  const { ticketSecret } = await publisher.require(scope);
  const expected = signature(key, Number(window), ticketSecret);
  return timingSafeEqual(expected, Buffer.from(given!, 'base64url')) ? key : undefined;
}

function signature({ tenant, environment, keyId }: ApiKey, expiresAtWindow: number, secret: Uint8Array): Buffer {
  return createHmac('sha256', secret)
    .update(JSON.stringify(['ofrep-events', tenant, environment, keyId, expiresAtWindow]))
    .digest();
}
