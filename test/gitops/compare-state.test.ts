import { describe, expect, it } from 'vitest';
import { planRollout } from '../../controller/index.ts';
import { DEFAULT_SETTINGS, type FlagDefinition, type Rollout } from '../../domain/index.ts';
import { type ActualState, compareState, desiredState, readDocuments } from '../../gitops/index.ts';

const CHECKOUT: FlagDefinition = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };
const INPUT = { rollout: 'express', flag: 'checkout', control: 'off', treatments: [{ variant: 'on' }] };

const FILES = `
type: flag
flag: checkout
state: ENABLED
variants: { on: true, off: false }
defaultVariant: "off"
---
type: rollout
rollout: express
flag: checkout
control: "off"
treatments: [{ variant: "on" }]
`;

function compare(text: string, actual: Partial<ActualState> = {}) {
  const { documents, mistakes } = readDocuments([{ file: 'all.yaml', text }]);
  const { desired, mistakes: unresolved } = desiredState(documents);
  expect([...mistakes, ...unresolved]).toEqual([]);
  const nothing: ActualState = { settings: DEFAULT_SETTINGS, rules: {}, flags: new Map(), rollouts: new Map() };
  return compareState(desired, { ...nothing, ...actual });
}

function aRollout(phase: Rollout['state']['phase']): Rollout {
  const state = { phase, generation: 1, revision: 4, coverage: 0, coverageSinceMs: 0, startedAtMs: null };
  const definition = planRollout(INPUT, CHECKOUT);
  const prior = { measure: 'logRatio', mean: 0, scale: 0.1, degreesOfFreedom: 4 };
  // What the server has learned of a metric since.
  const metrics = definition.metrics.map((metric) => ({ ...metric, prior })) as unknown as typeof definition.metrics;
  return { definition: { ...definition, metrics }, state: { ...state, isArchived: false } };
}

const stored = (phase: Rollout['state']['phase']): Partial<ActualState> => ({
  flags: new Map([['checkout', { revision: 7, definition: CHECKOUT }]]),
  rollouts: new Map([['express', aRollout(phase)]]),
});

describe('what has to change', () => {
  it('is everything in an empty environment, and nothing where all is as the files say', () => {
    expect(compare(FILES).changes.map(({ action, target, name }) => [action, target, name])).toEqual([
      ['create', 'flag', 'checkout'],
      ['create', 'rollout', 'express'],
    ]);
    for (const phase of ['draft', 'running', 'completed', 'rolledBack'] as const)
      expect(compare(FILES, stored(phase))).toEqual({ changes: [], mistakes: [], unchanged: 2, unmanaged: [] });
  });

  it('says where a flag differs, and what it must still be when it is written', () => {
    const { changes, unchanged } = compare(
      FILES.replace('defaultVariant: "off"', 'defaultVariant: "on"'),
      stored('draft'),
    );
    expect({ changes, unchanged }).toMatchObject({
      changes: [
        {
          action: 'change',
          target: 'flag',
          revision: 7,
          differences: [{ path: '/defaultVariant', from: 'off', to: 'on' }],
        },
      ],
      unchanged: 1,
    });
  });

  it('is nothing where rollouts would wait for each other, with those on the server', () => {
    const link = (name: string, other: string) =>
      `---\ntype: rollout\nrollout: ${name}\nflag: checkout\ncontrol: "off"\ntreatments: [{ variant: "on" }]\ndependsOn: [unknown, ${other}]\n`;
    const [flag] = FILES.split('---');
    const all = `${flag}${link('a', 'b')}${link('b', 'c')}${link('c', 'a')}${link('d', 'a')}`;
    expect(compare(all).mistakes).toEqual([
      { at: 'all.yaml:13', message: 'rollout "a" would wait for itself: a → b → c → a; leave one of them out' },
      { at: 'all.yaml:20', message: 'rollout "b" would wait for itself: b → c → a → b; leave one of them out' },
      { at: 'all.yaml:27', message: 'rollout "c" would wait for itself: c → a → b → c; leave one of them out' },
    ]);
    expect(compare(`${flag}${link('a', 'b')}`).mistakes).toEqual([]);
    const onServer = aRollout('draft');
    const rollouts = new Map([['express', { ...onServer, definition: { ...onServer.definition, dependsOn: ['a'] } }]]);
    const closing = compare(`${flag}${link('a', 'express')}`, { ...stored('draft'), rollouts });
    expect(closing.mistakes.map(({ message }) => message)).toEqual([
      'rollout "a" would wait for itself: a → express → a; leave one of them out',
    ]);
  });

  it('starts drafts that are to be started, once', () => {
    const started = `${FILES}start: true\n`;
    expect(compare(started).changes.map(({ action }) => action)).toEqual(['create', 'create', 'start']);
    expect(compare(started, stored('draft')).changes.map(({ action }) => action)).toEqual(['start']);
    expect(compare(started, stored('running')).changes).toEqual([]);
    expect(compare(started, stored('rolledBack')).changes).toEqual([]);
  });

  it('changes the plan of a draft, and refuses to change one that has started', () => {
    const slower = `${FILES}bakeMs: 7200000\n`;
    expect(compare(slower, stored('draft')).changes).toMatchObject([
      { action: 'change', target: 'rollout', revision: 4, differences: [{ path: '/bakeMs', to: 7_200_000 }] },
    ]);
    for (const phase of ['running', 'paused', 'completed', 'rolledBack'] as const) {
      const { changes, mistakes } = compare(slower, stored(phase));
      expect(changes).toEqual([]);
      expect(mistakes).toEqual([
        {
          at: 'all.yaml:8',
          message: expect.stringMatching(new RegExp(`"express": it is ${phase}.*/bakeMs.*new name`)),
        },
      ]);
    }
  });

  it('is refused where the server would refuse it, with the line', () => {
    const { mistakes } = compare(FILES.replace('control: "off"', 'control: nowhere'));
    expect(mistakes).toEqual([{ at: 'all.yaml:11', message: expect.stringContaining('nowhere') }]);
    expect(compare(FILES.replace('defaultVariant: "off"', 'defaultVariant: nowhere')).mistakes[0]).toEqual({
      at: 'all.yaml:6',
      message: expect.stringContaining('flag "checkout" /defaultVariant'),
    });
    expect(compare(FILES.replace('flag: checkout\ncontrol', 'flag: missing\ncontrol')).mistakes[0]).toEqual({
      at: 'all.yaml:10',
      message: 'rollout "express": there is no flag "missing", neither in these files nor on the server',
    });
  });

  it('leaves alone what no file names, and says so', () => {
    const { changes, unmanaged } = compare('type: settings\nbucketing: murmur3-cbor\n', stored('running'));
    expect(changes).toMatchObject([
      {
        action: 'change',
        target: 'settings',
        differences: [{ path: '/bucketing', from: 'murmur3', to: 'murmur3-cbor' }],
      },
    ]);
    expect(unmanaged).toEqual(['flag "checkout"', 'rollout "express"']);
  });

  it('adds rules that flags in the same files refer to', () => {
    const rules = 'type: rules\nrules: { beta: { "==": [{ var: plan }, beta] } }\n---';
    const using = `${rules}${FILES.replace('defaultVariant: "off"', 'defaultVariant: "off"\ntargeting: { if: [{ $ref: beta }, "on"] }')}`;
    expect(compare(using).changes.map(({ target }) => target)).toEqual(['rule', 'flag', 'rollout']);
    expect(compare(using.replace('$ref: beta', '$ref: alpha')).mistakes).toHaveLength(1);
  });
});
