/** A version after semver.org 2.0.0; build metadata is left out, it takes no part in comparisons. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** Dot-separated identifiers; "" for a release. */
  readonly prerelease: string;
}

const MAX_VERSION_LENGTH = 256;
const ZERO = 48;
const DOT = 46;
const LETTER_V = 118;
const LOWER_CASE = 32;
const PRERELEASE_AND_BUILD = /^(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;
const PADDED_NUMBER = /(?:^|\.)0[0-9]+(?:\.|$)/;
const NUMBER = /^[0-9]+$/;

/** Reads a version; one leading v is dropped, `1` and `1.2` are completed with zeros. Null for anything else. */
export function parseVersion(text: string): Version | null {
  if (text.length > MAX_VERSION_LENGTH) return null;
  const version = { major: 0, minor: 0, patch: 0, prerelease: '' };
  let position = (text.charCodeAt(0) | LOWER_CASE) === LETTER_V ? 1 : 0;
  for (let part = 0; part < 3; part++) {
    const start = position;
    let number = 0;
    for (; position < text.length; position++) {
      const digit = text.charCodeAt(position) - ZERO;
      if (digit < 0 || digit > 9) break;
      number = number * 10 + digit;
    }
    if (position === start || number > Number.MAX_SAFE_INTEGER) return null;
    if (position - start > 1 && text.charCodeAt(start) === ZERO) return null;
    if (part === 0) version.major = number;
    else if (part === 1) version.minor = number;
    else version.patch = number;
    if (position === text.length) return version;
    if (part < 2 && text.charCodeAt(position++) !== DOT) return null;
  }
  return withSuffix(version, text.slice(position));
}

/** Negative, zero or positive as the left version precedes, equals or follows the right one (semver.org, rule 11). */
export function compareVersions(left: Version, right: Version): number {
  if (left.major !== right.major) return left.major - right.major;
  if (left.minor !== right.minor) return left.minor - right.minor;
  if (left.patch !== right.patch) return left.patch - right.patch;
  return comparePrereleases(left.prerelease, right.prerelease);
}

function withSuffix(version: Version, suffix: string): Version | null {
  const match = PRERELEASE_AND_BUILD.exec(suffix);
  const prerelease = match?.[1] ?? '';
  return match === null || PADDED_NUMBER.test(prerelease) ? null : { ...version, prerelease };
}

function comparePrereleases(left: string, right: string): number {
  if (left === right) return 0;
  if (left === '' || right === '') return left === '' ? 1 : -1;
  const lefts = left.split('.');
  const rights = right.split('.');
  const different = lefts.findIndex((identifier, index) => identifier !== rights[index]);
  if (different === -1) return -1;
  return different === rights.length ? 1 : compareIdentifiers(lefts[different]!, rights[different]!);
}

// Numbers precede words and are compared by size: by length first, so that no digits are lost.
function compareIdentifiers(left: string, right: string): number {
  const isLeftNumber = NUMBER.test(left);
  const isRightNumber = NUMBER.test(right);
  if (isLeftNumber !== isRightNumber) return isLeftNumber ? -1 : 1;
  if (isLeftNumber && left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : 1;
}
