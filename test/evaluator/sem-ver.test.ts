import fc from 'fast-check';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { resultOf } from './support.ts';

const number = fc.oneof(fc.nat(3), fc.nat(200), fc.constantFrom(2 ** 31, 2 ** 53 - 1));
const identifier = fc.oneof(
  fc.nat(12).map(String),
  fc.constantFrom('alpha', 'beta', 'rc', 'x-1', '0a', '-', '99999999999999999998', '99999999999999999999'),
);
const identifiers = fc.array(identifier, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
const version = fc
  .tuple(number, number, number, fc.option(identifiers), fc.option(identifiers))
  .map(([major, minor, patch, prerelease, build]) => {
    const suffixes = (prerelease === null ? '' : `-${prerelease}`) + (build === null ? '' : `+${build}`);
    return `${major}.${minor}.${patch}${suffixes}`;
  });
const almostVersion = fc
  .tuple(version, fc.nat(20), fc.constantFrom('', '.', '-', '+', '0', '00', 'v', ' ', 'x', '9007199254740992'))
  .map(([text, at, inserted]) => text.slice(0, at) + inserted + text.slice(at));

const ask = (left: unknown, operator: string, right: unknown) =>
  resultOf({ sem_ver: [{ var: 'l' }, operator, { var: 'r' }] }, { l: left, r: right });

describe('Versions', () => {
  it('compare as the semver package compares them', () => {
    fc.assert(
      fc.property(version, version, (left, right) => {
        // The package reads long numeric identifiers as doubles and loses their last digits; we do not.
        fc.pre(!/\d{17}/.test(left + right));
        const order = semver.compare(left, right);
        expect(ask(left, '=', right)).toBe(order === 0);
        expect(ask(left, '!=', right)).toBe(order !== 0);
        expect(ask(left, '<', right)).toBe(order < 0);
        expect(ask(left, '<=', right)).toBe(order <= 0);
        expect(ask(left, '>', right)).toBe(order > 0);
        expect(ask(left, '>=', right)).toBe(order >= 0);
        const isSameMajor = semver.major(left) === semver.major(right);
        expect(ask(left, '^', right)).toBe(isSameMajor);
        expect(ask(left, '~', right)).toBe(isSameMajor && semver.minor(left) === semver.minor(right));
      }),
      { seed: 31, numRuns: 5000 },
    );
  });

  it('are what the semver package takes for one, a leading v and missing zeros aside', () => {
    const seen = { valid: 0, invalid: 0 };
    fc.assert(
      fc.property(almostVersion, (text) => {
        fc.pre(text.trim() === text && !/^v?v/i.test(text) && !/^(0|[1-9]\d*)(\.(0|[1-9]\d*))?$/.test(text));
        const isValid = semver.valid(text) !== null;
        expect(ask(text, '=', text)).toBe(isValid ? true : null);
        seen[isValid ? 'valid' : 'invalid']++;
      }),
      { seed: 32, numRuns: 5000 },
    );
    expect(Math.min(seen.valid, seen.invalid)).toBeGreaterThan(500);
  });

  it('keep every digit of long numeric identifiers', () => {
    expect(ask('1.0.0-99999999999999999998', '<', '1.0.0-99999999999999999999')).toBe(true);
    expect(ask('1.0.0-9', '<', '1.0.0-10')).toBe(true);
  });

  it('may begin with one v and leave out minor and patch', () => {
    for (const text of ['1', '1.0', 'v1', 'V1.0', 'v1.0.0', 1]) expect(ask(text, '=', '1.0.0')).toBe(true);
    for (const text of [
      'vv1.0.0',
      ' 1.0.0',
      '1.0.0 ',
      'v',
      '',
      '1.',
      '1.0.',
      '.1',
      '1..0',
      '01',
      '1.02',
      '-1',
      '1e3',
      true,
      null,
      [],
      {},
    ]) {
      expect(ask(text, '=', '1.0.0')).toBeNull();
    }
  });

  it('are refused beyond 256 characters and beyond 2^53 - 1', () => {
    expect(ask(`1.0.0-${'a'.repeat(250)}`, '=', `1.0.0-${'a'.repeat(250)}`)).toBe(true);
    expect(ask(`1.0.0-${'a'.repeat(251)}`, '=', '1.0.0')).toBeNull();
    expect(ask('9007199254740991.0.0', '>', '1.0.0')).toBe(true);
    expect(ask('9007199254740992.0.0', '>', '1.0.0')).toBeNull();
  });
});
