import type { JsonValue } from '../../domain/index.ts';

/** Comparisons of versions that `sem_ver` knows. */
export type VersionComparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

const FULL_VERSION =
  /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;
const SHORT_VERSION = /^(0|[1-9]\d*)(\.(0|[1-9]\d*))?$/;

/** True for a version with all three parts. */
export function isFullVersion(text: string): boolean {
  return FULL_VERSION.test(text);
}

/** True for a version with one or two parts, which is read with zeros for the others. */
export function isShortVersion(text: string): boolean {
  return SHORT_VERSION.test(text);
}

/** A comparison of versions; never true for what is no version. */
export function compareVersion(value: JsonValue, comparison: VersionComparison, version: string): JsonValue {
  return { sem_ver: [value, comparison, version] };
}

/** What a person is told about versions, once per flag. */
export const VERSION_NOTE = {
  message:
    'Versions are compared with flagd\'s sem_ver, which reads "1.2" and "v1.2.0" as 1.2.0 and nothing else that is short of semver.org.',
  instead: 'versions with three parts compare as before; check the flag if callers send others',
} as const;
