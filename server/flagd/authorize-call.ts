import type { Metadata } from '@grpc/grpc-js';
import { Problem, type Scope } from '../../domain/index.ts';
import type { Authenticator } from '../api-keys.ts';
import { readSelector } from './selector.ts';
import type { SyncRequest } from './sync-protocol.ts';

/** What a call says about its caller. */
export interface CallHead {
  readonly metadata: Metadata;
  readonly request: SyncRequest;
}

/** Who calls, and which environment the call is about. */
export interface Caller extends Scope {
  readonly keyId: string;
}

/**
 * Finds out who calls: the key comes as `authorization: Bearer …` or as `x-api-key`, and from clients that can send no
 * headers in the selector or as their provider id, which the protocol means for that.
 *
 * Problems `unauthenticated`, `forbidden` and `invalidRequest`, the last one also for a selector that names another
 * environment than the key's.
 */
export async function authorizeCall({ metadata, request }: CallHead, authenticator: Authenticator): Promise<Caller> {
  const selector = readSelector(textOf(metadata, 'flagd-selector') ?? request.selector ?? '');
  const bearer = /^Bearer +(\S+)$/i.exec(textOf(metadata, 'authorization') ?? '')?.[1];
  const token = bearer ?? textOf(metadata, 'x-api-key') ?? selector.apiKey ?? (request.providerId || undefined);
  const key = token === undefined ? undefined : await authenticator.authenticate(token);
  if (key === undefined)
    throw new Problem(
      'unauthenticated',
      token === undefined ? 'the call carries no key' : 'the key is not known, or revoked',
    );
  const { tenant, environment, keyId, scopes } = key;
  if (environment === null || !scopes.includes('evaluate'))
    throw new Problem(
      'forbidden',
      'flags are synchronised with keys of one environment that have the scope "evaluate"',
    );
  if (selector.environment !== undefined && selector.environment !== environment)
    throw new Problem('invalidRequest', `the selector names another flag set; the key's is "${environment}"`);
  return { tenant, environment, keyId };
}

/** The first value of a header; undefined when it is absent or empty. */
function textOf(metadata: Metadata, name: string): string | undefined {
  return metadata.get(name)[0]?.toString() || undefined;
}
