import { describe, expect, it } from 'vitest';
import { importFlagd } from '../../importers/index.ts';
import { aFlag } from '../server/builders.ts';
import { flagOf, messages } from './support.ts';

describe('a flagd file', () => {
  it('is imported unchanged, in the form of a file and in that of a list', () => {
    const flags = { a: aFlag(), b: aFlag({ state: 'DISABLED' }) };
    expect(importFlagd({ flags })).toEqual({ flagSet: { flags }, findings: [] });
    const list = Object.entries(flags).map(([key, flag]) => ({ key, ...flag }));
    expect(importFlagd({ flags: list })).toEqual({ flagSet: { flags }, findings: [] });
  });

  it('keeps its shared rules, also those that only other shared rules refer to', () => {
    const $evaluators = { outer: { '!': [{ $ref: 'inner' }] }, inner: { '==': [{ var: 'a' }, 1] } };
    const flag = aFlag({ targeting: { if: [{ $ref: 'outer' }, 'on'] } });
    expect(importFlagd({ flags: { f: flag }, $evaluators }).flagSet).toEqual({ flags: { f: flag }, $evaluators });
  });

  it('loses the flags that could not be stored, and a flag that comes twice stays once', () => {
    const imported = importFlagd({
      flags: [
        { key: 'twice', ...aFlag() },
        { key: 'twice', ...aFlag({ defaultVariant: 'on' }) },
        { key: 'unknown-operator', ...aFlag({ targeting: { later: [] } }) },
        { key: 'no-variants', state: 'ENABLED' },
      ],
    });
    expect(Object.keys(imported.flagSet.flags)).toEqual(['twice']);
    expect(flagOf(imported, 'twice').defaultVariant).toBe('off');
    expect(imported.findings.map(({ flag, kind }) => [flag, kind])).toEqual(
      ['twice', 'unknown-operator', 'no-variants'].map((flag) => [flag, 'untranslatable']),
    );
  });

  it('has flags disabled instead, where that is asked for and possible', () => {
    const flags = { rule: aFlag({ targeting: { later: [] } }), variants: { state: 'ENABLED' } };
    const imported = importFlagd({ flags }, { untranslatable: 'disable' });
    expect(imported.flagSet.flags).toEqual({
      rule: { state: 'DISABLED', variants: { on: true, off: false }, defaultVariant: null },
    });
    expect(messages(imported, 'untranslatable')).toHaveLength(2);
  });

  it('is refused as a whole without flags, and with shared rules that do not work', () => {
    expect(() => importFlagd({})).toThrow(/"flags"/);
    expect(() => importFlagd([])).toThrow(/should be an object/);
    expect(() => importFlagd({ flags: {}, $evaluators: { bad: { later: [] } } })).toThrow(/\/\$evaluators\/bad/);
  });
});
