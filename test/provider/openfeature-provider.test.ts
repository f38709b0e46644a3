import {
  ErrorCode,
  OpenFeature,
  ProviderEvents,
  ProviderStatus,
  StandardResolutionReasons,
} from '@openfeature/server-sdk';
import { describe, expect, it } from 'vitest';
import { RampwrightProvider } from '../../provider/index.ts';
import { aFlagSet, anOverlay, aSnapshot, refuse } from './flag-server.ts';
import { aClient, aServer, cleanUp } from './harness.ts';

let domains = 0;

/** A provider of its own domain in the SDK, and the events that the SDK passes on. */
async function aWorld(snapshot = aSnapshot()) {
  const server = await aServer(snapshot);
  const made = aClient(server);
  const provider = new RampwrightProvider(made.client);
  domains += 1;
  const domain = `test-${domains}`;
  const flags = OpenFeature.getClient(domain);
  const events: unknown[] = [];
  for (const type of Object.values(ProviderEvents)) {
    flags.addHandler(type, (details) => void events.push({ type, flagsChanged: details?.flagsChanged }));
  }
  await OpenFeature.setProviderAndWait(domain, provider);
  await expect.poll(() => server.streams.size).toBe(1);
  made.clock.advance(1);
  server.heartbeat();
  await expect.poll(() => made.client.status().ageMs).toBe(0);
  cleanUp(() => OpenFeature.clearProviders());
  return { server, ...made, provider, flags, events };
}

describe('OpenFeature provider', () => {
  it('serves values of all four types', async () => {
    const { flags } = await aWorld();
    expect(await flags.getBooleanDetails('checkout', true)).toMatchObject({
      value: false,
      variant: 'off',
      reason: StandardResolutionReasons.STATIC,
    });
    expect(await flags.getStringValue('color', 'green')).toBe('blue');
    expect(await flags.getNumberValue('limit', 0)).toBe(10);
    expect(await flags.getObjectValue('theme', {})).toEqual({ font: 'serif' });
    expect(flags.providerStatus).toBe(ProviderStatus.READY);
  });

  it('serves the default with the code of what is wrong', async () => {
    const { flags } = await aWorld();
    expect(await flags.getBooleanDetails('nothing', true)).toMatchObject({
      value: true,
      reason: StandardResolutionReasons.ERROR,
      errorCode: ErrorCode.FLAG_NOT_FOUND,
    });
    expect(await flags.getStringDetails('limit', 'fallback')).toMatchObject({
      value: 'fallback',
      errorCode: ErrorCode.TYPE_MISMATCH,
    });
    expect(await flags.getObjectDetails('color', ['any', 'json'])).toMatchObject({
      value: ['any', 'json'],
      errorCode: ErrorCode.TYPE_MISMATCH,
    });
  });

  it('serves the default of a flag that is disabled or has none, without an error', async () => {
    const { flags } = await aWorld();
    const disabled = await flags.getBooleanDetails('retired', false);
    expect(disabled).toMatchObject({ value: false, reason: StandardResolutionReasons.DISABLED });
    expect(disabled.errorCode).toBeUndefined();
    const undecided = await flags.getBooleanDetails('undecided', false);
    expect(undecided).toMatchObject({ value: false, reason: StandardResolutionReasons.DEFAULT });
    expect(undecided.errorCode).toBeUndefined();
  });

  it('lets targeting compare dates by their ISO text', async () => {
    const targeting = { if: [{ '==': [{ var: 'user.since' }, '2024-01-02T00:00:00.000Z'] }, 'on', 'off'] };
    const checkout = { ...aFlagSet().flags['checkout']!, targeting };
    const { flags } = await aWorld(aSnapshot({ flagSet: { flags: { checkout } } }));
    const user = { since: new Date('2024-01-02'), until: undefined, ids: [1, new Date(Number.NaN)] };
    expect(await flags.getBooleanValue('checkout', false, { user } as never)).toBe(true);
    expect(await flags.getBooleanValue('checkout', true, { user: { since: new Date(0) } })).toBe(false);
  });

  it('tells of changed flags, of stale flags, and of recovery', async () => {
    const { server, client, clock, flags, events } = await aWorld();
    events.length = 0;
    server.publish(aSnapshot({ version: 2, flagSet: aFlagSet('red') }));
    await expect.poll(() => events).toEqual([{ type: ProviderEvents.ConfigurationChanged, flagsChanged: ['color'] }]);
    server.dropStreams();
    await expect.poll(() => flags.providerStatus).toBe(ProviderStatus.STALE);
    expect(await flags.getStringDetails('color', 'green')).toMatchObject({
      value: 'red',
      variant: 'red',
      reason: StandardResolutionReasons.STALE,
    });
    await clock.advanceUntil(() => client.status().state === 'ready');
    expect(flags.providerStatus).toBe(ProviderStatus.READY);
    expect(events.map((event) => (event as { type: string }).type)).toEqual([
      ProviderEvents.ConfigurationChanged,
      ProviderEvents.Stale,
      ProviderEvents.Ready,
    ]);
  });

  it('is fatal once the server refuses the key, and goes on serving', async () => {
    const { server, client, clock, flags, provider } = await aWorld();
    server.onStream = (_request, response) => refuse(response, 401);
    server.dropStreams();
    await clock.advanceUntil(() => client.status().state === 'failed');
    expect(flags.providerStatus).toBe(ProviderStatus.FATAL);
    expect(await provider.resolveStringEvaluation('color', 'green', {})).toMatchObject({
      value: 'blue',
      reason: 'STALE',
    });
  });

  it('is fatal from the start with a key that the server does not know', async () => {
    const server = await aServer();
    const provider = new RampwrightProvider({ url: server.url, apiKey: 'other', onError: () => {} });
    cleanUp(() => OpenFeature.clearProviders());
    await expect(OpenFeature.setProviderAndWait('refused', provider)).rejects.toThrow();
    expect(OpenFeature.getClient('refused').providerStatus).toBe(ProviderStatus.FATAL);
  });

  it('books tracked events to the unit that the context names', async () => {
    const { server, flags, close } = await aWorld(aSnapshot({ rollouts: [anOverlay()] }));
    const context = { targetingKey: 'user-1' };
    await flags.getBooleanValue('checkout', false, context);
    flags.track('revenue', context, { value: 12.5 });
    flags.track('purchase', context);
    await close();
    expect(server.rows).toMatchObject([
      { units: 1, metrics: { revenue: { sum: 12.5 }, purchase: { exposures: 1, events: 1 } } },
    ]);
  });

  it('closes the client that it made, and leaves one that it was given', async () => {
    const server = await aServer();
    const given = new RampwrightProvider(aClient(server).client);
    const made = new RampwrightProvider({ url: server.url, apiKey: 'key' });
    await Promise.all([given.initialize(), made.initialize()]);
    await expect.poll(() => server.streams.size).toBe(2);
    await Promise.all([given.onClose(), made.onClose()]);
    await expect.poll(() => server.streams.size).toBe(1);
  });
});
