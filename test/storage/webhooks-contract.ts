import { expect, it } from 'vitest';
import {
  ALL_ENVIRONMENTS,
  type DeliveryStore,
  type LearningStorage,
  type Notice,
  type Scope,
  type WebhookEvent,
} from '../../domain/index.ts';
import { aDecision, aFlag, aRolloutDefinition, aRunningRollout, aScope, BY_TESTER, PAUSE } from './builders.ts';

const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index);

/** An event that says no more than what it is about; of webhooks themselves and of the whole tenant there is none. */
const eventOf = ({ tenant, environment, atMs, actorName, entry, hold }: Notice): WebhookEvent | undefined => {
  const common = { tenant, environment, atMs, details: {}, actorName };
  if (hold !== null) {
    const { rollout, reason } = hold;
    return { ...common, kind: 'rollout.held', subject: rollout, action: 'hold', actor: 'controller', reason };
  }
  if (entry === null || entry.kind === 'webhook' || entry.environment === ALL_ENVIRONMENTS) return undefined;
  const { target, action, actor, reason } = entry;
  return { ...common, kind: 'rollout.moved', subject: target, action, actor, reason };
};

/** A webhook of everything that `eventOf` tells of. */
const aWebhook = (webhook: string) => ({
  webhook,
  url: `https://hooks.example.com/${webhook}?token=hidden`,
  format: 'standard' as const,
  kinds: ['rollout.moved', 'rollout.held'] as const,
  secret: SECRET,
});

const NOTHING_IN_FLIGHT = { limitPerWebhook: 100, inFlight: new Map<string, number>(), claimMs: 60_000 };
const ACCEPTED = { state: 'delivered', delayMs: 0, outcome: '204' } as const;
const REFUSED = { state: 'pending', delayMs: 3_600_000, outcome: '500' } as const;

