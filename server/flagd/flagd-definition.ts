import { createHash } from 'node:crypto';
import { Problem } from '../../domain/index.ts';
import { lowerFlagSet } from '../../evaluator/index.ts';
import type { PublishedEnvironment } from '../snapshot-publisher.ts';
import { oncePerVersion } from './once-per-version.ts';

/** An environment as flagd's definition file (open-feature/flagd-schemas `json/flags.json`). */
export interface FlagdDefinition {
  readonly json: string;
  /** Strong: changes with every byte of the text, also when another release writes the same version differently. */
  readonly etag: string;
}

/**
 * The definition file of an environment, rollouts included: they are written into the targeting of their flags.
 *
 * Problem `bucketingNotInFlagd` when the environment hashes units in a way that would put them into other buckets there.
 */
export const flagdDefinitionOf: (published: PublishedEnvironment) => FlagdDefinition = oncePerVersion(
  ({ snapshot }) => {
    const { environment, epoch, version, settings } = snapshot;
    if (settings.bucketing !== 'murmur3')
      throw new Problem(
        'bucketingNotInFlagd',
        `"${environment}" buckets by ${settings.bucketing}, flagd by murmur3: units would get other variants there`,
      );
    const flagSet = lowerFlagSet(snapshot);
    // flagd's providers report their selector, which may carry a key, as `scope` wherever there is none.
    const metadata = { scope: environment, ...flagSet.metadata, flagSetId: environment, version: String(version) };
    const json = JSON.stringify({ ...flagSet, metadata });
    const digest = createHash('sha256').update(json).digest('hex').slice(0, 16);
    return { json, etag: `"${epoch}.${version}-${digest}"` };
  },
);
