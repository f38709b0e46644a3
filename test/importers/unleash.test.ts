import type { Context } from 'unleash-client';
import { describe, expect, it } from 'vitest';
import { importUnleash } from '../../importers/index.ts';
import { ATTRIBUTE_VALUES, flagOf, messages, NOW_MS, servedBy, sharesOf, unusable, VERSIONS } from './support.ts';
import { type UnleashSource, unleashSdk } from './unleash-sdk.ts';

/** What can be asked of the property "v". */
const CONSTRAINTS: readonly object[] = [
  ...['IN', 'NOT_IN', 'STR_STARTS_WITH', 'STR_ENDS_WITH', 'STR_CONTAINS'].flatMap((operator) => [
    { operator, values: ['a', ' DE ', '5', ''] },
    { operator, values: ['b', 'x'], inverted: true },
    { operator, values: [] },
    { operator, values: ['5', '.'], caseInsensitive: operator.startsWith('STR') },
  ]),
  ...['NUM_EQ', 'NUM_GT', 'NUM_GTE', 'NUM_LT', 'NUM_LTE'].flatMap((operator) => [
    { operator, value: '5' },
    { operator, value: '0', inverted: true },
    { operator, value: 'many' },
  ]),
  ...['^abc', 'abc$', 'abc', '^a$', 'a\\.b'].map((value) => ({ operator: 'REGEX', value })),
];

describe('constraints of Unleash', () => {
  it('hold for exactly the contexts for which its SDK says so, inverted or not', async () => {
    const features = CONSTRAINTS.map((constraint) => feature([constrained({ contextName: 'v', ...constraint })]));
    await expectSameAsSdk(
      { features },
      ATTRIBUTE_VALUES.map((v) => ({ ...(v === undefined ? {} : { v }) })),
    );
  });

  it('compare versions of three parts as its SDK does', async () => {
    const operators = ['SEMVER_EQ', 'SEMVER_GT', 'SEMVER_GTE', 'SEMVER_LT', 'SEMVER_LTE'];
    const features = operators.flatMap((operator) =>
      [false, true].map((inverted) => feature([constrained({ contextName: 'v', operator, value: '1.2.3', inverted })])),
    );
    const imported = await expectSameAsSdk(
      { features },
      [...VERSIONS, 'none', '', undefined].map((v) => ({ ...(v === undefined ? {} : { v }) })),
    );
    expect(messages(imported, 'changed', features[0]!.name)[0]).toMatch(/sem_ver/);
  });

  it('compare the time with the clock', () => {
    const at = (operator: string) =>
      importUnleash({
        features: [
          feature([constrained({ contextName: 'currentTime', operator, value: '2026-08-01T00:00:00.000Z' })], {
            name: 'f',
          }),
        ],
      });
    expect([-1000, -1, 1000].map((offset) => servedBy(at('DATE_AFTER').flagSet, 'f', {}, NOW_MS + offset))).toEqual([
      false,
      false,
      true,
    ]);
    expect([-1000, -1, 0, 1000].map((offset) => servedBy(at('DATE_BEFORE').flagSet, 'f', {}, NOW_MS + offset))).toEqual(
      [true, true, false, false],
    );
  });

  it('see the fields of the context where they are now', async () => {
    const fields = ['userId', 'sessionId', 'remoteAddress', 'plan'];
    const features = fields.map((contextName) =>
      feature([constrained({ contextName, operator: 'IN', values: ['x'] })]),
    );
    await expectSameAsSdk({ features }, [{}, ...fields.map((field) => ({ [field]: 'x' })), { userId: 'y' }]);
    const [noted] = [
      importUnleash({ features: [feature([constrained({ contextName: 'appName', operator: 'IN', values: ['x'] })])] }),
    ];
    expect(messages(noted!, 'changed')).toEqual(['Unleash\'s SDKs fill in "appName" by themselves.']);
  });

  it('are refused where JsonLogic cannot say them', () => {
    for (const constraint of [
      { operator: 'STR_CONTAINS', values: ['a'], caseInsensitive: true },
      { operator: 'REGEX', value: '[ab]+' },
      { operator: 'REGEX', value: 'ab', caseInsensitive: true },
      { operator: 'IN_CIDR', values: ['10.0.0.0/8'] },
      { operator: 'SEMVER_GT', value: '1.2' },
      { operator: 'DATE_AFTER', value: 'tomorrow' },
      { operator: 'DATE_AFTER', value: '2026-08-01T00:00:00' },
      { operator: 'LATER', value: 'x' },
      { operator: 'toString', value: '1' },
      { operator: 'IN', values: ['a'], contextName: 'a.b' },
    ]) {
      const imported = importUnleash({
        features: [feature([constrained({ contextName: 'v', ...constraint })], { name: 'f' })],
      });
      expect(imported.flagSet.flags, JSON.stringify(constraint)).toEqual({});
      expect(imported.findings[0]).toMatchObject({
        kind: 'untranslatable',
        flag: 'f',
        place: expect.stringMatching(/^\/features\/0\/strategies\/0\/constraints\/0/),
      });
    }
  });
});

