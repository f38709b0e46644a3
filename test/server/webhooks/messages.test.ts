import { describe, expect, it } from 'vitest';
import type { AuditEntry, JsonValue, Notice, WebhookEvent } from '../../../domain/index.ts';
import { GENESIS_HASH } from '../../../domain/index.ts';
import { eventOfNotice } from '../../../server/webhooks/message/event-of-notice.ts';
import { slackMessage } from '../../../server/webhooks/message/slack-message.ts';
import { standardMessage } from '../../../server/webhooks/message/standard-message.ts';

const SCOPE = { tenant: 'default', environment: 'production' };
const AT_MS = Date.UTC(2026, 10, 30, 8);

const aNotice = (entry: Partial<AuditEntry>, changes: Partial<Notice> = {}): Notice => ({
  ...SCOPE,
  eventId: 'msg_1',
  atMs: AT_MS,
  flag: null,
  actorName: null,
  hold: null,
  entry: {
    ...SCOPE,
    sequence: 7,
    atMs: AT_MS,
    actor: 'controller',
    action: 'ramp',
    kind: 'rollout',
    target: 'express-checkout',
    reason: 'all gates passed',
    before: null,
    after: { phase: 'running', coverage: 5_000, generation: 1, revision: 3, isArchived: false, decisionId: 'd1' },
    previousHash: GENESIS_HASH,
    hash: GENESIS_HASH,
    ...entry,
  },
  ...changes,
});

const kindOf = (kind: string, action: string, before: JsonValue = null, after: JsonValue = null) =>
  eventOfNotice(aNotice({ kind, action, before, after }))?.kind;

describe('what webhooks are told of', () => {
  it('are ramps, rollbacks, completions and moves by hand', () => {
    const kinds = ['ramp', 'rollback', 'complete', 'start', 'pin', 'archive'].map((action) =>
      kindOf('rollout', action),
    );
    expect(kinds).toEqual([
      'rollout.ramped',
      'rollout.rolledBack',
      'rollout.completed',
      'rollout.moved',
      'rollout.moved',
      'rollout.moved',
    ]);
  });

  it('are flags, freezes but no other settings, sources, and champions that come and go', () => {
    expect(kindOf('flag', 'flag')).toBe('flag.changed');
    const weekend = { name: 'weekend' };
    expect(kindOf('settings', 'settings', null, { freezes: [weekend] })).toBe('freeze.changed');
    expect(kindOf('settings', 'settings', { freezes: [weekend] }, { freezes: [] })).toBe('freeze.changed');
    const other = { freezes: [weekend], corsOrigins: ['*'] };
    expect(kindOf('settings', 'settings', { freezes: [weekend] }, other)).toBeUndefined();
    expect(kindOf('source', 'sourceQuarantined')).toBe('source.quarantined');
    expect(kindOf('source', 'sourceReleased')).toBe('source.released');
    expect(kindOf('model', 'modelMoved', { state: 'shadow' }, { state: 'champion' })).toBe('model.promoted');
    expect(kindOf('model', 'modelMoved', { state: 'champion' }, { state: 'retired' })).toBe('model.demoted');
    expect(kindOf('model', 'modelMoved', { state: 'candidate' }, { state: 'shadow' })).toBeUndefined();
  });

  it('are neither keys, nor labels, nor definitions, nor webhooks', () => {
    for (const kind of ['key', 'label', 'rolloutDefinition', 'webhook', 'environment', 'evaluators', 'tenant'])
      expect(kindOf(kind, 'anything'), kind).toBeUndefined();
  });

  it('are holds, and those that wait for an approval by a kind of their own', () => {
    const hold = { rollout: 'x', generation: 2, coverage: 5_000, reason: 'silent', decisionId: 'd2' };
    const event = eventOfNotice(aNotice({}, { entry: null, flag: 'f', hold: { ...hold, reasonCode: 'noData' } }));
    expect(event).toMatchObject({ kind: 'rollout.held', subject: 'x', reason: 'silent', details: { flag: 'f' } });
    const wanted = eventOfNotice(aNotice({}, { entry: null, hold: { ...hold, reasonCode: 'approvalNeeded' } }));
    expect(wanted?.kind).toBe('approval.wanted');
  });
});

const RAMP = eventOfNotice(aNotice({}, { flag: 'checkout' }))!;

describe('a standard message', () => {
  it('has type, timestamp and data', () => {
    expect(JSON.parse(standardMessage(RAMP, 'https://flags.example.com/'))).toEqual({
      type: 'rollout.ramped',
      timestamp: '2026-11-30T08:00:00.000Z',
      data: {
        ...SCOPE,
        subject: 'express-checkout',
        action: 'ramp',
        actor: 'controller',
        actorName: null,
        summary: 'express-checkout: ramped to 5 %',
        reason: 'all gates passed',
        flag: 'checkout',
        phase: 'running',
        coverage: 5_000,
        generation: 1,
        decisionId: 'd1',
        link: 'https://flags.example.com/console/#/rollouts/express-checkout',
      },
    });
  });

  it('is the same at every attempt', () => {
    expect(standardMessage(JSON.parse(JSON.stringify(RAMP)) as WebhookEvent, null)).toBe(standardMessage(RAMP, null));
  });
});

describe('a message for Slack', () => {
  const textOf = (event: WebhookEvent, publicUrl: string | null = null): string =>
    JSON.parse(slackMessage(event, publicUrl)).text;

  it('says what happened to what and why, with a link where the console is known', () => {
    expect(textOf(RAMP)).toBe('express-checkout (flag checkout, production): *ramped to 5 %*\nall gates passed');
    expect(textOf({ ...RAMP, actor: 'key:k1', actorName: 'Ann & co', reason: null }, 'https://flags.example.com')).toBe(
      '<https://flags.example.com/console/#/rollouts/express-checkout|express-checkout> (flag checkout, production): *ramped to 5 %*\nby Ann &amp; co',
    );
  });

  it('tells moves by hand from those of the controller', () => {
    const details = { flag: 'checkout', phase: 'running', coverage: 50_000 };
    const moved = { ...RAMP, kind: 'rollout.moved', reason: null, details } as const;
    const back = textOf({ ...moved, action: 'stepBack' });
    expect(back).toContain('*stepped back for a second look (running at 50 %)*');
    const pinned = textOf({ ...moved, action: 'pin', actor: 'key:k1', actorName: 'Ann' });
    expect(pinned).toContain('*pin, by hand (running at 50 %)*');
  });

  it('lets no name or reason mention a channel, make a link or end one', () => {
    const text = textOf(
      { ...RAMP, kind: 'flag.changed', subject: 'a|b><!here>', reason: '<!channel> <https://evil.example|click> & co' },
      'https://flags.example.com',
    );
    expect(text.match(/[<>]/g)).toEqual(['<', '>']);
    expect(text).toContain('a¦b&gt;&lt;!here&gt;> (');
    expect(text).toContain('&lt;!channel&gt; &lt;https://evil.example|click&gt; &amp; co');
    expect(text).toContain('/#/flags/a%7Cb%3E%3C!here%3E|');
  });

  it('stays short whatever the reason', () => {
    expect(textOf({ ...RAMP, reason: 'x'.repeat(10_000) }).length).toBeLessThan(2_200);
  });
});
