import { describe, expect, it } from 'vitest';
import { checkFlag } from '../../evaluator/index.ts';
import { answerOfFlagd, flagdOver } from './flagd.ts';
import { detailsOf, resultOf } from './support.ts';

interface Difference {
  readonly title: string;
  readonly why: string;
  readonly targeting: unknown;
  readonly context?: object;
  /** Variant that each serves, or its error code. */
  readonly ours: string;
  readonly flagd: string;
}

const variants = { yes: 'yes', no: 'no', a: 'a', fallback: 'fallback' };
const halves = [
  ['yes', 1],
  ['no', 1],
];
const whether = (condition: unknown) => ({ if: [condition, 'yes', 'no'] });

const DIFFERENCES: readonly Difference[] = [
  {
    title: 'a non-ASCII bucketing value falls into another bucket',
    why: 'flagd in Go hashes UTF-8, and so do we; the JavaScript engine hashes UTF-16 code units.',
    targeting: { fractional: [{ var: 'key' }, ...halves] },
    context: { key: 'ü' },
    ours: 'yes',
    flagd: 'no',
  },
  {
    title: 'a numeric targeting key is none',
    why: 'OpenFeature says that a targeting key is a string.',
    targeting: { fractional: [['yes', 1]] },
    context: { targetingKey: 7 },
    ours: 'fallback',
    flagd: 'yes',
  },
  {
    title: 'targeting that yields a list is an error',
    why: 'A list of one name selecting that variant is an accident of casting to text.',
    targeting: { merge: ['a'] },
    ours: 'GENERAL',
    flagd: 'a',
  },
  {
    title: 'white space before a version makes it none',
    why: 'flagd in Go refuses it, and so does semver.org.',
    targeting: whether({ sem_ver: [' 1.0.0', '=', '1.0.0'] }),
    ours: 'no',
    flagd: 'yes',
  },
  {
    title: 'a version has one leading v at most',
    why: 'flagd in Go drops one.',
    targeting: whether({ sem_ver: ['vv1.0.0', '=', '1.0.0'] }),
    ours: 'no',
    flagd: 'yes',
  },
  {
    title: 'an operand of the wrong type makes no error',
    why: 'A user without an age must get the default, not a failed evaluation.',
    targeting: whether({ '<': [{ var: 'age' }, 18] }),
    context: { age: 'unknown' },
    ours: 'no',
    flagd: 'GENERAL',
  },
  {
    title: '{} is true',
    why: 'jsonlogic.com has five false values, and {} is none of them.',
    targeting: whether({ var: 'object' }),
    context: { object: {} },
    ours: 'yes',
    flagd: 'no',
  },
  {
    title: 'null does not equal 0',
    why: 'That is how JavaScript, and so jsonlogic.com, compares them.',
    targeting: whether({ '==': [{ var: 'none' }, 0] }),
    context: { none: null },
    ours: 'no',
    flagd: 'yes',
  },
  {
    title: '"" is missing',
    why: 'jsonlogic.com counts the empty string among what is missing.',
    targeting: whether({ missing: ['empty'] }),
    context: { empty: '' },
    ours: 'yes',
    flagd: 'no',
  },
  {
    title: '=== looks at two operands',
    why: 'jsonlogic.com has two; more are ignored.',
    targeting: whether({ '===': [1, 1, 2] }),
    ours: 'yes',
    flagd: 'no',
  },
  {
    title: '- subtracts one operand',
    why: 'jsonlogic.com has two operands; more are ignored.',
    targeting: whether({ '===': [{ '-': [5, 1, 1] }, 4] }),
    ours: 'yes',
    flagd: 'no',
  },
  {
    title: '/ divides by one operand',
    why: 'jsonlogic.com has two operands; more are ignored.',
    targeting: whether({ '===': [{ '/': [8, 2, 2] }, 4] }),
    ours: 'yes',
    flagd: 'no',
  },
  {
    title: 'max of a number in a text works',
    why: 'jsonlogic.com casts to numbers.',
    targeting: whether({ '===': [{ max: ['2', 1] }, 2] }),
    ours: 'yes',
    flagd: 'GENERAL',
  },
  {
    title: 'min of nothing is null',
    why: 'A rule never throws here.',
    targeting: { min: [] },
    ours: 'fallback',
    flagd: 'GENERAL',
  },
  {
    title: 'substr of a number works',
    why: 'jsonlogic.com casts to text.',
    targeting: whether({ '===': [{ substr: [{ var: 'zip' }, 0, 2] }, '12'] }),
    context: { zip: 12345 },
    ours: 'yes',
    flagd: 'GENERAL',
  },
  {
    title: 'log returns its operand',
    why: 'jsonlogic.com has it; the engine behind flagd-core does not.',
    targeting: { log: 'a' },
    ours: 'a',
    flagd: 'PARSE_ERROR',
  },
  {
    title: '< with a list works',
    why: 'jsonlogic.com casts a list to its text, and that to a number.',
    targeting: whether({ '<': [[1], 2] }),
    ours: 'yes',
    flagd: 'GENERAL',
  },
  {
    title: 'inherited properties are out of sight',
    why: 'A prototype is no part of a context.',
    targeting: whether({ '===': [{ var: 'constructor.name' }, 'Object'] }),
    ours: 'no',
    flagd: 'yes',
  },
  {
    title: 'an object with two keys is no rule',
    why: 'Which of the two operators was meant cannot be told.',
    targeting: { if: [true, 'yes', 'no'], cat: ['a'] },
    ours: 'PARSE_ERROR',
    flagd: 'yes',
  },
];

