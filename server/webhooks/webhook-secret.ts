import { randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;

/** A new secret that messages are signed with. */
export function newWebhookSecret(): Uint8Array {
  return randomBytes(SECRET_BYTES);
}

/** A secret as receivers configure it (Standard Webhooks, "Signature scheme"). */
export function shownSecret(secret: Uint8Array): string {
  return `whsec_${Buffer.from(secret).toString('base64')}`;
}
