import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type ImportedFlags,
  importFlagd,
  importGrowthBook,
  importLaunchDarkly,
  importUnleash,
} from '../../importers/index.ts';
import { unusable } from './support.ts';

interface Golden {
  readonly source: unknown;
  readonly options: object;
  readonly expected: ImportedFlags;
}

const IMPORTERS = {
  flagd: importFlagd,
  growthbook: importGrowthBook,
  launchdarkly: importLaunchDarkly,
  'unleash-export': importUnleash,
  'unleash-sdk': importUnleash,
} as const;

describe.each(Object.entries(IMPORTERS))('an export of %s', (name, importFlags) => {
  const read = () => JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url), 'utf8')) as Golden;

  it('yields the definitions and findings that were written down', () => {
    const { source, options, expected } = read();
    const imported = importFlags(source, options);
    expect(imported).toEqual(expected);
    expect(unusable(imported)).toEqual([]);
  });

  it('stays as it is while it is imported', () => {
    const { source, options } = read();
    const before = JSON.stringify(source);
    importFlags(source, options);
    expect(JSON.stringify(source)).toBe(before);
  });
});
