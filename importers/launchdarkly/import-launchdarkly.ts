import { collectFlags, type FlagToImport } from '../collect-flags.ts';
import type { ImportedFlags, ImportOptions } from '../finding.ts';
import type { FlagNotes } from '../flag-notes.ts';
import { translateFlag } from './flag.ts';
import { readExport } from './read-export.ts';

/** Which environment of a project to import; may be left out where there is only one. */
export interface LaunchDarklyOptions extends ImportOptions {
  readonly environment?: string;
}

/**
 * Flags of LaunchDarkly: the answers of its REST API (flags with `summary=0`, segments), or what its SDKs hold.
 *
 * The key of the user context becomes the targeting key, its attributes stay at the top of the evaluation context;
 * a context of another kind is an object under the name of its kind. Meaning: launchdarkly/js-core `server-sdk-common`.
 */
export function importLaunchDarkly(json: unknown, options: LaunchDarklyOptions = {}): ImportedFlags {
  const { flags, segments } = readExport(json, options.environment);
  const toImport = flags.map(
    (flag): FlagToImport => ({
      key: flag.key,
      at: flag.at,
      translate: (notes: FlagNotes) => translateFlag(flag, segments, notes),
    }),
  );
  return collectFlags(toImport, options);
}
