import { EventEmitter, once } from 'node:events';
import { GrowthBookClient } from '@growthbook/growthbook';
import { init, type LDClient } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';
import { FlagdCore } from '@openfeature/flagd-core';
import { Unleash } from 'unleash-client';
import { CASE_FLAGS, COUNTRIES, LEAST_VERSION, PLAN, USERS, type User } from './evaluation-cases.ts';

const FLAG = 'targeted';

/** Another product's evaluator, holding the flag with three conditions and a split. */
export interface Peer {
  isOn(index: number): boolean | Promise<boolean>;
  close(): void;
}

/** flagd's JavaScript evaluator, with all the cases. */
export function createFlagd(): (flagKey: string, user: User) => boolean {
  const flagd = new FlagdCore(undefined, { debug() {}, info() {}, warn() {}, error() {} });
  flagd.setConfigurations(JSON.stringify(CASE_FLAGS));
  return (flagKey, user) => flagd.resolveBooleanEvaluation(flagKey, false, user as never).value;
}

/** GrowthBook's client for servers; its percentage rollout, which is cheaper than its experiments. */
export function createGrowthBook(): Peer {
  const condition = { country: { $in: COUNTRIES }, plan: PLAN, version: { $vgte: LEAST_VERSION } };
  const rules = [{ condition, force: true, coverage: 0.5, hashAttribute: 'id' }];
  const growthBook = new GrowthBookClient().initSync({
    payload: { features: { [FLAG]: { defaultValue: false, rules } } },
  });
  const contexts = USERS.map(({ targetingKey, ...user }) => ({ attributes: { id: targetingKey, ...user } }));
  return { isOn: (index) => growthBook.isOn(FLAG, contexts[index]!), close: () => growthBook.destroy() };
}

/** LaunchDarkly's SDK for Node on its own test data source, without events: nothing goes over the network. */
export async function createLaunchDarkly(): Promise<Peer> {
  const data = new TestData();
  await data.usePreconfiguredFlag(launchDarklyFlag());
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const client: LDClient = init('sdk-key', {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger,
  });
  await client.waitForInitialization({ timeout: 5 });
  const contexts = USERS.map(({ targetingKey, ...user }) => ({ kind: 'user', key: targetingKey, ...user }));
  return { isOn: (index) => client.boolVariation(FLAG, contexts[index]!, false), close: () => client.close() };
}

/** Unleash's client for Node over features in memory, without metrics. */
export async function createUnleash(): Promise<Peer> {
  const constraint = (contextName: string, operator: string, more: object) => ({
    contextName,
    operator,
    inverted: false,
    values: [],
    ...more,
  });
  const strategies = [
    {
      name: 'flexibleRollout',
      parameters: { rollout: '50', stickiness: 'userId', groupId: FLAG },
      constraints: [
        constraint('country', 'IN', { values: COUNTRIES }),
        constraint('plan', 'IN', { values: [PLAN] }),
        constraint('version', 'SEMVER_GTE', { value: LEAST_VERSION }),
      ],
    },
  ];
  const repository = new MemoryRepository({ name: FLAG, enabled: true, strategies });
  const unleash = new Unleash({
    appName: 'bench',
    url: 'http://127.0.0.1/',
    disableMetrics: true,
    skipInstanceCountWarning: true,
    repository: repository as never,
  });
  await once(unleash, 'ready');
  const contexts = USERS.map(({ targetingKey, country, plan, version }) => ({
    userId: targetingKey,
    properties: { country, plan, version },
  }));
  return { isOn: (index) => unleash.isEnabled(FLAG, contexts[index]!), close: () => unleash.destroy() };
}

/** Unleash's features as they would be after a fetch. */
class MemoryRepository extends EventEmitter {
  readonly #feature: { readonly name: string; readonly strategies: readonly object[] };

  constructor(feature: { readonly name: string; readonly enabled: boolean; readonly strategies: readonly object[] }) {
    super();
    this.#feature = feature;
  }

  getToggle(name: string): unknown {
    return name === this.#feature.name ? this.#feature : undefined;
  }

  getToggles(): readonly unknown[] {
    return [this.#feature];
  }

  getTogglesWithSegmentData(): readonly unknown[] {
    return [this.#feature];
  }

  getSegment(): undefined {
    return undefined;
  }

  async start(): Promise<void> {
    // As after a fetch: once those who wait for it had a chance to say so.
    setImmediate(() => this.emit('ready'));
  }

  stop(): void {}
}

function launchDarklyFlag(): object {
  const clause = (attribute: string, op: string, values: readonly string[]) => ({
    contextKind: 'user',
    attribute,
    op,
    values,
    negate: false,
  });
  return {
    key: FLAG,
    version: 1,
    on: true,
    salt: FLAG,
    variations: [true, false],
    offVariation: 1,
    fallthrough: { variation: 1 },
    targets: [],
    contextTargets: [],
    prerequisites: [],
    trackEvents: false,
    rules: [
      {
        id: 'rule',
        clauses: [
          clause('country', 'in', COUNTRIES),
          clause('plan', 'in', [PLAN]),
          clause('version', 'semVerGreaterThan', ['2.0.9999']),
        ],
        rollout: {
          kind: 'rollout',
          contextKind: 'user',
          variations: [
            { variation: 0, weight: 50_000 },
            { variation: 1, weight: 50_000 },
          ],
        },
      },
    ],
  };
}