describe('strategies of Unleash', () => {
  it('that divide nobody are answered as by its SDK', async () => {
    const segments = [
      { id: 1, name: 'germans', constraints: [{ contextName: 'v', operator: 'IN', values: ['DE'] }] },
      { id: 2, name: 'everybody', constraints: [] },
    ];
    const features = [
      feature([]),
      feature([{ name: 'default' }], { enabled: false }),
      feature([{ name: 'default' }]),
      feature([{ name: 'userWithId', parameters: { userIds: 'unit-1, unit-2 ,unit-3' } }]),
      feature([{ name: 'userWithId', parameters: {} }]),
      feature([{ name: 'remoteAddress', parameters: { IPs: '10.0.0.1, 10.0.0.2' } }]),
      feature([{ name: 'default', segments: [1] }]),
      feature([
        {
          name: 'default',
          segments: [1, 2],
          constraints: [{ contextName: 'userId', operator: 'IN', values: ['unit-1'] }],
        },
      ]),
      feature([
        { name: 'default', segments: [1] },
        { name: 'userWithId', parameters: { userIds: 'unit-2' } },
      ]),
      ...[0, 100, 'x'].flatMap((rollout) => [
        feature([
          { name: 'flexibleRollout', parameters: { rollout: String(rollout), stickiness: 'default', groupId: 'g' } },
        ]),
        feature([
          { name: 'flexibleRollout', parameters: { rollout: String(rollout), stickiness: 'random', groupId: 'g' } },
        ]),
        feature([{ name: 'flexibleRollout', parameters: { rollout: String(rollout), stickiness: 'v', groupId: 'g' } }]),
        feature([{ name: 'gradualRolloutUserId', parameters: { percentage: String(rollout), groupId: 'g' } }]),
        feature([{ name: 'gradualRolloutSessionId', parameters: { percentage: String(rollout), groupId: 'g' } }]),
        feature([{ name: 'gradualRolloutRandom', parameters: { percentage: String(rollout), groupId: 'g' } }]),
      ]),
    ];
    await expectSameAsSdk({ features, segments }, [
      {},
      ...['unit-1', 'unit-2', 'unit-3'].flatMap((userId) => [{ userId }, { userId, v: 'DE' }, { userId, v: '' }]),
      { sessionId: 's' },
      { remoteAddress: '10.0.0.1' },
      { remoteAddress: '10.0.0.3' },
    ]);
  });

  it('divide units by percent and by what they are sticky to', () => {
    for (const [stickiness, attribute] of [
      ['default', 'targetingKey'],
      ['default', 'sessionId'],
      ['userId', 'targetingKey'],
      ['company', 'company'],
    ] as const) {
      const strategy = { name: 'flexibleRollout', parameters: { rollout: '30', stickiness, groupId: 'g' } };
      const imported = importUnleash({ features: [feature([strategy], { name: 'f' })] });
      expect(sharesOf(imported.flagSet, 'f', attribute)).toEqual({
        true: expect.closeTo(0.3, 1.5),
        false: expect.closeTo(0.7, 1.5),
      });
      expect(servedBy(imported.flagSet, 'f', {})).toBe(false);
      expect(messages(imported, 'changed')).toContain(
        'Units are hashed differently: shares keep their size and not their members.',
      );
    }
  });

  it('agree with each other on who comes first when they share a group', () => {
    const strategy = (rollout: number) => ({
      name: 'flexibleRollout',
      parameters: { rollout: String(rollout), stickiness: 'userId', groupId: 'g' },
    });
    const { flagSet } = importUnleash({
      features: [feature([strategy(20)], { name: 'few' }), feature([strategy(60)], { name: 'many' })],
    });
    for (let unit = 0; unit < 1000; unit++) {
      const context = { targetingKey: `unit-${unit}` };
      if (servedBy(flagSet, 'few', context) === true) expect(servedBy(flagSet, 'many', context)).toBe(true);
    }
  });

  it('are refused where flagd has no equal', () => {
    for (const strategy of [
      { name: 'flexibleRollout', parameters: { rollout: '30', stickiness: 'random' } },
      { name: 'gradualRolloutRandom', parameters: { percentage: '30' } },
      { name: 'applicationHostname', parameters: { hostNames: 'a' } },
      { name: 'remoteAddress', parameters: { IPs: '10.0.0.0/8' } },
      { name: 'ourOwn', parameters: {} },
      { name: 'default', segments: [7] },
      { name: 'default', disabled: true },
    ]) {
      expect(
        messages(importUnleash({ features: [feature([strategy], { name: 'f' })] }), 'untranslatable', 'f'),
        strategy.name,
      ).toHaveLength(1);
    }
    const dependent = feature([], { name: 'f', dependencies: [{ feature: 'parent' }] });
    expect(messages(importUnleash({ features: [dependent] }), 'untranslatable', 'f')).toHaveLength(1);
  });
});

