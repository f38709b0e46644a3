import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type ApiKey, type KeyScope, type KeyStore, Problem } from '../domain/index.ts';

const KEY_ID_LENGTH = 12;
const SECRET_BYTES = 32;
const TOKEN = /^rw_(adm|srv)_([A-Za-z0-9]{12})_([A-Za-z0-9_-]{43})$/;

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

/** A new random token; 256 bits of secret, with a prefix that secret scanners can find. */
export function newToken(scopes: readonly KeyScope[]): Token {
  const type = scopes.includes('admin') ? 'adm' : 'srv';
  const keyId = randomBytes(KEY_ID_LENGTH * 2)
    .toString('base64url')
    .replace(/[-_]/g, '')
    .slice(0, KEY_ID_LENGTH);
  if (keyId.length < KEY_ID_LENGTH) return newToken(scopes);
  return parseToken(`rw_${type}_${keyId}_${randomBytes(SECRET_BYTES).toString('base64url')}`)!;
}

/** The parts of a token; undefined when it does not have a token's form. */
export function parseToken(token: string): Token | undefined {
  const match = TOKEN.exec(token);
  if (match === null) return undefined;
  return { token, keyId: match[2]!, secretHash: createHash('sha256').update(match[3]!).digest() };
}

/** Tells who a token belongs to. */
export interface Authenticator {
  /** The key of a token; undefined when it is malformed, unknown, revoked or its secret is wrong. */
  authenticate(token: string): Promise<ApiKey | undefined>;
  /** Forgets a key at once, after it was revoked here. */
  forget(keyId: string): void;
}

interface Cached {
  readonly found: Awaited<ReturnType<KeyStore['findKey']>>;
  readonly atMs: number;
}

/**
 * An authenticator over a key store, with a cache so that the hot path does not ask the database.
 *
 * While the database is away, keys that were seen before go on being accepted: evaluation must not depend on it.
 */
export function createAuthenticator(keys: KeyStore, nowMs: () => number): Authenticator {
  const cache = new Map<string, Cached>();

  const remember = (keyId: string, found: Cached['found']) => {
    cache.delete(keyId);
    cache.set(keyId, { found, atMs: nowMs() });
    if (cache.size > MAX_CACHED_KEYS) cache.delete(cache.keys().next().value!);
    return found;
  };

  const find = async (keyId: string) => {
    const cached = cache.get(keyId);
    if (cached !== undefined && nowMs() - cached.atMs < CACHE_MS) return cached.found;
    try {
      return remember(keyId, await keys.findKey(keyId));
    } catch (error) {
      const isAway = error instanceof Problem && error.code === 'unavailable';
      if (isAway && cached?.found !== undefined) return cached.found;
      throw error;
    }
  };

  return {
    async authenticate(token) {
      const parsed = parseToken(token);
      if (parsed === undefined) return undefined;
      const found = await find(parsed.keyId);
      if (found === undefined || !timingSafeEqual(found.secretHash, parsed.secretHash)) return undefined;
      const { secretHash: _, ...key } = found;
      return key;
    },
    forget: (keyId) => cache.delete(keyId),
  };
}
