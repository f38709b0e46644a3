import { describe, expect, it } from 'vitest';
import { desiredState, readDocuments } from '../../gitops/index.ts';

const read = (text: string, file = 'all.yaml') => readDocuments([{ file, text }]);

const FLAG = `type: flag
flag: checkout
state: ENABLED
variants: { on: true, off: false }
defaultVariant: "off"
`;

describe('documents', () => {
  it('are read from YAML with several of them, from JSON, and from flag sets of flagd', () => {
    const json = JSON.stringify({
      flags: { search: { state: 'ENABLED', variants: { a: 1 } } },
      $evaluators: { vip: true },
    });
    const { documents, mistakes } = readDocuments([
      {
        file: 'a.yaml',
        text: `# two of them\n${FLAG}---\ntype: rules\nrules: { beta: { "==": [{ var: plan }, beta] } }\n`,
      },
      { file: 'b.json', text: json },
      { file: 'empty.yaml', text: '# nothing yet\n' },
    ]);
    expect(mistakes).toEqual([]);
    expect(documents.map(({ type, place }) => [type, place.file])).toEqual([
      ['flag', 'a.yaml'],
      ['rules', 'a.yaml'],
      ['flagd', 'b.json'],
    ]);
    const { desired } = desiredState(documents);
    expect([...desired.flags.keys()]).toEqual(['checkout', 'search']);
    expect([...desired.rules.keys()]).toEqual(['beta', 'vip']);
  });

  it('that are wrong are told with their line, all at once', () => {
    const { mistakes } = read(`${FLAG}colour: red
---
type: rollout
rollout: express
flag: checkout
control: "off"
treatments:
  - variant: "on"
stages:
  - coverage: 1000
    dwellMs: soon
---
type: flags
`);
    expect(mistakes).toEqual([
      { at: 'all.yaml:6', message: 'flag /colour: there is no such field' },
      { at: 'all.yaml:16', message: expect.stringMatching(/^rollout \/stages\/0\/dwellMs: /) },
      { at: 'all.yaml:18', message: expect.stringContaining('one of flag, rules, settings, metric, policy, rollout') },
    ]);
  });

  it.each([
    ['a key twice', 'type: flag\nflag: a\nflag: b\n', 'all.yaml:3', /unique/],
    ['no YAML', 'type: [flag\n', 'all.yaml:2', /./],
    [
      'an alias that explodes',
      `a: &a [x, x]\n${Array.from({ length: 8 }, (_, i) => `${'bcdefghi'[i]}: &${'bcdefghi'[i]} [*${'abcdefgh'[i]}, *${'abcdefgh'[i]}]`).join('\n')}\n`,
      'all.yaml:1',
      /alias/,
    ],
    ['a list', '- 1\n', 'all.yaml:1', /a document says its type/],
  ])('with %s are refused', (_, text, at, message) => {
    const { documents, mistakes } = read(text);
    expect(documents).toEqual([]);
    expect(mistakes[0]).toEqual({ at, message: expect.stringMatching(message) });
  });
});

describe('policies and metrics', () => {
  const LIBRARY = `
type: metric
metric: errors
margin: 0.05
---
type: metric
metric: latency
---
type: policy
policy: careful
alpha: 0.005
holdback: 10000
metrics: [errors, latency]
`;
  const rollout = (more: string) =>
    desiredState(
      read(
        `${LIBRARY}---\ntype: rollout\nrollout: express\nflag: checkout\ncontrol: "off"\ntreatments: [{ variant: "on" }]\n${more}`,
      ).documents,
    );

  it('are put in where rollouts refer to them; what a rollout says itself wins', () => {
    const { desired, mistakes } = rollout('policy: careful\nalpha: 0.02\n');
    expect(mistakes).toEqual([]);
    expect(desired.rollouts.get('express')).toMatchObject({
      start: false,
      value: { alpha: 0.02, holdback: 10_000, metrics: [{ metric: 'errors', margin: 0.05 }, { metric: 'latency' }] },
    });
    expect(desired.rollouts.get('express')!.value).not.toHaveProperty('policy');
    const own = rollout('policy: careful\nmetrics: [latency, { metric: sales, kind: value }]\nstart: true\n').desired;
    expect(own.rollouts.get('express')).toMatchObject({
      start: true,
      value: { metrics: [{ metric: 'latency' }, { metric: 'sales', kind: 'value' }] },
    });
  });

  it('that are not there, or there twice, are told where they are asked for', () => {
    expect(rollout('policy: carefree\n').mistakes).toEqual([
      { at: 'all.yaml:20', message: 'there is no policy "carefree" in these files' },
    ]);
    expect(rollout('metrics:\n  - errors\n  - sales\n').mistakes).toEqual([
      { at: 'all.yaml:22', message: 'there is no metric "sales" in these files' },
    ]);
    const twice = readDocuments([
      { file: 'a.yaml', text: FLAG },
      { file: 'b.yaml', text: FLAG },
    ]);
    expect(desiredState(twice.documents).mistakes).toEqual([
      { at: 'b.yaml:1', message: 'flag "checkout" is in a.yaml already' },
    ]);
  });
});
