import { OpenFeature, ProviderEvents } from '@openfeature/server-sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FlagDefinition, Snapshot } from '../../domain/index.ts';
import { compileSnapshot, evaluate } from '../../evaluator/index.ts';
import { freePort } from '../services/free-port.ts';
import { aFlag } from './builders.ts';
import { connectFlagd, temporaryDirectory } from './flagd-support.ts';
import { PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

const COVERAGES = [1_000, 12_345, 50_000, 77_777, 100_000];
const UNIT_COUNT = 4_000;

/** Whoever has targeting of his own keeps it; everybody else gets the default, and may take part in a rollout. */
const CHECKOUT: FlagDefinition = {
  state: 'ENABLED',
  variants: { classic: 'classic', express: 'express', instant: 'instant', legacy: 'legacy' },
  defaultVariant: 'classic',
  targeting: {
    if: [
      { ends_with: [{ var: 'email' }, '@staff.example'] },
      'instant',
      { '==': [{ var: 'plan' }, 'frozen'] },
      'legacy',
      null,
    ],
  },
};

/** ASCII only: the JavaScript evaluator of flagd hashes UTF-16. */
const UNITS: readonly Readonly<Record<string, string>>[] = Array.from({ length: UNIT_COUNT }, (_, index) => ({
  ...(index % 50 === 7 ? {} : { targetingKey: `user-${index}` }),
  country: ['DE', 'PL', 'FR'][index % 3]!,
  email: index % 20 === 3 ? `u${index}@staff.example` : `u${index}@mail.example`,
  plan: index % 11 === 5 ? 'frozen' : 'basic',
}));

describe("flagd's own provider, in process", () => {
  let server: TestServer;
  let port: number;
  let apiKey: string;

  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;

  beforeAll(async () => {
    port = await freePort();
    directory = await temporaryDirectory();
    server = await start();
    apiKey = await server.createKey('evaluate');
  });
  afterEach(() => OpenFeature.close());
  afterAll(async () => {
    await server.close();
    await directory.remove();
  });

  const start = () => startTestServer({ flagd: { port, tls: null }, dataDirectory: directory.path });
  const connect = () => connectFlagd({ port, selector: `flagSetId=production,apiKey=${apiKey}` });
  const put = (flagKey: string, flag: FlagDefinition) => server.call('PUT', `${PRODUCTION}/flags/${flagKey}`, flag);
  const snapshot = async (): Promise<Snapshot> =>
    (await server.call('GET', '/api/v1/snapshot', undefined, { authorization: `Bearer ${apiKey}` })).body;

  it(`serves ${UNIT_COUNT} units as our evaluator does, at every coverage of a rollout`, async () => {
    await put('checkout', CHECKOUT);
    const { client } = await connect();
    for (const coverage of COVERAGES) {
      const rollout = `checkout-at-${coverage}`;
      const later = coverage === 100_000 ? [] : [{ coverage: 100_000, dwellMs: 1_000 }];
      await server.call('POST', `${PRODUCTION}/rollouts`, {
        rollout,
        flag: 'checkout',
        control: 'classic',
        treatments: [
          { variant: 'express', split: 70_000 },
          { variant: 'instant', split: 30_000 },
        ],
        audience: { in: [{ var: 'country' }, ['DE', 'PL']] },
        stages: [{ coverage, dwellMs: 1_000 }, ...later],
        holdback: 0,
      });
      expect((await server.call('POST', `${PRODUCTION}/rollouts/${rollout}/start`)).status).toBe(200);
      const newest = await snapshot();
      const version = async () => (await client.getStringDetails('checkout', '')).flagMetadata['version'];
      await expect.poll(version).toBe(String(newest.version));

      const compiled = compileSnapshot(newest);
      const counts: Record<string, number> = {};
      for (const unit of UNITS) {
        const ours = evaluate(compiled, 'checkout', unit, 0);
        const { value, variant, reason } = await client.getStringDetails('checkout', 'code default', unit);
        if (value !== ours.value || variant !== ours.variant || reason !== ours.reason)
          expect({ unit, value, variant, reason }).toEqual({ unit, ...ours });
        counts[variant!] = (counts[variant!] ?? 0) + 1;
      }
      // Eligible are two of the countries, without staff, frozen plans and units that have no key.
      const eligible = UNITS.filter(
        ({ targetingKey, country, email, plan }) =>
          targetingKey !== undefined && country !== 'FR' && !email?.includes('staff') && plan !== 'frozen',
      ).length;
      const express = counts['express'] ?? 0;
      // Five standard deviations of a binomial share of about 5 600 units stay below this.
      expect(Math.abs(express - eligible * 0.7 * (coverage / 100_000))).toBeLessThan(5 * Math.sqrt(eligible / 4));
      await server.call('POST', `${PRODUCTION}/rollouts/${rollout}/rollback`);
    }
  });

  it('is told of a change at once, and that it concerns this flag', async () => {
    await put('pushed', aFlag());
    const { client, events } = await connect();
    expect(await client.getBooleanValue('pushed', true)).toBe(false);
    await put('pushed', aFlag({ defaultVariant: 'on' }));
    await expect.poll(() => client.getBooleanValue('pushed', false)).toBe(true);
    const changes = events.filter(({ event }) => event === ProviderEvents.ConfigurationChanged);
    expect(changes.at(-1)?.flagsChanged).toContain('pushed');
  });

  it('never shows the key in the metadata of an evaluation', async () => {
    await put('shown', aFlag());
    const { client } = await connect();
    for (const flagKey of ['shown', 'unknown']) {
      const { flagMetadata } = await client.getBooleanDetails(flagKey, false);
      expect(flagMetadata).toMatchObject({ flagSetId: 'production', scope: 'production' });
      expect(JSON.stringify(flagMetadata)).not.toContain(apiKey);
    }
  });

  it('has the static context in every evaluation, as OFREP has, and hears when it changes', async () => {
    const staticContext = { region: 'eu', limits: { items: [1, 2.5, null], isStrict: true } };
    const regional = (region: string, items: unknown): FlagDefinition =>
      aFlag({
        targeting: {
          if: [
            { and: [{ '==': [{ var: 'region' }, region] }, { '==': [{ var: 'limits.items.1' }, items as number] }] },
            'on',
            'off',
          ],
        },
      });
    await put('in-eu', regional('eu', 2.5));
    await put('in-us', regional('us', 3));
    await server.call('PUT', `${PRODUCTION}/settings`, { staticContext });
    const { client } = await connect();
    const caller = { targetingKey: 'user-1', region: 'mars' };
    const byFlagd = async () => [
      await client.getBooleanValue('in-eu', false, caller),
      await client.getBooleanValue('in-us', false, caller),
    ];
    const byOfrep = async () => {
      const one = async (flagKey: string) =>
        (
          await server.call(
            'POST',
            `/ofrep/v1/evaluate/flags/${flagKey}`,
            { context: caller },
            { authorization: `Bearer ${apiKey}` },
          )
        ).body.value;
      return [await one('in-eu'), await one('in-us')];
    };
    expect(await byFlagd()).toEqual([true, false]);
    expect(await byOfrep()).toEqual([true, false]);
    await server.call('PUT', `${PRODUCTION}/settings`, {
      staticContext: { region: 'us', limits: { items: [1, 3] } },
    });
    await expect.poll(byFlagd).toEqual([false, true]);
    expect(await byOfrep()).toEqual([false, true]);
    await server.call('PUT', `${PRODUCTION}/settings`, {});
    await expect.poll(byFlagd).toEqual([false, false]);
  });

  it('is stale while the server restarts, and then ready with the newest flags', async () => {
    await put('outliving', aFlag());
    const { client, events } = await connect();
    await server.close();
    await expect.poll(() => events.map(({ event }) => event)).toContain(ProviderEvents.Stale);
    expect(await client.getBooleanValue('outliving', true)).toBe(false);
    server = await start();
    await put('outliving', aFlag({ defaultVariant: 'on' }));
    await expect.poll(() => client.getBooleanValue('outliving', false)).toBe(true);
    const heard = events.map(({ event }) => event);
    expect(heard.indexOf(ProviderEvents.Ready, heard.indexOf(ProviderEvents.Stale))).toBeGreaterThan(0);
    expect(client.providerStatus).toBe('READY');
  });
});
