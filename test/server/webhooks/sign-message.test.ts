import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signatureHeaders } from '../../../server/webhooks/sign-message.ts';
import { newWebhookSecret, shownSecret } from '../../../server/webhooks/webhook-secret.ts';

/** The example with which the libraries of Standard Webhooks test themselves. */
const PUBLISHED = {
  secret: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  sentAtMs: 1_614_265_330_000,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const secret = Buffer.from(PUBLISHED.secret, 'base64');

describe('the signature of a message', () => {
  it('is that of the published example', () => {
    expect(signatureHeaders(PUBLISHED, { secret, previous: null })).toEqual({
      'webhook-id': PUBLISHED.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': PUBLISHED.signature,
    });
  });

  it('is one with each secret while two overlap, and one again afterwards', () => {
    const next = Buffer.from('another secret of thirty-two byte');
    const signed = (untilMs: number) =>
      signatureHeaders(PUBLISHED, { secret: next, previous: { secret, untilMs } })['webhook-signature']!.split(' ');
    const [first, second, ...more] = signed(PUBLISHED.sentAtMs + 1);
    expect(second).toBe(PUBLISHED.signature);
    expect(more).toEqual([]);
    expect(first).toBe(
      `v1,${createHmac('sha256', next).update(`${PUBLISHED.id}.1614265330.${PUBLISHED.body}`).digest('base64')}`,
    );
    expect(signed(PUBLISHED.sentAtMs)).toEqual([first]);
  });

  it('is missing where there is no secret', () => {
    expect(signatureHeaders(PUBLISHED, { secret: null, previous: null })).not.toHaveProperty('webhook-signature');
  });

  it('is made with secrets of 256 bits that differ', () => {
    const [one, other] = [newWebhookSecret(), newWebhookSecret()];
    expect(shownSecret(one)).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(shownSecret(one)).not.toBe(shownSecret(other));
  });
});
