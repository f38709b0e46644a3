import { collectFlags } from '../collect-flags.ts';
import type { ImportedFlags, ImportOptions } from '../finding.ts';
import { toFlags } from './feature.ts';
import { readExport } from './read-export.ts';

/** Which environment to import; may be left out where the export has only one. */
export interface UnleashOptions extends ImportOptions {
  readonly environment?: string;
}

/**
 * Features of Unleash: an export (`POST /api/admin/features-batch/export`) or what its SDKs fetch
 * (`GET /api/client/features`, which has the constraints of segments too).
 *
 * A feature becomes a boolean flag under its own name, which answers `isEnabled`, and, if it has variants, a second
 * flag `<name>.variant`, which answers `getVariant` with the payload. `userId` becomes the targeting key; properties
 * stand at the top of the context. Meaning of the strategies: Unleash/unleash-client-node.
 */
export function importUnleash(json: unknown, options: UnleashOptions = {}): ImportedFlags {
  const { features, segments } = readExport(json, options.environment);
  return collectFlags(
    features.flatMap((feature) => toFlags(feature, segments)),
    options,
  );
}