describe('We differ from flagd-core on purpose:', () => {
  for (const { title, why, targeting, context = {}, ours, flagd } of DIFFERENCES) {
    it(`${title}. ${why}`, () => {
      const flag = { state: 'ENABLED', variants, defaultVariant: 'fallback', targeting };
      const ourDetails = detailsOf(flag, context);
      const theirs = answerOfFlagd(flagdOver({ flags: { flag } }), 'flag', context);
      expect(ourDetails.errorCode ?? ourDetails.variant).toBe(ours);
      expect(theirs.errorCode ?? theirs.variant).toBe(flagd);
    });
  }

  it('a stored null is found by var; flagd-core serves its default instead.', () => {
    const rule = { var: ['none', 'a'] };
    expect(resultOf(rule, { none: null })).toBeNull();
    const flag = { state: 'ENABLED', variants, defaultVariant: 'fallback', targeting: rule };
    const compiled = answerOfFlagd(flagdOver({ flags: { flag } }, { isCompiled: true }), 'flag', { none: null });
    expect(compiled.variant).toBe('a');
  });

  it('an unknown state breaks the flag, and is refused when written; flagd-core refuses the whole set.', () => {
    const flag = { state: 'MAYBE', variants, defaultVariant: 'a' };
    expect(detailsOf(flag).errorCode).toBe('PARSE_ERROR');
    expect(checkFlag('flag', flag)).toHaveLength(1);
    expect(() => flagdOver({ flags: { flag } })).toThrow();
  });
});

describe('We agree with flagd-core, unlike flagd in Go, that', () => {
  const served = (targeting: unknown, context: object) => {
    const flag = { state: 'ENABLED', variants, defaultVariant: 'fallback', targeting };
    const theirs = answerOfFlagd(flagdOver({ flags: { flag } }), 'flag', context);
    expect(detailsOf(flag, context)).toMatchObject({ variant: theirs.variant, reason: theirs.reason });
    return [theirs.variant, theirs.reason];
  };

  it('a first operand of null is no bucketing value, although there is a targeting key', () => {
    expect(served({ fractional: [null, ['yes', 1]] }, { targetingKey: 'u' })).toEqual(['fallback', 'DEFAULT']);
  });

  it('a weight of null is none', () => {
    expect(served({ fractional: [['yes', { var: 'absent' }]] }, { targetingKey: 'u' })).toEqual([
      'fallback',
      'DEFAULT',
    ]);
  });

  it('an entry has two elements at most', () => {
    expect(served({ fractional: [['yes', 1, 1]] }, { targetingKey: 'u' })).toEqual(['fallback', 'DEFAULT']);
  });

  it('targeting null is none, so the reason is STATIC', () => {
    expect(served(null, {})).toEqual(['fallback', 'STATIC']);
  });
});
