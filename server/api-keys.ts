import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type ApiKey, type KeyScope, type KeyStore, Problem, type StoredKey } from '../domain/index.ts';
import { SharedReadings } from './shared-readings.ts';

const KEY_ID_LENGTH = 12;
const SECRET_BYTES = 32;
const TOKEN = /^rw_(adm|srv|cli)_([A-Za-z0-9]{12})_([A-Za-z0-9_-]{43})$/;

/** How long a key is trusted without asking the database again: the longest that a revocation takes to arrive. */
const CACHE_MS = 5_000;

/** Most keys remembered; above it the oldest are forgotten. */
const MAX_CACHED_KEYS = 10_000;

/** A token and the parts of it that are stored. */
export interface Token {
  readonly token: string;
  readonly keyId: string;
  readonly secretHash: Uint8Array;
}

/** Another token of a key, with a new secret. */
export function tokenWithNewSecret({ keyId, scopes }: Pick<ApiKey, 'keyId' | 'scopes'>): Token {
  return parseToken(`rw_${typeOf(scopes)}_${keyId}_${randomBytes(SECRET_BYTES).toString('base64url')}`)!;
}

/** A new random token; 256 bits of secret, with a prefix that tells its kind and that secret scanners can find. */
export function newToken(scopes: readonly KeyScope[]): Token {
  const keyId = randomBytes(KEY_ID_LENGTH * 2)
    .toString('base64url')
    .replace(/[-_]/g, '')
    .slice(0, KEY_ID_LENGTH);
  if (keyId.length < KEY_ID_LENGTH) return newToken(scopes);
  return tokenWithNewSecret({ keyId, scopes });
}

function typeOf(scopes: readonly KeyScope[]): string {
  if (scopes.some((scope) => scope === 'admin' || scope === 'platform')) return 'adm';
  return scopes.includes('client') ? 'cli' : 'srv';
}

/** The parts of a token; undefined when it does not have a token's form. */
export function parseToken(token: string): Token | undefined {
  const match = TOKEN.exec(token);
  if (match === null) return undefined;
  return { token, keyId: match[2]!, secretHash: createHash('sha256').update(match[3]!).digest() };
}

/** Tells who a token belongs to. */
export interface Authenticator {
  /** The key of a token that was authenticated a moment ago: no hashing, no waiting. Undefined: ask `authenticate`. */
  recall(token: string): ApiKey | undefined;
  /** The key of a token; undefined when it is malformed, unknown, revoked, expired, or its secret is wrong. */
  authenticate(token: string): Promise<ApiKey | undefined>;
  /** The key of an id that was proven in another way; undefined when it is unknown, revoked or expired. */
  find(keyId: string): Promise<ApiKey | undefined>;
  /** Forgets a key at once, after it was revoked or given a new secret here. */
  forget(keyId: string): void;
}

interface Cached {
  readonly found: Awaited<ReturnType<KeyStore['findKey']>>;
  readonly atMs: number;
  /** The key without its hash; undefined when there is none. */
  readonly key: ApiKey | undefined;
  /** The token that proved to have the right secret; another prefix with the same secret is not remembered as well. */
  token?: string;
}

/**
 * An authenticator over a key store, with a cache so that the hot path does not ask the database.
 *
 * While the database is away, keys that were seen before go on being accepted: evaluation must not depend on it.
 */
export function createAuthenticator(keys: KeyStore, nowMs: () => number): Authenticator {
  const cache = new Map<string, Cached>();
  const byToken = new Map<string, Cached>();

  const drop = (keyId: string) => {
    const token = cache.get(keyId)?.token;
    if (token !== undefined) byToken.delete(token);
    cache.delete(keyId);
  };

  const remember = (keyId: string, cached: Cached) => {
    drop(keyId);
    cache.set(keyId, cached);
    if (cache.size > MAX_CACHED_KEYS) drop(cache.keys().next().value!);
  };

  const read = async (keyId: string): Promise<Cached> => {
    const found = await keys.findKey(keyId);
    return { found, key: found && withoutHash(found), atMs: nowMs() };
  };

  const readings = new SharedReadings(read, remember);
  const isFresh = ({ atMs }: Cached) => nowMs() - atMs < CACHE_MS;
  const isGood = ({ found }: Cached) => found !== undefined && (found.expiresAtMs ?? Infinity) > nowMs();
  const proves = ({ secretHash }: Token, { secretHash: current, previous }: StoredKey) =>
    isSame(current, secretHash) ||
    (previous !== null && previous.untilMs > nowMs() && isSame(previous.secretHash, secretHash));

  const lookUp = async (keyId: string): Promise<Cached> => {
    const cached = cache.get(keyId);
    if (cached !== undefined && isFresh(cached)) return cached;
    try {
      return await readings.of(keyId);
    } catch (error) {
      const isAway = error instanceof Problem && error.code === 'unavailable';
      if (isAway && cached?.found !== undefined) return cached;
      throw error;
    }
  };

  return {
    recall(token) {
      const cached = byToken.get(token);
      return cached !== undefined && isFresh(cached) && isGood(cached) ? cached.key : undefined;
    },
    async authenticate(token) {
      const parsed = parseToken(token);
      if (parsed === undefined) return undefined;
      const cached = await lookUp(parsed.keyId);
      if (cached.found === undefined || !isGood(cached) || !proves(parsed, cached.found)) return undefined;
      // Only the current secret is remembered: the previous one ends at a moment of its own.
      if (cache.get(parsed.keyId) === cached && isSame(parsed.secretHash, cached.found.secretHash)) {
        cached.token ??= token;
        byToken.set(cached.token, cached);
      }
      return cached.key;
    },
    async find(keyId) {
      const cached = await lookUp(keyId);
      return isGood(cached) ? cached.key : undefined;
    },
    forget(keyId) {
      drop(keyId);
      readings.forget(keyId);
    },
  };
}

function withoutHash({ secretHash: _, previous: __, ...key }: StoredKey): ApiKey {
  return key;
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return timingSafeEqual(left, right);
}