describe('variants of Unleash', () => {
  const variants = [
    {
      name: 'blue',
      weight: 700,
      weightType: 'variable',
      stickiness: 'userId',
      payload: { type: 'string', value: '#00f' },
      overrides: [],
    },
    {
      name: 'red',
      weight: 300,
      weightType: 'variable',
      stickiness: 'userId',
      payload: { type: 'string', value: '#f00' },
      overrides: [{ contextName: 'plan', values: ['gold'] }],
    },
  ];

  it('become a second flag that serves the payload, by weight and override', () => {
    const strategy = { name: 'flexibleRollout', parameters: { rollout: '50', stickiness: 'userId', groupId: 'f' } };
    const imported = importUnleash({ features: [feature([strategy], { name: 'f', variants })] });
    expect(unusable(imported)).toEqual([]);
    expect(sharesOf(imported.flagSet, 'f')).toEqual({
      true: expect.closeTo(0.5, 1.5),
      false: expect.closeTo(0.5, 1.5),
    });
    // Who is in the half must not decide who is in the seven tenths.
    expect(sharesOf(imported.flagSet, 'f.variant')).toEqual({
      undefined: expect.closeTo(0.5, 1.5),
      '#00f': expect.closeTo(0.35, 1.5),
      '#f00': expect.closeTo(0.15, 1.5),
    });
    expect(Object.keys(sharesOf(imported.flagSet, 'f.variant', 'targetingKey', { plan: 'gold' })).sort()).toEqual([
      '#f00',
      'undefined',
    ]);
  });

  it('that nobody has to be divided for are answered as by its SDK', async () => {
    const own = [{ name: 'own', weight: 1000, payload: { type: 'number', value: '7' } }];
    const features = [
      feature([], {
        variants: [
          { ...variants[0], weight: 1000 },
          { ...variants[1], weight: 0 },
        ],
      }),
      feature([{ name: 'userWithId', parameters: { userIds: 'unit-1' }, variants: own }], { variants: [] }),
      feature([], { variants: [{ ...variants[0], weight: 0 }] }),
      feature([], { variants: [{ ...variants[1], weight: 0 }] }),
      feature([], { variants: [{ name: 'object', weight: 1, payload: { type: 'json', value: '{"a":1}' } }] }),
      feature([], { enabled: false, variants }),
      feature([{ name: 'default', variants: own }], { enabled: false }),
    ];
    await expectSameAsSdk({ features }, [{}, { userId: 'unit-1' }, { userId: 'unit-2', plan: 'gold' }]);
  });

  it('of archived features are not imported either', () => {
    const imported = importUnleash({ features: [feature([], { name: 'f', archived: true, variants })] });
    expect(imported.flagSet.flags).toEqual({});
    expect(imported.findings.map(({ kind, flag }) => [kind, flag])).toEqual([['skipped', 'f']]);
  });

  it('without payloads stand for their names', () => {
    const { flagSet } = importUnleash({ features: [feature([], { name: 'f', variants: [{ name: 'a', weight: 1 }] })] });
    expect(servedBy(flagSet, 'f.variant', {})).toBe('a');
  });

  it('are refused when their payloads are not values of one type, and the boolean flag stays', () => {
    const payloads = [
      [{ type: 'string', value: 'a' }, undefined],
      [
        { type: 'string', value: 'a' },
        { type: 'number', value: '1' },
      ],
      [
        { type: 'number', value: 'a' },
        { type: 'number', value: '1' },
      ],
      [
        { type: 'json', value: '[1]' },
        { type: 'json', value: '{}' },
      ],
    ];
    for (const pair of payloads) {
      const odd = pair.map((payload, index) => ({
        name: `v${index}`,
        weight: 500,
        stickiness: 'userId',
        ...(payload ? { payload } : {}),
      }));
      const imported = importUnleash({ features: [feature([], { name: 'f', variants: odd })] });
      expect(Object.keys(imported.flagSet.flags), JSON.stringify(pair)).toEqual(['f']);
      expect(messages(imported, 'untranslatable', 'f.variant')).not.toEqual([]);
    }
  });
});

