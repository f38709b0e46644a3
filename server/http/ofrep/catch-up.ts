import { type EnvironmentVersion, Problem, type Scope } from '../../../domain/index.ts';
import { isNewer, type PublishedEnvironment, type SnapshotPublisher } from '../../snapshot-publisher.ts';

/** Longest that a request waits for a version that was announced elsewhere. */
const PATIENCE_MS = 1_000;

/** The version that a tag of a configuration names; undefined when the tag is not one of ours. */
export function announcedVersion(flagConfigEtag: unknown): EnvironmentVersion | undefined {
  const match = typeof flagConfigEtag === 'string' ? /^(?:W\/)?"?(\d{1,15})\.(\d{1,15})-/.exec(flagConfigEtag) : null;
  return match === null ? undefined : { epoch: Number(match[1]), version: Number(match[2]) };
}

/**
 * What is published once it is at least the version that another process has announced: nobody is answered with older
 * flags than he was told of. Problem `versionNotHere` after a second.
 */
export async function catchUp(
  publisher: SnapshotPublisher,
  scope: Scope,
  announced: EnvironmentVersion,
): Promise<PublishedEnvironment> {
  const held = await publisher.require(scope);
  if (!isNewer(announced, held.snapshot)) return held;
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      unsubscribe();
    };
    const unsubscribe = publisher.subscribe(scope, (published) => {
      if (isNewer(announced, published.snapshot)) return;
      stop();
      resolve(published);
    });
    const timer = setTimeout(() => {
      stop();
      reject(new Problem('versionNotHere', `version ${announced.version} is announced`));
    }, PATIENCE_MS);
    // The database may be away for a moment; the reconciliation of all environments goes on trying.
    publisher.refresh(scope).catch(() => undefined);
  });
}
