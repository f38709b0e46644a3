export type { Finding, FindingKind, ImportedFlags, ImportOptions } from './finding.ts';
export { UnreadableSource } from './finding.ts';
export { importGrowthBook } from './growthbook/import-growthbook.ts';
export { importFlagd } from './import-flagd.ts';
export { importLaunchDarkly } from './launchdarkly/import-launchdarkly.ts';
export { importUnleash } from './unleash/import-unleash.ts';