describe('exports of Unleash', () => {
  const exported = {
    features: [{ name: 'f', type: 'release' }, { name: 'old', archived: true }, { name: 'elsewhere' }],
    featureStrategies: [
      { featureName: 'f', name: 'userWithId', sortOrder: 2, parameters: { userIds: 'unit-1' } },
      {
        featureName: 'f',
        name: 'default',
        sortOrder: 1,
        constraints: [{ contextName: 'v', operator: 'IN', values: ['DE'] }],
      },
      { featureName: 'f', name: 'default', environment: 'test' },
    ],
    featureEnvironments: [
      { featureName: 'f', environment: 'production', enabled: true },
      { featureName: 'f', environment: 'test', enabled: true },
    ],
    dependencies: [{ feature: 'elsewhere', dependencies: [{ feature: 'f' }] }],
    segments: [{ id: 1, name: 'germans' }],
  };

  it('are read for one environment, in the order of the strategies', () => {
    const imported = importUnleash(exported, { environment: 'production' });
    expect(['unit-1', 'unit-2'].map((targetingKey) => servedBy(imported.flagSet, 'f', { targetingKey }))).toEqual([
      true,
      false,
    ]);
    expect(servedBy(imported.flagSet, 'f', { v: 'DE' })).toBe(true);
    expect(JSON.stringify(flagOf(imported, 'f').targeting).indexOf('DE')).toBeLessThan(
      JSON.stringify(flagOf(imported, 'f').targeting).indexOf('unit-1'),
    );
    expect(servedBy(imported.flagSet, 'elsewhere', {})).toBe(false);
    expect(messages(imported, 'skipped', 'old')).toHaveLength(1);
  });

  it('need a name where they hold several environments', () => {
    expect(() => importUnleash(exported)).toThrow(/name one environment; this export has production, test/);
    expect(() => importUnleash(exported, { environment: 'staging' })).toThrow(/no environment "staging"/);
    expect(() => importUnleash({ flags: {} })).toThrow(/no list "features"/);
  });

  it('that name a segment without its constraints have the flag left out, and say what to do', () => {
    const featureStrategies = [{ featureName: 'f', name: 'default', segments: [1] }];
    const imported = importUnleash({ ...exported, featureStrategies }, { environment: 'production' });
    expect(messages(imported, 'untranslatable', 'f')[0]).toMatch(/GET \/api\/client\/features/);
  });
});

let featureCount = 0;

function feature(strategies: readonly object[], changes: object = {}) {
  featureCount++;
  return { name: `feature-${featureCount}`, type: 'release', enabled: true, strategies, ...changes };
}

function constrained(constraint: object) {
  return { name: 'default', parameters: {}, constraints: [constraint] };
}

/** Asks Unleash's SDK, and our evaluator after an import, about every feature in every context. */
async function expectSameAsSdk(source: UnleashSource, contexts: readonly object[]) {
  const imported = importUnleash(source);
  expect(messages(imported, 'untranslatable')).toEqual([]);
  expect(unusable(imported)).toEqual([]);
  const sdk = await unleashSdk(source);
  for (const context of contexts) {
    const { userId, ...others } = context as { readonly userId?: string };
    const ours = { ...others, ...(userId === undefined ? {} : { targetingKey: userId }) };
    for (const { name } of source.features) {
      const where = `${JSON.stringify(source.features.find((one) => one.name === name))} in ${JSON.stringify(context)}`;
      expect(servedBy(imported.flagSet, name, ours), where).toBe(sdk.isEnabled(name, context as Context));
      if (!(`${name}.variant` in imported.flagSet.flags)) continue;
      expect(servedBy(imported.flagSet, `${name}.variant`, ours), where).toEqual(
        payloadOf(sdk.getVariant(name, context as Context).payload),
      );
    }
  }
  sdk.destroy();
  return imported;
}

function payloadOf(payload: { readonly type: string; readonly value: string } | undefined): unknown {
  if (payload === undefined) return undefined;
  return payload.type === 'string' ? payload.value : JSON.parse(payload.value);
}
