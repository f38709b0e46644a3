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
  const start = (text.charCodeAt(0) | LOWER_CASE) === LETTER_V ? 1 : 0;
  const major = numberAt(text, start);
  const majorEnd = start + digitCountOf(major);
  const hasMinor = isDotAt(text, majorEnd);
  const minor = hasMinor ? numberAt(text, majorEnd + 1) : 0;
  const minorEnd = hasMinor ? majorEnd + 1 + digitCountOf(minor) : majorEnd;
  const hasPatch = hasMinor && isDotAt(text, minorEnd);
  const patch = hasPatch ? numberAt(text, minorEnd + 1) : 0;
  const patchEnd = hasPatch ? minorEnd + 1 + digitCountOf(patch) : minorEnd;
  if (major === -1 || minor === -1 || patch === -1) return null;
  if (patchEnd === text.length) return { major, minor, patch, prerelease: '' };
  return hasPatch ? withSuffix({ major, minor, patch, prerelease: '' }, text.slice(patchEnd)) : null;
}

/** Negative, zero or positive as the left version precedes, equals or follows the right one (semver.org, rule 11). */
export function compareVersions(left: Version, right: Version): number {
  if (left.major !== right.major) return left.major - right.major;
  if (left.minor !== right.minor) return left.minor - right.minor;
  if (left.patch !== right.patch) return left.patch - right.patch;
  return comparePrereleases(left.prerelease, right.prerelease);
}

/** The number whose digits begin at a position; -1 for none, for leading zeros and beyond 2^53 - 1. */
function numberAt(text: string, start: number): number {
  let value = 0;
  let end = start;
  for (; end < text.length; end++) {
    const digit = text.charCodeAt(end) - ZERO;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return value <= Number.MAX_SAFE_INTEGER && end - start === digitCountOf(value) ? value : -1;
}

function digitCountOf(value: number): number {
  let count = 1;
  for (let limit = 10; value >= limit; limit *= 10) count++;
  return count;
}

function isDotAt(text: string, position: number): boolean {
  return position < text.length && text.charCodeAt(position) === DOT;
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