export function webhooksContract(get: () => LearningStorage): void {
  /** An environment with a running rollout and a webhook that is told of everything from then on. */
  async function aToldRollout(...names: readonly string[]) {
    const scope = await aScope(get());
    const rollout = await aRunningRollout(get(), scope);
    for (const name of names) await get().webhooks.create(scope, aWebhook(name), BY_TESTER);
    await drain(get().deliveries);
    return { scope, rollout };
  }

  const told = async (scope: Scope, webhook = 'ops') => {
    await drain(get().deliveries);
    const listed = await get().deliveries.list(scope, webhook, 100);
    return listed.map(({ event }) => [event.action, event.subject, event.reason]).sort();
  };

  /** What is due in one environment; others of the database are left alone. */
  const claim = async (scope: Scope, options: Partial<typeof NOTHING_IN_FLIGHT> = {}) =>
    (await get().deliveries.claim({ ...NOTHING_IN_FLIGHT, ...options })).filter(
      ({ tenant, environment }) => tenant === scope.tenant && environment === scope.environment,
    );

  it('are kept, listed, read with their secrets, and removed; the audit knows neither secret nor path', async () => {
    const { webhooks, audit } = get();
    const scope = await aScope(get());
    const made = await webhooks.create(scope, aWebhook('ops'), BY_TESTER);
    expect(made).toMatchObject({ webhook: 'ops', isEnabled: true, disabledBecause: null, failingSinceMs: null });
    expect(await webhooks.list(scope)).toEqual([made]);
    expect(made).not.toHaveProperty('secret');
    expect(Uint8Array.from((await webhooks.read(scope, 'ops'))!.secret!)).toEqual(SECRET);
    await expect(webhooks.create(scope, aWebhook('ops'), BY_TESTER)).rejects.toMatchObject({ code: 'webhookExists' });
    await expect(webhooks.create({ ...scope, environment: 'none' }, aWebhook('ops'), BY_TESTER)).rejects.toMatchObject({
      code: 'environmentNotFound',
    });
    const next = Uint8Array.from(SECRET).reverse();
    await webhooks.rotate(scope, 'ops', { secret: next, overlapMs: 60_000 }, BY_TESTER);
    const rotated = (await webhooks.read(scope, 'ops'))!;
    expect([Uint8Array.from(rotated.secret!), Uint8Array.from(rotated.previous!.secret)]).toEqual([next, SECRET]);
    expect(await webhooks.rotate(scope, 'none', { secret: next, overlapMs: 0 }, BY_TESTER)).toBeUndefined();
    expect(await webhooks.remove(scope, 'ops', BY_TESTER)).toBe(true);
    expect(await webhooks.remove(scope, 'ops', BY_TESTER)).toBe(false);
    const entries = await audit.list(scope, { limit: 10, kind: 'webhook' });
    expect(entries.map(({ action }) => action)).toEqual(['webhookRemoved', 'webhookRotated', 'webhookCreated']);
    expect(JSON.stringify(entries)).not.toMatch(/hidden|secret/);
  });

  it('are twenty at the most in an environment', async () => {
    const scope = await aScope(get());
    for (let number = 0; number < 20; number += 1)
      await get().webhooks.create(scope, aWebhook(`hook-${number}`), BY_TESTER);
    await expect(get().webhooks.create(scope, aWebhook('more'), BY_TESTER)).rejects.toMatchObject({
      code: 'tooManyWebhooks',
    });
  });

  it('are told what happened in the transaction in which it did, each by a message of its own', async () => {
    const { rollouts } = get();
    const { scope, rollout } = await aToldRollout('ops', 'team');
    await rollouts.applyDecision(aDecision(scope, rollout, {}));
    await rollouts.moveRollout(scope, 'new-checkout', PAUSE);
    await rollouts.applyDecision(aDecision(scope, rollout, { windowEndMs: 20_000 }));
    const expected = [
      ['pause', 'new-checkout', 'because'],
      ['ramp', 'new-checkout', 'all gates passed'],
    ];
    expect(await told(scope)).toEqual(expected);
    expect(await told(scope, 'team')).toEqual(expected);
    const [first, second] = await get().deliveries.list(scope, 'ops', 100);
    expect(first!.eventId).toMatch(/^msg_[0-9a-f]{32}$/);
    expect(first!.eventId).not.toBe(second!.eventId);
  });

  it('are told nothing of other environments, of what they did not ask for, or while they are disabled', async () => {
    const { flags, webhooks, deliveries } = get();
    const { scope } = await aToldRollout('ops');
    const other = await aScope(get());
    await webhooks.create(scope, { ...aWebhook('deaf'), kinds: ['flag.changed'] }, BY_TESTER);
    await drain(deliveries);
    const before = (await told(scope)).length;
    await flags.writeFlag(other, 'checkout', aFlag, BY_TESTER);
    expect(await told(scope)).toHaveLength(before);
    expect(await told(scope, 'deaf')).toEqual([]);
    await flags.writeFlag(scope, 'checkout', aFlag, BY_TESTER);
    expect(await told(scope)).toHaveLength(before + 1);
    expect(await told(scope, 'deaf')).toEqual([]);
  });

  it('are told of a hold once while it lasts, and again for another reason or at another coverage', async () => {
    const { rollouts } = get();
    const { scope, rollout } = await aToldRollout('ops');
    let windowEndMs = 0;
    const hold = async (reasonCode: 'noData' | 'dwell' | 'frozen', coverage: number) => {
      windowEndMs += 10_000;
      const changes = { action: 'hold', reasonCode, coverage, windowEndMs, reason: reasonCode } as const;
      expect(await rollouts.applyDecision(aDecision(scope, rollout, changes))).toBe(true);
    };
    await hold('dwell', 1_000);
    expect(await told(scope)).toEqual([]);
    await hold('noData', 1_000);
    await hold('noData', 1_000);
    expect(await told(scope)).toEqual([['hold', 'new-checkout', 'noData']]);
    // What comes and goes is told once in five minutes.
    await hold('dwell', 1_000);
    await hold('noData', 1_000);
    await hold('frozen', 1_000);
    expect(await told(scope)).toHaveLength(1);
    await hold('frozen', 5_000);
    expect(await told(scope)).toEqual([
      ['hold', 'new-checkout', 'frozen'],
      ['hold', 'new-checkout', 'noData'],
    ]);
  });

  it('get a message at least once: claimed by one at a time, again when that one died, and no more when it is done', async () => {
    const { rollouts, deliveries } = get();
    const { scope } = await aToldRollout('ops');
    await rollouts.moveRollout(scope, 'new-checkout', PAUSE);
    await drain(deliveries);
    const [claimed] = await claim(scope, { claimMs: 60_000 });
    expect(claimed).toMatchObject({ delivery: { attemptCount: 0 }, webhook: { webhook: 'ops' } });
    expect(Uint8Array.from(claimed!.webhook.secret!)).toEqual(SECRET);
    expect(await claim(scope)).toEqual([]);
    await deliveries.settle(claimed!, { ...REFUSED, delayMs: 0 });
    expect((await get().webhooks.list(scope))[0]!.failingSinceMs).toBeGreaterThan(0);
    const [again] = await claim(scope, { claimMs: 0 });
    expect(again!.delivery).toMatchObject({ eventId: claimed!.delivery.eventId, attemptCount: 1 });
    // Whoever claimed it has died: the claim ended, and nothing was settled.
    const [anew] = await claim(scope);
    expect(anew!.delivery.eventId).toBe(claimed!.delivery.eventId);
    await deliveries.settle(anew!, ACCEPTED);
    await deliveries.settle(again!, REFUSED);
    expect(await claim(scope)).toEqual([]);
    expect(await deliveries.list(scope, 'ops', 1)).toMatchObject([
      { state: 'delivered', attemptCount: 2, lastOutcome: '204', nextAttemptAtMs: null },
    ]);
  });

  it('are claimed for up to a number of messages each, so that one does not hold up another', async () => {
    const { flags, deliveries } = get();
    const { scope } = await aToldRollout('ops', 'team');
    for (let number = 0; number < 5; number += 1) await flags.writeFlag(scope, `flag-${number}`, aFlag, BY_TESTER);
    await drain(deliveries);
    const inFlight = new Map([[`${scope.tenant}\n${scope.environment}\nops`, 3]]);
    const names = (await claim(scope, { limitPerWebhook: 4, inFlight })).map(({ webhook }) => webhook.webhook).sort();
    expect(names).toEqual(['ops', 'team', 'team', 'team', 'team']);
  });

  it('that are disabled say why, are told nothing, and give up what still waited, until somebody enables them', async () => {
    const { rollouts, webhooks, deliveries, audit } = get();
    const { scope } = await aToldRollout('ops');
    await rollouts.moveRollout(scope, 'new-checkout', PAUSE);
    await get().flags.writeFlag(scope, 'other', aFlag, BY_TESTER);
    await drain(deliveries);
    const [claimed] = await claim(scope);
    await deliveries.settle(claimed!, { state: 'failed', delayMs: 0, outcome: '410', disableBecause: 'it is gone' });
    expect(await webhooks.list(scope)).toMatchObject([{ isEnabled: false, disabledBecause: 'it is gone' }]);
    expect((await deliveries.list(scope, 'ops', 10)).map(({ state }) => state)).toEqual(['failed', 'failed']);
    expect((await audit.list(scope, { limit: 1 }))[0]).toMatchObject({
      action: 'webhookDisabled',
      actor: 'server',
      reason: 'it is gone',
    });
    await get().flags.writeFlag(scope, 'another', aFlag, BY_TESTER);
    await drain(deliveries);
    expect(await deliveries.list(scope, 'ops', 10)).toHaveLength(2);
    expect(await webhooks.enable(scope, 'ops', BY_TESTER)).toMatchObject({ isEnabled: true, disabledBecause: null });
    await get().flags.writeFlag(scope, 'a-third', aFlag, BY_TESTER);
    expect(await told(scope)).toHaveLength(3);
  });

  it('tell of nothing that was refused, and leave no notice where nobody listens', async () => {
    const scope = await aScope(get());
    await get().rollouts.createRollout(scope, aRolloutDefinition(), BY_TESTER);
    let seen = 0;
    const count = (notice: Notice) => {
      if (notice.environment === scope.environment) seen += 1;
      return undefined;
    };
    await get().deliveries.fanOut(100, count);
    expect(seen).toBe(0);
    await get().webhooks.create(scope, aWebhook('ops'), BY_TESTER);
    await get().deliveries.fanOut(100, count);
    const before = seen;
    await expect(get().rollouts.createRollout(scope, aRolloutDefinition(), BY_TESTER)).rejects.toThrow();
    await get().deliveries.fanOut(100, count);
    expect(seen).toBe(before);
  });

  it('do not lose a notice whose event could not be made', async () => {
    const { scope } = await aToldRollout('ops');
    await get().rollouts.moveRollout(scope, 'new-checkout', PAUSE);
    const failing = get().deliveries.fanOut(100, () => {
      throw new Error('not now');
    });
    await expect(failing).rejects.toThrow('not now');
    expect(await told(scope)).toEqual([['pause', 'new-checkout', 'because']]);
  });

  it('tell whether anything waits, and how long the oldest message has', async () => {
    const { scope } = await aToldRollout('ops');
    expect(await get().deliveries.waiting()).toMatchObject({ hasNotices: false });
    await get().rollouts.moveRollout(scope, 'new-checkout', PAUSE);
    expect(await get().deliveries.waiting()).toMatchObject({ hasNotices: true });
    await drain(get().deliveries);
    const { hasNotices, oldestAgeMs } = await get().deliveries.waiting();
    expect(hasNotices).toBe(false);
    expect(oldestAgeMs).toBeGreaterThanOrEqual(0);
    expect(await get().deliveries.maintain()).toBe(0);
  });
}

async function drain(deliveries: DeliveryStore): Promise<void> {
  while ((await deliveries.fanOut(100, eventOf)) > 0);
}
